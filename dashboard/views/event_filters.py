"""What the address of the event log asks for, looked up in the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.display.bookkeeping import BOOKKEEPING
from dashboard.forms.event_objects import ObjectKind
from dashboard.forms.events import names_wanted
from dashboard.forms.moments import Misread
from dashboard.pages.event_log import EventsAsked
from dashboard.pages.names import actor_named
from dashboard.pages.trend_marks import names_of_kind
from escalations.selectors.tickets import ticket_of_fleet
from governance.events import id_names
from governance.refusals import MissingError
from governance.selectors.agents import agent_get
from governance.selectors.event_actors import event_actors, event_names
from governance.selectors.event_log import EventObject, person_told
from governance.selectors.keys import keys_of
from governance.selectors.tasks import task_get

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from dashboard.forms.event_objects import ObjectAsked
    from dashboard.forms.events import EventsForm
    from governance.models import Agent, Fleet

_LONGEST_NUMBER = 9
_ALLOWED: Mapping[ObjectKind, str] = {
    ObjectKind.TICKET: "the number of a ticket of this fleet, such as 14",
    ObjectKind.TASK: "the id or the external id of a task of this fleet",
    ObjectKind.PERSON: "the user name of a person whom this log is about",
    ObjectKind.KEY: "the name, the prefix or the id of an API key of this fleet",
    ObjectKind.POLICY: "the number of a version of the policy, such as 3",
    ObjectKind.RECORD: "the id of a record, as the facts of its events say it",
}


def events_asked(fleet: Fleet, form: EventsForm) -> tuple[EventsAsked, list[Misread]]:
    """Return which events are wanted, and what of the form nobody understands."""
    misread = list(form.misread)
    agent = _agent(fleet, form.agent, misread)
    actors = event_actors(fleet=fleet, since=form.since, until=form.until)
    actor = _actor(fleet, form.actor, actors, misread)
    asked = EventsAsked(
        names=_names(fleet, form, actor),
        agent=agent,
        actor=actor,
        actors=tuple(actors),
        about=_object(fleet, form.about, misread),
        since=form.since,
        until=form.until,
    )
    return asked, misread


def _names(fleet: Fleet, form: EventsForm, actor: str) -> Collection[str] | None:
    names = names_wanted(form.name) if form.name else None
    if form.kind:
        of_kind = names_of_kind(form.kind)
        names = of_kind if names is None else of_kind & names
    if names is None and (actor or form.is_terse):
        # Names that only earlier releases wrote are in no registry: the log itself is asked.
        names = frozenset(event_names(fleet=fleet, actor=actor))
    if names is not None and form.is_terse:
        names -= BOOKKEEPING.keys()
    return names


def _agent(fleet: Fleet, external_id: str, misread: list[Misread]) -> Agent | None:
    try:
        return agent_get(fleet=fleet, external_id=external_id) if external_id else None
    except MissingError:
        allowed = "the external id of an agent of this fleet"
        misread.append(Misread(field="agent", value=external_id, allowed=allowed))
        return None


def _actor(fleet: Fleet, typed: str, actors: list[str], misread: list[Misread]) -> str:
    """Return who is meant, by the name the log has or by the one that its pages show."""
    if not typed or typed in actors or event_names(fleet=fleet, actor=typed):
        return typed
    if named := actor_named(typed, event_actors(fleet=fleet)):
        return named
    allowed = "somebody who acted in this fleet: a user name, key: with the name of a key, a name"
    misread.append(Misread(field="actor", value=typed, allowed=f"{allowed} as the page shows it"))
    return ""


def _object(fleet: Fleet, asked: ObjectAsked | None, misread: list[Misread]) -> EventObject | None:
    if asked is None:
        return None
    found = _FINDERS[asked.kind](fleet, asked.which)
    if found is None:
        allowed = _ALLOWED[asked.kind]
        misread.append(Misread(field="which", value=asked.which, allowed=allowed))
    return found


def _ticket(fleet: Fleet, which: str) -> EventObject | None:
    number = _number(which.removeprefix("#"))
    try:
        ticket = ticket_of_fleet(fleet=fleet, number=number) if number else None
    except MissingError:
        return None
    return EventObject(ids=(("ticket", str(ticket.pk)),)) if ticket else None


def _task(fleet: Fleet, which: str) -> EventObject | None:
    try:
        return EventObject(ids=(("task", str(task_get(fleet=fleet, task_id=which).pk)),))
    except MissingError:
        return None


def _person(fleet: Fleet, which: str) -> EventObject | None:
    return person_told(fleet=fleet, username=which)


def _key(fleet: Fleet, which: str) -> EventObject | None:
    keys = [key for key in keys_of(fleet) if which in {key.name, key.prefix, str(key.pk)}]
    return EventObject(ids=tuple(("key", str(key.pk)) for key in keys)) if keys else None


def _policy(_: Fleet, which: str) -> EventObject | None:
    number = _number(which.removeprefix("v"))
    return EventObject(number=number) if number else None


def _record(_: Fleet, which: str) -> EventObject | None:
    try:
        record = str(UUID(which))
    except ValueError:
        return None
    return EventObject(ids=tuple((name, record) for name in sorted(id_names())))


def _number(text: str) -> int:
    """Return a number from 1 on as it was typed; 0 for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else 0


_FINDERS: Mapping[ObjectKind, Callable[[Fleet, str], EventObject | None]] = {
    ObjectKind.TICKET: _ticket,
    ObjectKind.TASK: _task,
    ObjectKind.PERSON: _person,
    ObjectKind.KEY: _key,
    ObjectKind.POLICY: _policy,
    ObjectKind.RECORD: _record,
}
