"""Sealing: what committed transactions wrote is signed in batches, with a key kept elsewhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.domain.log.seals import LAST_ID, Head, Position, Seal
from governance.models import Fleet, SealHead
from governance.models import Seal as SealRow
from governance.selectors.clock import clock_now
from governance.selectors.sealed_kinds import EVENTS, sealed_kinds
from governance.selectors.sealed_rows import order_below, rows_between
from governance.selectors.seals import moment, seal_keys
from governance.selectors.turns import turn_taken
from governance.services.seal_heads import head_hold, head_store, seal_turn
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from governance.domain.log.keys import SealKeys
    from governance.domain.log.seals import Row
    from governance.selectors.sealed_kinds import SealedKind

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 2_000
# After so long other work gets the worker; what is left waits for the next beat.
TURN_S = 10.0
# A row bears the time its transaction asked for; no transaction lasts for longer than this.
LATE = timedelta(minutes=10)


def seals_write(*, now: datetime | None = None, turn_s: float = TURN_S) -> int:
    """Seal what is new in every fleet, and return in how many something was.

    Args:
        now: when, for seals; the clock's time where it is None.
        turn_s: after so many seconds what is left waits for the next call.
    """
    until = monotonic() + turn_s
    fleets = Fleet.objects.order_by("pk").values_list("pk", flat=True)
    return sum(
        moved_or_logged(partial(_has_sealed, pk, now, until), "fleet %s cannot be sealed", pk)
        for pk in fleets
    )


def fleet_seal(*, fleet_id: UUID, now: datetime | None = None, turn_s: float = TURN_S) -> bool:
    """Seal what is new in one fleet, in batches, each a transaction of its own.

    Returns:
        Whether all is sealed that was there; False where somebody else seals the fleet, or the
        turn is over.

    Raises:
        SealKeyMissingError: if the key of the newest seals is not known; nothing is sealed then.
    """
    until = monotonic() + turn_s
    while (done := _batch(fleet_id, now)) is False:
        if monotonic() > until:
            return False
    return bool(done)


def _has_sealed(fleet_id: UUID, now: datetime | None, until: float) -> bool:
    before = SealHead.objects.filter(fleet=fleet_id).values_list("number", flat=True).first()
    fleet_seal(fleet_id=fleet_id, now=now, turn_s=until - monotonic())
    after = SealHead.objects.filter(fleet=fleet_id).values_list("number", flat=True).first()
    return before != after


@transaction.atomic
def _batch(fleet_id: UUID, at: datetime | None) -> bool | None:
    """Seal the next rows of each kind; return whether none are left, None if it is another's."""
    if not turn_taken(seal_turn(fleet_id)):
        return None
    keys, now = seal_keys(), at or clock_now()
    head, remark = head_hold(fleet_id, keys)
    is_done = True
    for kind in sealed_kinds():
        head, has_more = _kind_seal(kind, head, keys, now, remark)
        if has_more:
            is_done = False
    head_store(head, keys, now)
    return is_done


def _kind_seal(
    kind: SealedKind, head: Head, keys: SealKeys, now: datetime, remark: str
) -> tuple[Head, bool]:
    """Seal the next rows of one kind; return how far it is sealed then, and whether more wait."""
    fleet_id, mark = UUID(head.fleet), head.mark(kind.name)
    below = order_below(kind=kind, fleet_id=fleet_id, after=mark)
    found = list(
        rows_between(kind=kind, fleet_id=fleet_id, after=mark, below=below, limit=ROWS_AT_ONCE)
    )
    rows = [row for row, _ in found if not _is_late(row, head, kind)]
    if len(rows) < len(found):
        logger.error(
            "fleet %s: %d %s bear a time long before they came and are not sealed",
            fleet_id,
            len(found) - len(rows),
            kind.name,
        )
    has_more = len(found) == ROWS_AT_ONCE
    if found:
        mark = found[-1][0].position
    if not has_more:
        # Everything below was looked at: whatever turns up there from now on came too late.
        mark = max(mark, Position(below - 1, LAST_ID))
    looked = _looked(head, kind) if has_more else moment(now)
    if rows or (remark and kind.name == EVENTS):
        hashes = {row.position: columns.get("hash", "") for row, columns in found}
        chained = str(hashes[rows[-1].position]) if rows else ""
        head = _seal_store(kind, head, keys, now, rows, chained=chained, remark=remark)
    marks = {**head.marks, kind.name: [mark.order, mark.id, looked]}
    return replace(head, marks=marks), has_more


def _is_late(row: Row, head: Head, kind: SealedKind) -> bool:
    """Return whether a row bears a time long before the last look, which would have seen it."""
    looked = _looked(head, kind)
    return looked is not None and row.at < datetime.fromisoformat(looked) - LATE


def _looked(head: Head, kind: SealedKind) -> str | None:
    """Return when all rows of a kind that there were had been looked at."""
    found = head.marks.get(kind.name)
    return None if found is None or found[2] is None else str(found[2])


def _seal_store(
    kind: SealedKind,
    head: Head,
    keys: SealKeys,
    now: datetime,
    rows: list[Row],
    *,
    chained: str,
    remark: str,
) -> Head:
    upto = rows[-1].position if rows else head.mark(kind.name)
    seal = Seal(
        fleet=head.fleet,
        number=head.number + 1,
        kind=kind.name,
        form=kind.form,
        upto=upto,
        ids=b"".join(UUID(row.position.id).bytes for row in rows),
        digests=b"".join(row.digest for row in rows),
        head=chained,
        remark=remark,
        previous=head.seal,
        key=keys.current,
        sealed_at=moment(now),
    )
    signature = keys.sign(seal.signed)
    SealRow.objects.create(
        fleet_id=UUID(head.fleet),
        number=seal.number,
        kind=seal.kind,
        form=seal.form,
        rows=seal.rows,
        upto_order=upto.order,
        upto_id=UUID(upto.id),
        ids=seal.ids,
        digests=seal.digests,
        head=seal.head,
        remark=seal.remark,
        previous=seal.previous,
        key=seal.key,
        signature=signature,
        sealed_at=now,
    )
    # Whoever keeps the logs elsewhere can prove later that this seal was there (`verify_log`).
    logger.info("fleet %s: seal %d %s", head.fleet, seal.number, signature)
    return replace(head, number=seal.number, seal=signature)
