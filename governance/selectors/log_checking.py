"""The whole check of a fleet's log: events by their chain, all kinds against their seals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.log.chain import Chain
from governance.domain.log.checking import LogReader
from governance.domain.log.checkpoints import checkpoints_check
from governance.domain.log.findings import Finding, FindingKind
from governance.domain.log.given_up import losses_check
from governance.domain.log.seals import START, Position
from governance.domain.phrases import count_words
from governance.models import Seal as SealRow
from governance.models import SealHead
from governance.selectors.log_reading import event_plain, readings, rows_all
from governance.selectors.seal_losses import head_with_losses
from governance.selectors.sealed_kinds import EVENTS, sealed_kind, sealed_kinds
from governance.selectors.sealed_rows import event_number_given, rows_ahead
from governance.selectors.seals import checkpoints_of, head_of, seal_keys, seal_of, seals_of
from governance.selectors.transaction_numbers import numbers_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from governance.domain.log.seals import Checkpoint, Head, Seal


class LogRun:
    """One check of a fleet's log: what was read, what was found, how far it is.

    Args:
        fleet_id: of which fleet.
        since: only seals from then on, with what stands behind them; all where it is None.
        told: hears the share that is done, in [0, 1].
        anchors: signatures of seals by number that were noted down elsewhere.
    """

    def __init__(
        self,
        *,
        fleet_id: UUID,
        since: datetime | None = None,
        told: Callable[[float], None] = lambda _share: None,
        anchors: dict[int, str] | None = None,
    ) -> None:
        self._fleet_id = fleet_id
        self._told = told
        self._anchors = anchors or {}
        self._chained: list[Finding] = []
        keys = seal_keys()
        self._head, losses = head_with_losses(fleet_id=fleet_id)
        head = None if self._head is None else head_of(self._head)
        given_up, self._of_losses = losses_check(losses, keys, head)
        base = _base(fleet_id, since)
        event = sealed_kind(EVENTS)
        self._chain = Chain(table=event.table if event else EVENTS, number=None if base else 0)
        self.reader = LogReader(
            keys=keys,
            kinds=readings(
                fleet_id=fleet_id,
                chain=self._chain,
                found=self._chained.append,
                lawful=lambda each: given_up.vouches(each, keys),
            ),
            given_up=given_up,
            base=base,
            places=_places(fleet_id, base),
        )

    @property
    def notes(self) -> list[str]:
        """Return what is to be known for ever of keys that were given up."""
        return self.reader.given_up.sentences(self.reader.keys)

    def findings(self) -> Iterator[Finding]:
        """Read everything and yield what is wrong, as it is found."""
        row, reader = self._head, self.reader
        head = None if row is None else head_of(row)
        yield from self._of_losses
        checkpoints = _up_to(head, self._fleet_id)
        yield from checkpoints_check(checkpoints, reader.keys, head, reader.given_up)
        yield from self._seals(head)
        yield from self.reader.end(head, signature=row.signature if row else "")
        yield from self._flushed()
        yield from self._tail(head)
        yield from self._ahead()
        yield from self._anchored()
        self._told(1.0)

    def _seals(self, head: Head | None) -> Iterator[Finding]:
        first = self.reader.base.number if self.reader.base else 0
        last = head.number if head else None
        for seal in seals_of(fleet_id=self._fleet_id, after=first):
            if last is not None and seal.number > last and self._is_new(seal.number):
                # Made since the check began; the next one has it.
                return
            yield from self.reader.seal(seal)
            yield from self._flushed()
            self._told((seal.number - first) / max(1, (last or seal.number) - first + 1))

    def _is_new(self, number: int) -> bool:
        now = SealHead.objects.filter(fleet=self._fleet_id).values_list("number", flat=True).first()
        return now is not None and number <= now

    def _flushed(self) -> Iterator[Finding]:
        yield from self._chained
        self._chained.clear()

    def _tail(self, head: Head | None) -> Iterator[Finding]:
        """Check the events that are not sealed yet: by their chain alone."""
        kind = sealed_kind(EVENTS)
        given = event_number_given(fleet_id=self._fleet_id)
        if kind is None:
            return
        after = max(self.reader.places.get(EVENTS, START), head.mark(EVENTS) if head else START)
        upto = None
        for _row, columns in rows_all(
            kind=kind, fleet_id=self._fleet_id, after=after, upto=upto, form=None
        ):
            event = event_plain(columns)
            if event["seq"] > given and event["seq"] > event_number_given(fleet_id=self._fleet_id):
                yield _behind(kind.table, event, given)
                continue
            yield from self._chain.take(event, gaps=True)
            self.reader.rows[EVENTS] = self.reader.rows.get(EVENTS, 0) + 1
        if self._chain.number is not None and self._chain.number < given:
            yield Finding(
                kind=FindingKind.MISSING,
                sentence=f"Events {self._chain.number + 1} to {given} in {kind.table} are missing:"
                f" {given} were written.",
                subject=EVENTS,
                table=kind.table,
                number=self._chain.number + 1,
            )

    def _ahead(self) -> Iterator[Finding]:
        """Name rows that stand where the sealer never looks: no transaction has come to there.

        Where numbers went back, that would be every row there is.
        """
        if numbers_back() is not None:
            return
        for kind in sealed_kinds():
            if kind.name == EVENTS:
                continue
            for row, _ in rows_ahead(kind=kind, fleet_id=self._fleet_id):
                yield Finding(
                    kind=FindingKind.INSERTED,
                    sentence=f"Row {row.position.id} in {kind.table} was inserted by hand: no"
                    " transaction has its number yet.",
                    subject=kind.name,
                    table=kind.table,
                    row=row.position.id,
                    at=row.at.isoformat(),
                )

    def _anchored(self) -> Iterator[Finding]:
        for number, signature in self._anchors.items():
            rows = SealRow.objects.filter(fleet=self._fleet_id, number=number)
            if rows.values_list("signature", flat=True).first() != signature:
                yield Finding(
                    kind=FindingKind.SEALS_MISSING,
                    sentence=f"Seal {number} is not the one that was noted down: it was taken away"
                    " or replaced.",
                    number=number,
                )


def _up_to(head: Head | None, fleet_id: UUID) -> Iterator[Checkpoint]:
    """Yield the checkpoints that ``head`` knows, and those beyond it that nobody made since."""
    most = head.checkpoints if head else None
    for each in checkpoints_of(fleet_id=fleet_id):
        if most is None or each.number <= most or each.number > _made(fleet_id):
            yield each


def _made(fleet_id: UUID) -> int:
    rows = SealHead.objects.filter(fleet=fleet_id).values_list("checkpoints", flat=True)
    return rows.first() or 0


def _base(fleet_id: UUID, since: datetime | None) -> Seal | None:
    if since is None:
        return None
    rows = SealRow.objects.filter(fleet=fleet_id, sealed_at__lt=since)
    row = rows.order_by("-number").first()
    return None if row is None else seal_of(row)


def _places(fleet_id: UUID, base: Seal | None) -> dict[str, Position]:
    if base is None:
        return {}
    rows = SealRow.objects.filter(fleet=fleet_id, number__lte=base.number)
    newest = rows.order_by("kind", "-number").distinct("kind")
    return {
        kind: Position(order, str(row))
        for kind, order, row in newest.values_list("kind", "upto_order", "upto_id")
    }


def _behind(table: str, event: dict[str, object], given: int) -> Finding:
    return Finding(
        kind=FindingKind.INSERTED,
        sentence=f"Event {event['seq']} ({event['id']}) in {table} was inserted by hand: the fleet"
        f" has written {count_words(given, 'event')}.",
        subject=EVENTS,
        table=table,
        row=str(event["id"]),
        number=int(str(event["seq"])),
        at=str(event["created_at"]),
    )
