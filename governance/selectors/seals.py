"""Seals, checkpoints and how far a fleet's log is sealed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from governance.domain.log.keys import keys_of
from governance.domain.log.seals import Checkpoint, Head, Position, Seal
from governance.domain.log.states import CheckState
from governance.models import Fleet, LogCheck, SealCheckpoint, SealHead
from governance.models import Seal as SealRow
from governance.selectors.sealed_kinds import sealed_kinds
from governance.selectors.sealed_rows import oldest_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.domain.log.keys import SealKeys


def seal_keys() -> SealKeys:
    """Return the keys of this installation, which the database does not hold."""
    return keys_of(settings.SEAL_KEYS)


def seal_of(row: SealRow) -> Seal:
    """Return a stored seal as it was signed."""
    return Seal(
        fleet=str(row.fleet_id),
        number=row.number,
        kind=row.kind,
        form=row.form,
        upto=Position(row.upto_order, str(row.upto_id)),
        ids=bytes(row.ids),
        digests=bytes(row.digests),
        head=row.head,
        remark=row.remark,
        previous=row.previous,
        key=row.key,
        sealed_at=moment(row.sealed_at),
        signature=row.signature,
    )


def checkpoint_of(row: SealCheckpoint) -> Checkpoint:
    """Return a stored checkpoint as it was signed."""
    return Checkpoint(
        fleet=str(row.fleet_id),
        number=row.number,
        kind=row.kind,
        ids=bytes(row.ids),
        why=row.why,
        by=row.by,
        removed_at=moment(row.removed_at),
        previous=row.previous,
        key=row.key,
        signature=row.signature,
    )


def head_of(row: SealHead) -> Head:
    """Return how far a fleet's log is sealed, as it was signed."""
    return Head(
        fleet=str(row.fleet_id),
        number=row.number,
        seal=row.seal,
        checkpoints=row.checkpoints,
        checkpoint=row.checkpoint,
        marks=row.marks,
        key=row.key,
        losses=row.losses,
        loss=row.loss,
    )


def moment(at: datetime) -> str:
    """Return a time as it is signed: ISO 8601 in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seals_of(*, fleet_id: UUID, after: int = 0) -> Iterator[Seal]:
    """Yield a fleet's seals behind a number, in their order."""
    rows = SealRow.objects.filter(fleet=fleet_id, number__gt=after).order_by("number")
    return (seal_of(row) for row in rows.iterator(chunk_size=20))


def checkpoints_of(*, fleet_id: UUID) -> Iterator[Checkpoint]:
    """Yield a fleet's checkpoints in their order."""
    rows = SealCheckpoint.objects.filter(fleet=fleet_id).order_by("number")
    return (checkpoint_of(row) for row in rows.iterator(chunk_size=20))


def seal_head(*, fleet: Fleet) -> SealHead | None:
    """Return how far a fleet's log is sealed; None before the first seal."""
    return SealHead.objects.filter(fleet=fleet).first()


def seals_newest(*, fleet: Fleet, most: int) -> list[SealRow]:
    """Return a fleet's newest seals, without the digests they cover."""
    rows = SealRow.objects.filter(fleet=fleet).defer("ids", "digests")
    return list(rows.order_by("-number")[:most])


def seal_lag(*, now: datetime) -> timedelta:
    """Return how old the oldest committed row is that should be sealed by now; 0 where none is."""
    heads = {row.fleet_id: head_of(row) for row in SealHead.objects.all()}
    return max(
        (_lag(pk, heads.get(pk), now) for pk in Fleet.objects.values_list("pk", flat=True)),
        default=timedelta(),
    )


def fleet_seal_lag(*, fleet: Fleet, now: datetime) -> timedelta:
    """Return the same of one fleet."""
    row = seal_head(fleet=fleet)
    return _lag(fleet.pk, None if row is None else head_of(row), now)


def last_check_ended(*, fleet: Fleet) -> LogCheck | None:
    """Return the fleet's newest check that came to an end by itself."""
    ended = LogCheck.objects.filter(fleet=fleet, state=CheckState.DONE.value)
    return ended.order_by("-number").first()


def checks_of(*, fleet: Fleet, most: int) -> list[LogCheck]:
    """Return a fleet's newest checks, the newest first."""
    return list(LogCheck.objects.filter(fleet=fleet).order_by("-number")[:most])


def _lag(fleet_id: UUID, head: Head | None, now: datetime) -> timedelta:
    nothing = Head(
        fleet=str(fleet_id), number=0, seal="", checkpoints=0, checkpoint="", marks={}, key=""
    )
    waiting = [
        at
        for kind in sealed_kinds()
        if (
            at := oldest_behind(
                kind=kind, fleet_id=fleet_id, after=(head or nothing).mark(kind.name)
            )
        )
    ]
    return max(timedelta(), now - min(waiting)) if waiting else timedelta()
