"""Rows, seals and checkpoints as a check of the log reads them: some thousand at a time.

No snapshot is held meanwhile, which would keep the database from tidying up for as long as the
check lasts: what is sealed never changes again, and a removal takes rows and writes down which in
one transaction, so that whoever misses a row finds the record of it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.domain.log.chain import Chain
from governance.domain.log.checking import Reading
from governance.domain.log.rows import ID_BYTES, json_exact
from governance.domain.log.seals import Position, parted
from governance.models import SealCheckpoint
from governance.selectors.sealed_kinds import EVENTS, sealed_kinds
from governance.selectors.sealed_rows import rows_between, rows_named
from governance.selectors.seals import checkpoint_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from governance.domain.log.findings import Finding
    from governance.domain.log.seals import Checkpoint, Row
    from governance.selectors.sealed_kinds import SealedKind

READ_AT_ONCE = 2_000
_BLOBS_KEPT = 32


def readings(
    *,
    fleet_id: UUID,
    chain: Chain,
    found: Callable[[Finding], None],
    lawful: Callable[[Checkpoint], bool],
) -> dict[str, Reading]:
    """Return how a fleet's rows are read, by kind; what breaks the chain of events is ``found``.

    ``lawful`` says of a checkpoint whether it took anything: one that nobody signed did not.
    """
    return {
        kind.name: _reading(
            kind,
            fleet_id,
            chain if kind.name == EVENTS else None,
            found,
            _Removed(fleet_id, kind.name, lawful),
        )
        for kind in sealed_kinds()
    }


def rows_all(
    *, kind: SealedKind, fleet_id: UUID, after: Position, upto: Position | None, form: int | None
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield the rows between two places, however many."""
    while True:
        batch = list(
            rows_between(
                kind=kind,
                fleet_id=fleet_id,
                after=after,
                upto=upto,
                limit=READ_AT_ONCE,
                form=form,
            )
        )
        yield from batch
        if len(batch) < READ_AT_ONCE:
            return
        after = batch[-1][0].position


def event_plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's columns as plain values, as its hash and an export have them."""
    return {
        "id": str(columns["id"]),
        "fleet": str(columns["fleet_id"]),
        "seq": columns["seq"],
        "name": columns["name"],
        "ids": json_exact(columns["ids"]),
        "payload": json_exact(columns["payload"]),
        "actor": columns["actor"],
        "created_at": columns["created_at"].isoformat(),
        "previous_hash": columns["previous_hash"],
        "hash": columns["hash"],
    }


def _reading(
    kind: SealedKind,
    fleet_id: UUID,
    chain: Chain | None,
    found: Callable[[Finding], None],
    removed: _Removed,
) -> Reading:
    def between(after: Position, upto: Position, form: int) -> Iterator[Row]:
        rows = rows_all(kind=kind, fleet_id=fleet_id, after=after, upto=upto, form=form or None)
        for row, columns in rows:
            if chain is not None:
                for each in chain.take(event_plain(columns), gaps=False):
                    found(each)
            yield row

    def named(ids: Collection[bytes], form: int) -> Mapping[bytes, Row]:
        wanted = [UUID(bytes=each) for each in ids]
        rows = rows_named(kind=kind, ids=wanted, form=form or None)
        return {UUID(row.position.id).bytes: row for row, _ in rows}

    return Reading(
        table=kind.table,
        between=between,
        named=named,
        removed=removed,
        forms=len(kind.forms),
    )


class _Removed:
    """Which rows lawful removals took; of their lists some stay in memory.

    A checkpoint that is not ``lawful`` took nothing, wherever it stands.
    """

    def __init__(self, fleet_id: UUID, kind: str, lawful: Callable[[Checkpoint], bool]) -> None:
        self._lawful = lawful
        self._rows = SealCheckpoint.objects.filter(fleet=fleet_id, kind=kind)
        self._kept: OrderedDict[int, frozenset[bytes]] = OrderedDict()

    def __call__(self, ids: Collection[bytes]) -> Collection[bytes]:
        if not ids:
            return ()
        left = set(ids)
        first, last = UUID(bytes=min(left)), UUID(bytes=max(left))
        near = self._rows.filter(first_id__lte=last, last_id__gte=first)
        for number in near.order_by("number").values_list("number", flat=True):
            left -= self._of(number)
            if not left:
                break
        return set(ids) - left

    def _of(self, number: int) -> frozenset[bytes]:
        if number not in self._kept:
            each = checkpoint_of(self._rows.get(number=number))
            taken = parted(each.ids, ID_BYTES) if self._lawful(each) else ()
            self._kept[number] = frozenset(taken)
            if len(self._kept) > _BLOBS_KEPT:
                self._kept.popitem(last=False)
        return self._kept[number]
