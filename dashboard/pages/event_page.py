"""One event: its sentence, its facts as a table, what it is about, and its place in the chain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards.events import EventFact, EventLink, EventPage
from dashboard.display.durations import wire_time
from dashboard.display.zones import shown_now
from dashboard.pages.event_links import back_read, event_url, events_url
from dashboard.pages.event_rows import event_rows
from escalations.selectors.event_tickets import tickets_of_event
from governance.selectors.event_log import events_beside, events_together
from governance.selectors.tasks import lineage_of
from governance.services.events import event_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dashboard.cards.events import EventRow
    from governance.models import Event, Fleet

# Lists and tables in a payload may be long; the file of the log has them whole.
_VALUES_MOST = 20
# What would tell whoever judges a piece of work how far its agent is trusted.
_UNTOLD = {"audit.drawn": {"sentence", "probability"}}
_FACTS_MOST = 80
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def event_page(fleet: Fleet, event: Event, *, back: str) -> EventPage:
    """Return the page of one event; a fixed number of queries.

    Args:
        fleet: whose event.
        event: which.
        back: the path that its address asks to be led back to, not yet trusted.
    """
    back_url = back_read(fleet.slug, back)
    together = events_together(event=event)
    row, *others = event_rows([event, *together], fleet=fleet.slug, back=back_url)
    earlier, later = events_beside(event=event)
    return EventPage(
        row=replace(row, links=(*row.links, *_tickets(row, event, fleet))),
        fleet_name=fleet.name,
        zone=shown_now().name,
        log_url=events_url(fleet.slug),
        back_url=back_url,
        facts=tuple(_facts(event, fleet.slug))[:_FACTS_MOST],
        together=tuple(others),
        earlier_url=event_url(fleet.slug, earlier.seq, back=back_url) if earlier else "",
        later_url=event_url(fleet.slug, later.seq, back=back_url) if later else "",
        hash=event.hash,
        previous_hash=event.previous_hash,
        chain=_chain(event, earlier),
        integrity_url=reverse("fleet-integrity", kwargs={"fleet": fleet.slug}),
    )


def _tickets(row: EventRow, event: Event, fleet: Fleet) -> Iterator[EventLink]:
    """Return the tickets that the row does not name yet, and where the lineage of a task is."""
    named = {link.url for link in row.links}
    tickets = tickets_of_event(fleet=fleet, ids=event.ids)
    for ticket in tickets:
        url = _ticket_url(fleet, ticket.number)
        if url not in named:
            yield EventLink("ticket", f"#{ticket.number}", url)
    of_task = next((ticket for ticket in tickets if ticket.task is not None), None)
    if of_task and of_task.task and len(lineage_of(task=of_task.task, most=2)) > 1:
        url = f"{_ticket_url(fleet, of_task.number)}#lineage"
        yield EventLink("", "lineage of the task", url)


def _ticket_url(fleet: Fleet, number: int) -> str:
    return reverse("ticket", kwargs={"fleet": fleet.slug, "number": number})


def _facts(event: Event, slug: str) -> Iterator[EventFact]:
    alike = events_url(slug, name=event.name)
    yield EventFact(name="event", value=event.name, url=alike, is_raw=True)
    yield EventFact(name="recorded at", value=wire_time(event.created_at), is_raw=True)
    yield EventFact(name="actor", value=event.actor, is_raw=True)
    for name, value in event.ids.items():
        yield EventFact(name=f"{name} id", value=value, is_raw=True)
    untold = _UNTOLD.get(event.name, set())
    told = {name: value for name, value in event.payload.items() if name not in untold}
    yield from _flat("", told)


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[EventFact]:
    """Return each value of a payload by its path of names, as in `evidence, failures`."""
    for name, value in values.items():
        path = f"{prefix}, {name}" if prefix else name
        words = path.replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(path, value)
        elif isinstance(value, list):
            yield EventFact(name=words, value=_listed(value))
        elif value not in ("", None):
            yield EventFact(name=words, value=_text(value))


def _listed(values: list[Any]) -> str:
    shown = "; ".join(_text(value) for value in values[:_VALUES_MOST])
    more = len(values) - _VALUES_MOST
    return f"{shown}; {more:,} more" if more > 0 else shown or "none"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return _in_one_form(value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_text(each)}" for name, each in value.items())
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


def _in_one_form(value: str) -> str:
    """Return a stored moment as every time of the facts is written, any other text as it is."""
    if not _MOMENT.fullmatch(value):
        return value
    try:
        return wire_time(datetime.fromisoformat(value))
    except ValueError:
        # It only looks like one, as "2026-99-01T00:00:00Z" does.
        return value


def _chain(event: Event, earlier: Event | None) -> str:
    """Return whether the record is what was hashed, and stands where it says, in sentences."""
    if event_hash(event) != event.hash:
        return "The hash does not fit the record: somebody has changed it since."
    if earlier is not None and earlier.hash != event.previous_hash:
        return "The hash fits the record, but the event before it is another than it names."
    return "The hash fits the record, and the event before it is the one it names."
