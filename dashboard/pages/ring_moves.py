"""What happened to a ring: its first job, each finding, each question, each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.agent_page import MoveLine
from dashboard.display.wording import Mark
from dashboard.pages.names import actor_words, names_of
from escalations.selectors.incident_tickets import ring_tickets
from governance.domain.collusion.states import RingVerdict
from governance.events import CollusionFound, CollusionSettled
from governance.selectors.records import ring_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from escalations.models import Ticket
    from governance.models import CollusionRing, Event

_FOUND = Mark("Found", "eye", "amber")
_MORE = Mark("More evidence", "eye", "amber")
_SETTLED = {
    RingVerdict.CONFIRM: Mark("Confirmed", "x", "crit"),
    RingVerdict.DISMISS: Mark("Dismissed", "check", "good"),
    RingVerdict.VERIFY: Mark("Checks wanted", "ask", "line"),
}


def ring_moves(ring: CollusionRing, began_at: datetime | None) -> tuple[MoveLine, ...]:
    """Return what happened, oldest first.

    Args:
        ring: found by a scan.
        began_at: when its members first worked together within the scan's window.
    """
    found = ring_events(ring=ring, names=[CollusionFound.wire_name])
    settled = ring_events(ring=ring, names=[CollusionSettled.wire_name])
    names = names_of(event.actor for event in (*found, *settled))
    moves = [
        *_began(began_at),
        *(_found(event, first=event is found[0], names=names) for event in found),
        *(_asked(ticket) for ticket in ring_tickets(ring_id=ring.pk)),
        *(_settled(event, names) for event in settled),
    ]
    # What happened in one moment stays in this order.
    return tuple(sorted(moves, key=lambda move: move.at))


def ring_move(event: Event, names: Mapping[str, str]) -> MoveLine:
    """Return one finding or verdict, as the pages of members tell it."""
    if event.name == CollusionSettled.wire_name:
        return _settled(event, names)
    return _found(event, first=True, names=names)


def _began(began_at: datetime | None) -> Iterable[MoveLine]:
    if began_at is not None:
        yield MoveLine(
            at=began_at,
            mark=Mark("First job", "people", "line"),
            change="",
            sentence="The first job among them within the time that was scanned.",
            by="",
        )


def _found(event: Event, *, first: bool, names: Mapping[str, str]) -> MoveLine:
    return MoveLine(
        at=event.created_at,
        mark=_FOUND if first else _MORE,
        change="",
        sentence=event.payload["sentence"],
        by=actor_words(event.actor, names),
        note="" if event.payload["enforced"] else "only recorded",
    )


def _settled(event: Event, names: Mapping[str, str]) -> MoveLine:
    payload = event.payload
    reason = f"\N{LEFT DOUBLE QUOTATION MARK}{payload['reason']}\N{RIGHT DOUBLE QUOTATION MARK} "
    return MoveLine(
        at=event.created_at,
        mark=_SETTLED[RingVerdict(payload["verdict"])],
        change="",
        sentence=(reason if payload["reason"] else "") + payload["sentence"],
        by=actor_words(event.actor, names),
    )


def _asked(ticket: Ticket) -> MoveLine:
    return MoveLine(
        at=ticket.opened_at,
        mark=Mark("Asked", "queue", "line"),
        change="",
        sentence=f"Ticket #{ticket.number} asked whether the ring is real.",
        by="",
    )
