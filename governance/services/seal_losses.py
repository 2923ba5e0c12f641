"""Giving up a key of the log that is lost: written down and signed, so that sealing goes on."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.domain.ids import id_new
from governance.domain.log.losses import (
    REASON_CHARACTERS,
    KeyLoss,
    block_size,
    digests_made,
    form_bytes,
    keys_named,
    record_digest,
    signed_words,
)
from governance.domain.phrases import list_words
from governance.events import LogKeyGivenUp
from governance.models import Fleet, SealHead, SealKeyLoss
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.seal_losses import key_missing, keys_lost_now, losses_of
from governance.selectors.seals import checkpoints_of, moment, seal_keys, seals_of
from governance.selectors.turns import turn_wait
from governance.services.events import events_publish
from governance.services.seal_heads import head_store, head_to_give_up, seal_turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from governance.domain.log.keys import SealKeys
    from governance.domain.log.losses import Signed
    from governance.domain.log.seals import Head
    from governance.selectors.seal_losses import LostNow

logger = logging.getLogger(__name__)

# The sealer looks every 30 s: where it looked within this, a process that runs has the key.
IN_USE = timedelta(minutes=2)


def lost_require(*, fleet: Fleet, keys: SealKeys) -> LostNow:
    """Return what would be given up in a fleet.

    Raises:
        ConflictError: seal_key_not_lost, if the key that sealed last is there or was given up;
            seal_key_in_use, if something was sealed with it just now, so that a process has it.
    """
    lost = keys_lost_now(fleet_id=fleet.pk, keys=keys)
    head = SealHead.objects.filter(fleet=fleet).values_list("key", "looked_at").first()
    key, looked_at = head or ("", None)
    if missing := key_missing(fleet_id=fleet.pk, keys=keys):
        age = clock_now() - looked_at if looked_at else IN_USE
        if timedelta() <= age < IN_USE:
            raise ConflictError(
                f"Nothing is given up in {fleet.slug}: its log was sealed {age.total_seconds():.0f}"
                f" s ago, so that a process which runs has key {missing}. Take it from there; or"
                f" stop all processes and come again after {IN_USE.total_seconds():.0f} s.",
                code="seal_key_in_use",
            )
        return lost
    if head is None:
        said = f"Nothing is given up in {fleet.slug}: nothing is sealed there yet."
        raise ConflictError(said, code="seal_key_not_lost")
    elder = ""
    if lost.keys:
        elder = f" Missing are {keys_named(sorted(lost.names))}, of older seals: bring them back."
    raise ConflictError(
        f"Nothing is given up in {fleet.slug}: its log is sealed with key {key}, which SEAL_KEY or"
        f" SEAL_KEYS_BEFORE holds.{elder}",
        code="seal_key_not_lost",
    )


def reason_require(reason: str) -> str:
    """Return the reason without space around it.

    Raises:
        InvalidFieldError: unless it is one line of 1 to 500 characters.
    """
    said = reason.strip()
    if not said.isprintable() or not 1 <= len(said) <= REASON_CHARACTERS:
        allowed = f"one line of 1 to {REASON_CHARACTERS} characters"
        raise InvalidFieldError(
            f"reason must be {allowed}, got {reason[:80]!r}.",
            field="reason",
            value=reason,
            allowed=allowed,
        )
    return said


@transaction.atomic
def seal_key_give_up(
    *, fleet: Fleet, names: frozenset[str], reason: str, by: str, actor: str
) -> KeyLoss:
    """Give the lost keys of a fleet up: from now on its log is sealed with the key of today.

    In one transaction, within the fleet's turn: the record, which covers every seal and checkpoint
    as it is, the record of how far all is sealed, and an event.

    Args:
        fleet: of which fleet.
        names: the keys that whoever gives them up was told of.
        reason: why, one line of 1 to 500 characters.
        by: who, as the record says it.
        actor: who, as the event says it.

    Raises:
        ConflictError: seal_key_not_lost, if the key is there; seal_key_others, if other keys are
            lost by now; seal_key_renamed, if a seal bears the signature of a key that is there and
            names another.
        InvalidFieldError: for such a reason.
    """
    said = reason_require(reason)
    turn_wait(seal_turn(fleet.pk))
    keys, now = seal_keys(), clock_now()
    lost = lost_require(fleet=fleet, keys=keys)
    if lost.names != names:
        raise ConflictError(
            f"Lost in {fleet.slug} by now: {keys_named(sorted(lost.names))}. Nothing was done.",
            code="seal_key_others",
        )
    head, remark, looked_at = head_to_give_up(fleet.pk, keys)
    unsigned = _record(head, keys, lost, now, reason=said, by=by, remark=remark)
    loss = replace(unsigned, signature=keys.sign(unsigned.signed))
    row = _store(loss)
    head_store(replace(head, losses=loss.number, loss=loss.signature), keys, looked_at or now)
    # As of seals: whoever keeps the logs elsewhere can prove later that it was there.
    logger.info("fleet %s: %s given up %s", fleet.pk, loss.named, loss.signature)
    _publish(row, loss, actor, now)
    return loss


def _record(
    head: Head, keys: SealKeys, lost: LostNow, now: datetime, *, reason: str, by: str, remark: str
) -> KeyLoss:
    fleet_id = UUID(head.fleet)
    before = losses_of(fleet_id=fleet_id)
    size = block_size(head.number)
    return KeyLoss(
        fleet=head.fleet,
        number=before[-1].number + 1 if before else 1,
        lost=lost.keys,
        seals=head.number,
        seal=head.seal,
        checkpoints=head.checkpoints,
        checkpoint=head.checkpoint,
        size=size,
        seal_digests=digests_made(_seals(fleet_id, keys), last=head.number, size=size),
        checkpoint_digests=digests_made(
            _checkpoints(fleet_id, keys), last=head.checkpoints, size=1
        ),
        reason=reason,
        by=by,
        given_up_at=moment(now),
        remark=remark,
        previous=record_digest(before[-1]) if before else "",
        key=keys.current,
    )


def _seals(fleet_id: UUID, keys: SealKeys) -> Iterator[tuple[int, bytes]]:
    for each in seals_of(fleet_id=fleet_id):
        _lost_require(f"Seal {each.number}", each, each.key, keys)
        yield each.number, form_bytes(each)


def _checkpoints(fleet_id: UUID, keys: SealKeys) -> Iterator[tuple[int, bytes]]:
    for each in checkpoints_of(fleet_id=fleet_id):
        _lost_require(f"Checkpoint {each.number}", each, each.key, keys)
        yield each.number, form_bytes(each)


def _lost_require(what: str, record: Signed, key: str, keys: SealKeys) -> None:
    """Return unless a key that is there has signed what names one that is not."""
    if key in keys.known:
        return
    for name in keys.known:
        signed = {**record.signed, "key": name}
        if keys.has_signed(signed, key=name, signature=record.signature):
            raise ConflictError(
                f"{what} names key {key} and bears the signature of key {name}, which is here: the"
                " name was changed in the database. Nothing is lost and nothing was done; put the"
                " name back.",
                code="seal_key_renamed",
            )


def _store(loss: KeyLoss) -> SealKeyLoss:
    return SealKeyLoss.objects.create(
        id=id_new(),
        fleet_id=UUID(loss.fleet),
        number=loss.number,
        lost=[asdict(each) for each in loss.lost],
        seals=loss.seals,
        seal=loss.seal,
        checkpoints=loss.checkpoints,
        checkpoint=loss.checkpoint,
        size=loss.size,
        seal_digests=loss.seal_digests,
        checkpoint_digests=loss.checkpoint_digests,
        reason=loss.reason,
        by=loss.by,
        given_up_at=loss.given_up_at,
        remark=loss.remark,
        previous=loss.previous,
        key=loss.key,
        signature=loss.signature,
    )


def _publish(row: SealKeyLoss, loss: KeyLoss, actor: str, now: datetime) -> None:
    signed = list_words([signed_words(each) for each in loss.lost])
    events_publish(
        LogKeyGivenUp(
            fleet_id=row.fleet_id,
            actor=actor,
            seal_key_loss_id=row.pk,
            number=loss.number,
            keys=sorted(loss.keys),
            seals=loss.seals,
            checkpoints=loss.checkpoints,
            by=loss.by,
            reason=loss.reason,
            sentence=f"The {loss.named} that signed {signed} of the log is lost and was given up by"
            f" {loss.by}: “{loss.reason}”. Key {loss.key} signs from now on.",
        ),
        now=now,
    )
