"""Events as rows: when, what in words, who, and the pages of what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from dashboard.cards.events import EventLink, EventRow
from dashboard.display.event_marks import event_mark
from dashboard.display.event_words import event_sentence
from dashboard.pages.agent_links import agent_url
from dashboard.pages.event_links import event_url
from dashboard.pages.names import actor_words, names_of
from governance.selectors.agents import agent_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from governance.models import Event

# Fields of payloads that hold the user name of a person.
_PEOPLE = ("agreed_by", "by", "given_to", "taken_from", "username")
# Where what an event is about has a page, by the name of its id.
_PAGES: Mapping[str, tuple[str, str, str]] = {
    "cascade": ("cascade", "cascade_id", "cascade"),
    "ring": ("ring", "ring_id", "ring"),
    "incident": ("fleet-incident", "incident_id", "incident"),
}
# Where the page of an area is that shows what its events are about.
_LISTS: Mapping[str, tuple[str, str]] = {
    "preapproval": ("fleet-rules", "rules"),
    "tool": ("fleet-tools", "tools"),
    "escalation": ("fleet-escalation", "escalation policy"),
}


def event_rows(events: Sequence[Event], *, fleet: str, back: str = "") -> tuple[EventRow, ...]:
    """Return the rows of events in their order; two queries.

    Args:
        events: of one fleet.
        fleet: its slug.
        back: the path that the page of each event leads back to.
    """
    names = names_of(name for event in events for name in _people(event))
    agents = agent_names(event.ids["agent"] for event in events if "agent" in event.ids)

    def who(actor: str) -> str:
        return actor_words(actor, names)

    return tuple(
        EventRow(
            seq=event.seq,
            at=event.created_at,
            name=event.name,
            mark=event_mark(event.name, event.payload),
            sentence=event_sentence(event.name, event.payload, event.actor, who),
            by=who(event.actor),
            url=event_url(fleet, event.seq, back=back),
            links=tuple(_links(event, fleet, agents)),
        )
        for event in events
    )


def event_people(event: Event) -> Callable[[str], str]:
    """Return how the people of one event are named; one query."""
    names = names_of(_people(event))
    return lambda actor: actor_words(actor, names)


def _people(event: Event) -> Iterator[str]:
    yield event.actor
    for field in _PEOPLE:
        if isinstance(name := event.payload.get(field), str) and name:
            yield name


def _links(event: Event, fleet: str, agents: Mapping[str, str]) -> Iterator[EventLink]:
    agent_id = event.ids.get("agent", "")
    if agent_id in agents:
        yield EventLink("agent", agents[agent_id], agent_url("agent", UUID(agent_id), fleet=fleet))
    area = event.name.partition(".")[0]
    number = event.payload.get("number")
    if area == "ticket" and isinstance(number, int):
        place = {"fleet": fleet, "number": number}
        yield EventLink("ticket", f"#{number}", reverse("ticket", kwargs=place))
    for key, (name, field, label) in _PAGES.items():
        if key in event.ids:
            place = {"fleet": fleet, field: event.ids[key]}
            yield EventLink("", label, reverse(name, kwargs=place))
    if area in _LISTS:
        name, label = _LISTS[area]
        yield EventLink("", label, reverse(name, kwargs={"fleet": fleet}))
