"""Keys of the log that are lost: the records that gave some up, and what is lost now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Sum

from governance.domain.log.given_up import GivenUp, losses_check
from governance.domain.log.losses import KeyLoss, LostKey
from governance.models import Fleet, SealCheckpoint, SealHead, SealKeyLoss
from governance.models import Seal as SealRow
from governance.selectors.seals import moment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.domain.log.keys import SealKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class LostNow:
    """What would be given up in a fleet: keys with what they signed, and how much that is.

    ``rows`` is how many rows the seals cover, ``since`` and ``upto`` when the first and the last of
    them were made, None where there are none.
    """

    keys: tuple[LostKey, ...]
    rows: int
    since: datetime | None
    upto: datetime | None

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the keys."""
        return frozenset(each.key for each in self.keys)


def loss_of(row: SealKeyLoss) -> KeyLoss:
    """Return a stored record of lost keys as it was signed."""
    return KeyLoss(
        fleet=str(row.fleet_id),
        number=row.number,
        lost=_lost_keys(row.lost),
        seals=row.seals,
        seal=row.seal,
        checkpoints=row.checkpoints,
        checkpoint=row.checkpoint,
        size=max(1, row.size),
        seal_digests=bytes(row.seal_digests),
        checkpoint_digests=bytes(row.checkpoint_digests),
        reason=row.reason,
        by=row.by,
        given_up_at=moment(row.given_up_at),
        remark=row.remark,
        previous=row.previous,
        key=row.key,
        signature=row.signature,
    )


def losses_of(*, fleet_id: UUID) -> list[KeyLoss]:
    """Return a fleet's records of lost keys in their order."""
    rows = SealKeyLoss.objects.filter(fleet=fleet_id).order_by("number")
    return [loss_of(row) for row in rows]


def head_with_losses(*, fleet_id: UUID) -> tuple[SealHead | None, list[KeyLoss]]:
    """Return how far a fleet's log is sealed and its records of lost keys, as of one moment."""
    heads = SealHead.objects.filter(fleet=fleet_id)
    while True:
        head, losses = heads.first(), losses_of(fleet_id=fleet_id)
        again = heads.values_list("losses", flat=True).first()
        if again == (head.losses if head else None):
            return head, losses


def given_up_of(*, fleet_id: UUID, keys: SealKeys) -> GivenUp:
    """Return the records of lost keys that hold."""
    return losses_check(losses_of(fleet_id=fleet_id), keys, None)[0]


def keys_lost_now(*, fleet_id: UUID, keys: SealKeys) -> LostNow:
    """Return what was signed with keys that are neither known nor given up."""
    seals = SealRow.objects.filter(fleet=fleet_id)
    removals = SealCheckpoint.objects.filter(fleet=fleet_id)
    unknown = _keys_named(fleet_id) - set(keys.known)
    losses = losses_of(fleet_id=fleet_id)
    given_up, _ = losses_check(losses, keys, None, lost=frozenset(unknown))
    lost: list[LostKey] = []
    rows, times = 0, []
    for key in sorted(unknown):
        upto = given_up.upto(key)
        last, gone = upto or (0, 0)
        told = seals.filter(key=key, number__gt=last).aggregate(
            n=Count("pk"), first=Min("number"), last=Max("number"), rows=Sum("rows"),
            since=Min("sealed_at"), upto=Max("sealed_at"),
        )  # fmt: skip
        taken = removals.filter(key=key, number__gt=gone).count()
        if upto is not None and not told["n"] and not taken:
            continue
        first, last = told["first"] or 0, told["last"] or 0
        lost.append(LostKey(key=key, seals=told["n"], first=first, last=last, checkpoints=taken))
        rows += told["rows"] or 0
        times += [at for at in (told["since"], told["upto"]) if at]
    return LostNow(
        keys=tuple(lost), rows=rows, since=min(times, default=None), upto=max(times, default=None)
    )


def key_missing(*, fleet_id: UUID, keys: SealKeys) -> str:
    """Return the key without which nothing more is sealed in a fleet, empty for none."""
    head_key = SealHead.objects.filter(fleet=fleet_id).values_list("key", flat=True).first()
    newest = SealRow.objects.filter(fleet=fleet_id).order_by("-number")
    number, seal_key = newest.values_list("number", "key").first() or (0, "")
    return missing_among(
        fleet_id=fleet_id, keys=keys, head_key=head_key or "", seal_key=seal_key, number=number
    )


def missing_among(
    *, fleet_id: UUID, keys: SealKeys, head_key: str, seal_key: str, number: int
) -> str:
    """Return which of two keys is neither known nor given up, empty for none.

    Args:
        fleet_id: of which fleet.
        keys: those of this installation.
        head_key: that of the record of how far all is sealed, empty for none.
        seal_key: that of the newest seal, empty for none.
        number: the newest seal's number.
    """
    unknown = [
        (key, seal)
        for key, seal in ((head_key, 0), (seal_key, number))
        if key and key not in keys.known
    ]
    if not unknown:
        return ""
    given_up = given_up_of(fleet_id=fleet_id, keys=keys)
    return next((key for key, seal in unknown if not given_up.excuses(key, seal=seal)), "")


def keys_missing(*, keys: SealKeys) -> dict[str, str]:
    """Return the keys without which nothing more is sealed, by the short name of the fleet."""
    unknown = SealHead.objects.exclude(key__in=list(keys.known)).order_by("fleet__slug")
    missing = {
        slug: key_missing(fleet_id=fleet_id, keys=keys)
        for slug, fleet_id in unknown.values_list("fleet__slug", "fleet")
    }
    return {slug: key for slug, key in missing.items() if key}


def seal_keys_used() -> list[str]:
    """Return the names of the keys that signed anything of the log and were not given up, in order.

    A record of a lost key is believed here: a check of the log says whether it holds.
    """
    used: set[str] = set()
    for fleet_id in Fleet.objects.values_list("pk", flat=True):
        losses = SealKeyLoss.objects.filter(fleet=fleet_id).values_list("lost", flat=True)
        used |= _keys_named(fleet_id) - {each.key for lost in losses for each in _lost_keys(lost)}
    return sorted(used)


def _keys_named(fleet_id: UUID) -> set[str]:
    return {
        key
        for kind in (SealRow, SealCheckpoint, SealHead, SealKeyLoss)
        for key in kind._default_manager.filter(fleet=fleet_id)  # noqa: SLF001 - no public name
        .values_list("key", flat=True)
        .distinct()
    }


def _lost_keys(stored: object) -> tuple[LostKey, ...]:
    """Return the keys of a record; whatever is not as it was written is read as something else."""
    each = stored if isinstance(stored, list) else []
    return tuple(_lost_key(one if isinstance(one, dict) else {}) for one in each)


def _lost_key(stored: dict[str, object]) -> LostKey:
    def number(name: str) -> int:
        value = stored.get(name)
        return value if type(value) is int else -1

    return LostKey(
        key=str(stored.get("key")),
        seals=number("seals"),
        first=number("first"),
        last=number("last"),
        checkpoints=number("checkpoints"),
    )
