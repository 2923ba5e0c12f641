"""How far a fleet's log is sealed: held by whoever writes seals, and stored signed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from governance.domain.log.seals import Head
from governance.models import Seal as SealRow
from governance.models import SealCheckpoint, SealHead, SealKeyLoss
from governance.selectors.seal_losses import missing_among
from governance.selectors.sealed_kinds import sealed_kinds
from governance.selectors.seals import head_of

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.log.keys import SealKeys

logger = logging.getLogger(__name__)

_CHANGED = "The record of how far the log is sealed was changed."


class SealKeyMissingError(Exception):
    """What is sealed already was signed with a key that this installation does not have."""

    def __init__(self, key: str, known: str) -> None:
        """Name the key that is missing and those that are there."""
        super().__init__(
            f"The log is sealed with key {key}, and SEAL_KEY and SEAL_KEYS_BEFORE hold {known}:"
            " nothing more is sealed until the key is back. Where it is lost for good: python"
            " manage.py give_up_seal_key"
        )


class SealHeadChangedError(Exception):
    """The record of how far a fleet is sealed was changed by hand; the next seal says so."""


def seal_turn(fleet_id: UUID) -> str:
    """Return the name of the turn in which a fleet's seals and checkpoints are written."""
    return f"seals {fleet_id}"


def head_hold(fleet_id: UUID, keys: SealKeys) -> tuple[Head, str]:
    """Return how far a fleet is sealed, and what is wrong with that record, empty for nothing.

    The caller has the turn. A record that was changed by hand, taken away or put back from an
    older copy is replaced by what the seals and checkpoints themselves say, and the next seal says
    so for ever.

    Raises:
        SealKeyMissingError: if it was signed with a key that is neither known nor given up.
    """
    found = _found(fleet_id)
    return _head(found, keys, is_copy=_is_copy(found, keys))


def head_to_give_up(fleet_id: UUID, keys: SealKeys) -> tuple[Head, str, datetime | None]:
    """Return the same, and when all was looked at, where its key is lost and nobody can check it.

    The caller has the turn. What can be compared without the key, its numbers, is.
    """
    found = _found(fleet_id)
    head, remark = _head(found, keys, is_copy=False)
    return head, remark, found.row.looked_at if found.row else None


def head_store(head: Head, keys: SealKeys, looked_at: datetime) -> None:
    """Store how far a fleet is sealed, signed with the key of today."""
    head = replace(head, key=keys.current)
    SealHead.objects.update_or_create(
        fleet_id=UUID(head.fleet),
        defaults={
            "number": head.number,
            "seal": head.seal,
            "checkpoints": head.checkpoints,
            "checkpoint": head.checkpoint,
            "losses": head.losses,
            "loss": head.loss,
            "marks": head.marks,
            "key": head.key,
            "signature": keys.sign(head.signed),
            "looked_at": looked_at,
        },
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The record, and the newest of all that it counts."""

    fleet_id: UUID
    row: SealHead | None
    seal: SealRow | None
    checkpoint: SealCheckpoint | None
    loss: SealKeyLoss | None

    @property
    def is_ahead(self) -> bool:
        """Return whether there is something newer than the record knows of."""
        row = self.row
        return row is not None and (
            (self.seal is not None and self.seal.number > row.number)
            or (self.checkpoint is not None and self.checkpoint.number > row.checkpoints)
            or (self.loss is not None and self.loss.number > row.losses)
        )


def _found(fleet_id: UUID) -> _Found:
    seals = SealRow.objects.filter(fleet=fleet_id).defer("ids", "digests")
    removals = SealCheckpoint.objects.filter(fleet=fleet_id).defer("ids")
    losses = SealKeyLoss.objects.filter(fleet=fleet_id)
    return _Found(
        fleet_id,
        SealHead.objects.select_for_update(no_key=True).filter(fleet=fleet_id).first(),
        seals.order_by("-number").first(),
        removals.order_by("-number").first(),
        losses.defer("seal_digests", "checkpoint_digests").order_by("-number").first(),
    )


def _is_copy(found: _Found, keys: SealKeys) -> bool:
    """Return whether the record is a copy of before its key was given up.

    Raises:
        SealKeyMissingError: if record or newest seal are of a key neither known nor given up.
    """
    missing = missing_among(
        fleet_id=found.fleet_id,
        keys=keys,
        head_key=found.row.key if found.row else "",
        seal_key=found.seal.key if found.seal else "",
        number=found.seal.number if found.seal else 0,
    )
    if missing:
        raise SealKeyMissingError(missing, ", ".join(keys.known))
    return found.row is not None and found.row.key not in keys.known


def _head(found: _Found, keys: SealKeys, *, is_copy: bool) -> tuple[Head, str]:
    row = found.row
    empty = Head(
        fleet=str(found.fleet_id), number=0, seal="", checkpoints=0, checkpoint="", marks={}, key=""
    )
    if not any((row, found.seal, found.checkpoint, found.loss)):
        return empty, ""
    if row is not None and not is_copy and not found.is_ahead:
        head = head_of(row)
        is_untold = row.key not in keys.known
        if is_untold or keys.has_signed(head.signed, key=row.key, signature=row.signature):
            return head, ""
    logger.error("fleet %s: the record of how far the log is sealed was changed", found.fleet_id)
    return _recovered(empty, found), _CHANGED


def _recovered(empty: Head, found: _Found) -> Head:
    marks: dict[str, list[object]] = {}
    for kind in sealed_kinds():
        rows = SealRow.objects.filter(fleet=found.fleet_id, kind=kind.name).order_by("-number")
        last = rows.values_list("upto_order", "upto_id").first()
        if last:
            marks[kind.name] = [last[0], str(last[1]), None]
    return replace(
        empty,
        number=found.seal.number if found.seal else 0,
        seal=found.seal.signature if found.seal else "",
        checkpoints=found.checkpoint.number if found.checkpoint else 0,
        checkpoint=found.checkpoint.signature if found.checkpoint else "",
        losses=found.loss.number if found.loss else 0,
        loss=found.loss.signature if found.loss else "",
        marks=marks,
    )
