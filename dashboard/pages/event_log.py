"""The event log of a fleet: what happened, in words, as an address narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.events import EventFilters, EventLog, OptionGroup
from dashboard.cards.fleet import FilterOption
from dashboard.cards.queue import KindLink
from dashboard.display.bookkeeping import BOOKKEEPING
from dashboard.display.event_marks import AREAS, event_mark
from dashboard.display.figures import plural
from dashboard.display.sheets import Sheet
from dashboard.display.zones import shown_now
from dashboard.pages.event_links import back_read, events_url
from dashboard.pages.event_rows import event_rows
from dashboard.pages.files import file_links
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.periods import zone_switch
from dashboard.pages.trend_marks import MARK_LABELS, names_of_several
from governance.events import REGISTRY
from governance.selectors.event_log import EventPlace, EventScope, events_between, events_count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from dashboard.cards.events import EventRow
    from dashboard.forms.events import EventsForm
    from governance.models import Agent, Event, Fleet
    from governance.selectors.event_log import EventObject

PAGE_SIZE = 50
# In memory at a time, however many there are in all.
BATCH = 500
# No more are counted for one page: it would read all of a long log.
COUNT_MOST = 10_000
_OBJECTS: Mapping[str, str] = {
    "ticket": "Ticket, by number",
    "task": "Task, by id",
    "person": "Person, by user name",
    "key": "API key, by name",
    "policy": "Policy, by version",
    "record": "Any record, by id",
}
# Different words for the same event, where its mark says what became of it.
_LABELS: Mapping[str, str] = {
    "breaker.closed": "Breaker closed",
    "breaker.released": "Released by people",
    "breaker.overflow": "Supervised instead of frozen",
    "breaker.starved": "Probation without a verdict",
    "cascade.task_settled": "Held task settled",
    "ticket.expired": "Ticket expired",
    "ticket.resolved": "Ticket answered",
    "ticket.superseded": "Ticket superseded",
    "ticket.withdrawn": "Ticket withdrawn",
    "tier.changed": "Tier changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAsked:
    """Which events are wanted: of these names, any where it is None, about this agent.

    ``actor`` is who acted, as the log has it, ``about`` what else they are about. ``actors`` are
    those who acted in the period, to choose from.
    """

    names: Collection[str] | None = None
    agent: Agent | None = None
    actor: str = ""
    actors: tuple[str, ...] = ()
    about: EventObject | None = None
    since: datetime | None = None
    until: datetime | None = None


def event_log(
    fleet: Fleet, form: EventsForm, asked: EventsAsked, *, problems: tuple[str, ...]
) -> EventLog:
    """Return one page of the log, the newest first; a fixed number of queries.

    Args:
        fleet: whose log.
        form: what the address says.
        asked: what of it is understood.
        problems: what is not, in sentences.
    """
    url = events_url(fleet.slug)
    found = _events(fleet, asked, before=form.before, most=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    last = shown[-1] if len(found) > PAGE_SIZE else None
    place = EventPlace(last.created_at, last.seq) if last else None
    return EventLog(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        rows=event_rows(shown, fleet=fleet.slug, back=form.address(url, before=form.before)),
        kinds=_kinds(form, url),
        zone=zone_switch(form.address(url, tz="")),
        filters=filters(form, url, actors=asked.actors),
        counted=_counted(fleet, form, asked),
        export_url=_export_url(fleet, form),
        export_of="of this period" if form.since else "of the whole log",
        problems=problems,
        back_url=back_read(fleet.slug, form.back),
        newest_url=form.address(url) if form.before else "",
        older_url=form.address(url, before=place) if place else "",
        files=file_links("fleet-events", "events", address=form.address, fleet=fleet.slug),
    )


def event_sheet(fleet: Fleet, asked: EventsAsked) -> Sheet[tuple[Event, EventRow]]:
    """Return all events that are asked for as a file, the newest first."""
    return Sheet(name="events", fleet=fleet.slug, columns=_COLUMNS, rows=_all(fleet, asked))


_COLUMNS: Mapping[str, Callable[[tuple[Event, EventRow]], Any]] = {
    "seq": lambda row: row[0].seq,
    "at": lambda row: row[0].created_at,
    "event": lambda row: row[0].name,
    "actor": lambda row: row[0].actor,
    "sentence": lambda row: row[1].sentence,
    "path": lambda row: row[1].url,
    "agent_id": lambda row: row[0].ids.get("agent"),
    "task_id": lambda row: row[0].ids.get("task"),
    "ticket_id": lambda row: row[0].ids.get("ticket"),
    "ids": lambda row: row[0].ids,
    "payload": lambda row: row[0].payload,
    "previous_hash": lambda row: row[0].previous_hash,
    "hash": lambda row: row[0].hash,
}


def _all(fleet: Fleet, asked: EventsAsked) -> Iterator[tuple[Event, EventRow]]:
    before = None
    while events := _events(fleet, asked, before=before, most=BATCH):
        yield from zip(events, event_rows(events, fleet=fleet.slug), strict=True)
        before = EventPlace(events[-1].created_at, events[-1].seq)


def _events(
    fleet: Fleet, asked: EventsAsked, *, before: EventPlace | None, most: int
) -> list[Event]:
    return events_between(
        fleet=fleet,
        scopes=list(_scopes(asked)),
        since=asked.since,
        until=asked.until,
        before=before,
        most=most,
    )


def _scopes(asked: EventsAsked) -> Iterator[EventScope]:
    scope = EventScope(asked.names, actor=asked.actor, about=asked.about)
    if asked.about is not None and asked.about.number is not None:
        of_policy = names_of_policy()
        scope = scope._replace(names=of_policy & frozenset(asked.names or of_policy))
    if asked.agent is None:
        yield scope
        return
    of_several = names_of_several()
    yield scope._replace(agent_id=asked.agent.pk)
    several = of_several if scope.names is None else of_several & frozenset(scope.names)
    yield scope._replace(names=several, among=asked.agent.pk)


def names_of_policy() -> frozenset[str]:
    """Return the names of the events that are about a version of the policy."""
    return frozenset(name for name in REGISTRY if name.startswith("policy."))


def _counted(fleet: Fleet, form: EventsForm, asked: EventsAsked) -> str:
    found = events_count(
        fleet=fleet,
        scopes=list(_scopes(asked)),
        since=asked.since,
        until=asked.until,
        most=COUNT_MOST + 1,
    )
    count = f"More than {COUNT_MOST:,} events" if found > COUNT_MOST else plural(found, "event")
    return f"{count} {'matches' if found == 1 else 'match'}" if form.is_filtered else count


def _export_url(fleet: Fleet, form: EventsForm) -> str:
    """Return the export with seals; of the filters it takes a period that has a beginning."""
    url = reverse("fleet-integrity-export", kwargs={"fleet": fleet.slug})
    if form.since is None:
        return url
    said = {"from": form.since_text, "to": form.until_text, "tz": form.tz}
    return f"{url}?{urlencode({name: value for name, value in said.items() if value})}"


def _kinds(form: EventsForm, url: str) -> tuple[KindLink, ...]:
    """Return the kinds of marks on charts, to narrow the log to one of them."""
    every = KindLink(label="All", url=form.address(url, kind=None), is_chosen=form.kind is None)
    return every, *(
        KindLink(label=label, url=form.address(url, kind=kind), is_chosen=form.kind is kind)
        for kind, label in MARK_LABELS.items()
    )


def filters(form: EventsForm, url: str, *, actors: Sequence[str] = ()) -> EventFilters:
    """Return the filters of the log as a form has them; one query for the names of actors."""
    names = names_of(actors)
    kept = {"kind": form.kind.value if form.kind else "", "back": form.back, "tz": form.tz}
    return EventFilters(
        url=url,
        kept=tuple((name, value) for name, value in kept.items() if value),
        zone=shown_now().name,
        any_name=FilterOption(value="", label="Any event", is_chosen=not form.name),
        groups=tuple(_group(area, label, form.name) for area, label in AREAS.items()),
        agent=form.agent,
        since=form.since_text,
        until=form.until_text,
        is_filtered=form.is_filtered,
        actor=form.actor,
        actors=tuple((actor, actor_words(actor, names)) for actor in actors),
        objects=_objects(form),
        which=form.about.which if form.about else "",
        is_terse=form.is_terse,
        bookkeeping=tuple((name, name_label(name), why) for name, why in BOOKKEEPING.items()),
    )


def _objects(form: EventsForm) -> tuple[FilterOption, ...]:
    chosen = form.about.kind.value if form.about else ""
    return (
        FilterOption(value="", label="Anything", is_chosen=not chosen),
        *(
            FilterOption(value=value, label=label, is_chosen=value == chosen)
            for value, label in _OBJECTS.items()
        ),
    )


def _group(area: str, label: str, chosen: str) -> OptionGroup:
    whole = f"{area}.*"
    names = sorted(name for name in REGISTRY if name.startswith(f"{area}."))
    every = [FilterOption(value=whole, label=f"All of {label}", is_chosen=chosen == whole)]
    return OptionGroup(
        label=label,
        options=(
            *(every if len(names) > 1 else []),
            *(
                FilterOption(value=name, label=name_label(name), is_chosen=name == chosen)
                for name in names
            ),
        ),
    )


def name_label(name: str) -> str:
    """Return what the events of a name are called, whatever each of them says."""
    return _LABELS.get(name) or event_mark(name, {}).label
