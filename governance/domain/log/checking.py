"""The check of rows against seals: a stream of both in, findings out; it holds one seal at a time.

Whoever calls it reads the rows; nothing here knows a database. The order is that of the seals'
numbers, and of each kind the rows up to the seal's last one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from governance.domain.log.findings import Finding, FindingKind, short, unknown_key_words
from governance.domain.log.given_up import NOTHING, GivenUp, SealsKept
from governance.domain.log.keys import SealKeys
from governance.domain.log.seals import START, Head, Position, Row, Seal


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the rows of one kind are read, as of one moment.

    ``between`` yields the rows behind a place up to another, by the columns of a form. ``named``
    returns those of some ids that exist anywhere, by id. ``removed`` returns which of some ids a
    lawful removal took. Forms are counted from 1; 0 asks for the newest.
    """

    table: str
    between: Callable[[Position, Position, int], Iterable[Row]]
    named: Callable[[Collection[bytes], int], Mapping[bytes, Row]]
    removed: Callable[[Collection[bytes]], Collection[bytes]]
    forms: int = 1


@dataclass(kw_only=True)
class LogReader:
    """How far a check has come.

    ``base`` is the seal before the first that is checked, where not all are; ``places`` are where
    each kind was sealed up to by then.
    """

    keys: SealKeys
    kinds: Mapping[str, Reading]
    given_up: GivenUp = NOTHING
    base: Seal | None = None
    places: dict[str, Position] = field(default_factory=dict)
    seals: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    last: Seal | None = None
    _reported: set[str] = field(default_factory=set)
    _kept: SealsKept = field(init=False)

    def __post_init__(self) -> None:
        """Compare seals with the newest record of a lost key."""
        self._kept = self.given_up.seals_kept(after=self.base.number if self.base else 0)

    def seal(self, seal: Seal) -> Iterator[Finding]:
        """Check one seal and the rows it covers; call it in the order of the numbers."""
        yield from self._signature(seal)
        yield from self._kept.take(seal)
        before = self.last or self.base
        yield from _follows(seal, before)
        self.last, self.seals = seal, self.seals + 1
        reading = self.kinds.get(seal.kind)
        if reading is None or not seal.is_whole or not 1 <= seal.form <= reading.forms:
            yield _of_seal(
                FindingKind.UNREADABLE, seal, f"covers rows that cannot be read: {seal.kind}."
            )
            return
        after = self.places.get(seal.kind, START)
        self.places[seal.kind] = max(after, seal.upto)
        yield from self._rows(seal, reading, after)

    def end(self, head: Head | None, *, signature: str) -> Iterator[Finding]:
        """Check what stands behind the last seal, and the record of how far all is sealed."""
        yield from self._kept.end()
        if head is None:
            if self.last is not None:
                yield Finding(
                    kind=FindingKind.HEAD_CHANGED,
                    sentence="The record of how far the log is sealed is gone.",
                )
            return
        yield from self._head(head, signature)
        for kind, reading in self.kinds.items():
            after, upto = self.places.get(kind, START), head.mark(kind)
            if upto <= after:
                continue
            for row in reading.between(after, upto, 0):
                self._count(kind)
                yield from self._inserted(kind, reading, row)

    def _rows(self, seal: Seal, reading: Reading, after: Position) -> Iterator[Finding]:
        left = seal.covered()
        for row in reading.between(after, seal.upto, seal.form):
            self._count(seal.kind)
            key = UUID(row.position.id).bytes
            digest = left.pop(key, None)
            if digest is None:
                yield from self._inserted(seal.kind, reading, row)
            elif digest != row.digest:
                yield from self._altered(seal, reading, row)
        if left:
            yield from self._gone(seal, reading, left)

    def _gone(self, seal: Seal, reading: Reading, left: Mapping[bytes, bytes]) -> Iterator[Finding]:
        elsewhere = reading.named(list(left), seal.form)
        lawful = reading.removed([key for key in left if key not in elsewhere])
        for key in left:
            if key in elsewhere:
                # It stands in another place, or belongs to another fleet, by now.
                yield from self._altered(seal, reading, elsewhere[key])
            elif key not in lawful:
                row = str(UUID(bytes=key))
                yield _of_row(
                    FindingKind.MISSING,
                    seal.kind,
                    reading.table,
                    row,
                    f"is missing: seal {seal.number} of {short(seal.sealed_at)} has it, and no"
                    " removal took it.",
                    number=seal.number,
                    at=seal.sealed_at,
                )

    def _altered(self, seal: Seal, reading: Reading, row: Row) -> Iterator[Finding]:
        if row.position.id in self._reported:
            return
        self._reported.add(row.position.id)
        yield _of_row(
            FindingKind.ALTERED,
            seal.kind,
            reading.table,
            row.position.id,
            f"of {short(row.at.isoformat())} was altered after seal {seal.number} of"
            f" {short(seal.sealed_at)}.",
            number=row.position.order if seal.kind == "events" else seal.number,
            at=row.at.isoformat(),
        )

    def _inserted(self, kind: str, reading: Reading, row: Row) -> Iterator[Finding]:
        if row.position.id in self._reported:
            return
        self._reported.add(row.position.id)
        yield _of_row(
            FindingKind.INSERTED,
            kind,
            reading.table,
            row.position.id,
            f"of {short(row.at.isoformat())} was inserted afterwards: no seal has it, and those"
            " written at its place are sealed.",
            number=row.position.order if kind == "events" else None,
            at=row.at.isoformat(),
        )

    def _signature(self, seal: Seal) -> Iterator[Finding]:
        if seal.key not in self.keys.known:
            if not self.given_up.excuses(seal.key, seal=seal.number):
                yield _of_seal(FindingKind.UNKNOWN_KEY, seal, unknown_key_words(seal.key))
        elif not self.keys.has_signed(seal.signed, key=seal.key, signature=seal.signature):
            yield _of_seal(FindingKind.BAD_SIGNATURE, seal, "does not bear its key's signature.")
        if seal.remark:
            yield _of_seal(FindingKind.HEAD_CHANGED, seal, f"says: {seal.remark}")

    def _head(self, head: Head, signature: str) -> Iterator[Finding]:
        if head.key not in self.keys.known:
            yield Finding(
                kind=FindingKind.UNKNOWN_KEY,
                sentence=f"The record of how far the log is sealed is signed with key {head.key},"
                " which SEAL_KEY and SEAL_KEYS_BEFORE do not hold.",
            )
        elif not self.keys.has_signed(head.signed, key=head.key, signature=signature):
            yield Finding(
                kind=FindingKind.HEAD_CHANGED,
                sentence="The record of how far the log is sealed was changed.",
            )
        last = self.last or self.base
        number, signed = (last.number, last.signature) if last else (0, "")
        if (number, signed) != (head.number, head.seal):
            yield Finding(
                kind=FindingKind.SEALS_MISSING,
                sentence=f"The newest seal is {number}, and {head.number} were made: what came last"
                " was taken away or replaced.",
                number=head.number,
            )

    def _count(self, kind: str) -> None:
        self.rows[kind] = self.rows.get(kind, 0) + 1


