"""The tickets that one answer is asked for, line by line, and the rule that leaves each out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.cards import TicketRow
from dashboard.cards.together import LeftOutNote, TogetherLine
from dashboard.display.visible_text import visible_text
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import why_not_now
from dashboard.pages.votes import votes_of
from escalations.domain.queue import Alike, alike_text
from escalations.domain.together import ANSWERS, Candidate, LeftOut, TicketName, left_out
from escalations.domain.voting import Choice
from escalations.selectors.together import candidate_of

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

_WHAT_MOST = 60
_STAYS_FROZEN = "release (the agent stays frozen)"

Key = tuple[str, int]
Beyond = tuple[str, Alike]


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket that an answer is asked for: as it is, and by answer what it asks and who not."""

    ticket: Ticket
    row: TicketRow
    candidates: Mapping[Choice, Candidate]

    @property
    def key(self) -> Key:
        """Return by what the ticket is found again: its fleet's slug and its number."""
        return self.row.fleet_slug, self.row.number

    @property
    def name(self) -> TicketName:
        """Return the ticket as a form names it."""
        return TicketName(self.row.fleet_slug, self.row.number, self.row.version)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The lines with the rule that leaves each out of an answer, or None."""

    lines: tuple[Line, ...]
    rules: Mapping[Choice, tuple[LeftOut | None, ...]]

    def counted(self, choice: Choice) -> tuple[Line, ...]:
        """Return the lines of the tickets that the answer would be given to."""
        pairs = zip(self.lines, self.rules[choice], strict=True)
        return tuple(line for line, rule in pairs if rule is None)

    def answered(self, choice: Choice) -> tuple[Candidate, ...]:
        """Return the tickets that the answer would be given to."""
        return tuple(line.candidates[choice] for line in self.counted(choice))


def line_of(ticket: Ticket, viewers: Mapping[UUID, Viewer]) -> Line:
    """Return a ticket as the list shows it, and what each answer asks of it."""
    viewer = viewers[ticket.fleet_id]
    row = ticket_row(ticket, viewer=viewer, names_fleet=len(viewers) > 1)
    signed = sum(vote.choice == Choice.APPROVE for vote in votes_of(ticket))
    what = "".join(
        segment.text for segment in visible_text(row.operation, limit=_WHAT_MOST).segments
    )
    candidates = {
        choice: candidate_of(
            ticket,
            what={"task": what, "release": _STAYS_FROZEN}.get(row.kind, ""),
            why_not=_why_not(ticket, row, viewer, choice),
            signed=signed,
        )
        for choice in ANSWERS
    }
    return Line(ticket, row, candidates)


def _why_not(ticket: Ticket, row: TicketRow, viewer: Viewer, choice: Choice) -> str:
    """Return why the person cannot give this answer now, wherever they try."""
    if row.is_pending:
        return why_not_now(viewer, ticket, choice)
    by = f" by {row.ruling.by}" if row.ruling is not None and row.ruling.by else ""
    return f"{row.mark.label}{by}: it waits for nobody any longer."


def lines_sorted(lines: Sequence[Line]) -> Sorted:
    """Return the lines with what leaves each of them out, by answer."""
    rules = {
        choice: left_out([line.candidates[choice] for line in lines], choice) for choice in ANSWERS
    }
    return Sorted(tuple(lines), rules)


def lines_shown(
    found: Sorted,
    named: Mapping[Key, TicketName],
    url: str,
    beyond: Sequence[Beyond] = (),
) -> tuple[TogetherLine, ...]:
    """Return the lines, each with its way out where there is a ``url``.

    Args:
        found: the tickets and the rules against them.
        named: what was selected one by one, at the versions it had then.
        url: where the rest is shown without one.
        beyond: groups of identical requests that are not listed whole.
    """
    rules = zip(*(found.rules[choice] for choice in ANSWERS), strict=True)
    names = {line.key: named.get(line.key, line.name) for line in found.lines}
    return tuple(
        TogetherLine(
            row=line.row,
            name=str(line.name),
            left_out=_notes(dict(zip(ANSWERS, each, strict=True))),
            has_changed=names[line.key] != line.name,
            without_url=_without(url, names, line.key, beyond),
        )
        for line, each in zip(found.lines, rules, strict=True)
    )


def _notes(rules: Mapping[Choice, LeftOut | None]) -> tuple[LeftOutNote, ...]:
    """Return why answers leave a ticket out; the same reason for both is said once."""
    said = {rule.sentence for rule in rules.values() if rule}
    if len(said) == 1 and all(rules.values()):
        return (LeftOutNote(label="Left out", why=said.pop()),)
    return tuple(
        LeftOutNote(label=f"{choice.value.capitalize()} leaves it out", why=rule.sentence)
        for choice, rule in rules.items()
        if rule
    )


def _without(url: str, names: Mapping[Key, TicketName], key: Key, beyond: Sequence[Beyond]) -> str:
    others = {each: name for each, name in names.items() if each != key}
    return address_of(url, others, beyond) if url and others else ""


def address_of(url: str, names: Mapping[Key, TicketName], beyond: Sequence[Beyond] = ()) -> str:
    """Return the address that shows these tickets, and counts what of ``beyond`` is not listed."""
    fields = {"tickets": [str(name) for name in names.values()], "beyond": group_texts(beyond)}
    query = urlencode(fields, doseq=True, safe="/")
    return f"{url}?{query}" if query else url


def group_texts(groups: Sequence[Beyond]) -> list[str]:
    """Return how a form and an address name groups of identical requests."""
    return [f"{slug}/{alike_text(alike)}" for slug, alike in groups]