def _follows(seal: Seal, before: Seal | None) -> Iterator[Finding]:
    number, signature = (before.number, before.signature) if before else (0, "")
    if seal.number != number + 1:
        gone = (
            f"{number + 1}" if seal.number == number + 2 else f"{number + 1} to {seal.number - 1}"
        )
        yield _of_seal(
            FindingKind.SEALS_MISSING, seal, f"follows seal {number}: {gone} taken away."
        )
    elif seal.previous != signature:
        yield _of_seal(
            FindingKind.SEALS_RELINKED,
            seal,
            f"names another seal before it than seal {number}: one of them was replaced.",
        )


def _of_seal(kind: FindingKind, seal: Seal, sentence: str) -> Finding:
    return Finding(
        kind=kind,
        sentence=f"Seal {seal.number} of {short(seal.sealed_at)} {sentence}",
        subject=seal.kind,
        number=seal.number,
        at=seal.sealed_at,
    )


def _of_row(
    kind: FindingKind,
    subject: str,
    table: str,
    row: str,
    sentence: str,
    *,
    number: int | None,
    at: str,
) -> Finding:
    of = f"{subject.removesuffix('s').capitalize()} {row} in {table}"
    if subject == "events" and number is not None and kind is not FindingKind.MISSING:
        of = f"Event {number} ({row}) in {table}"
    return Finding(
        kind=kind,
        sentence=f"{of} {sentence}",
        subject=subject,
        table=table,
        row=row,
        number=number,
        at=at,
    )
