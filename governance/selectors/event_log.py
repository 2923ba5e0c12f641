"""The events of a fleet as people read them: newest first, narrowed by name, agent and time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, Q

from governance.models import Event
from governance.models.event import AgentKey, NamesPeople, PeopleNamed
from governance.refusals import MissingError
from governance.selectors.retention_runs import removed_error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import QuerySet

    from governance.models import Fleet

# What one transaction wrote; a cascade alone tells of each task it settles.
TOGETHER_MOST = 50


class EventObject(NamedTuple):
    """What events are about: a record by pairs of the name of an id and the id, any of them.

    Or a person by user name, or the policy by the number of a version.
    """

    ids: tuple[tuple[str, str], ...] = ()
    username: str = ""
    number: int | None = None


class EventScope(NamedTuple):
    """Events of these names, any where it is None, all of the fleet's or those about one agent.

    ``agent_id`` takes those about this agent alone, ``among`` those that list it among others.
    ``not_by`` leaves out whatever was done by a name that begins so, ``actor`` all that others
    did. ``about`` takes what is about one record or person alone.
    """

    names: Collection[str] | None = None
    agent_id: UUID | None = None
    among: UUID | None = None
    not_by: str = ""
    actor: str = ""
    about: EventObject | None = None


class EventPlace(NamedTuple):
    """Where an event stands in the log."""

    at: datetime
    seq: int


def events_between(
    *,
    fleet: Fleet,
    scopes: Sequence[EventScope],
    most: int,
    since: datetime | None = None,
    until: datetime | None = None,
    before: EventPlace | None = None,
) -> list[Event]:
    """Return the latest events of these scopes, the newest first; one query.

    Each name is looked up by itself in an index, so that at most ``most`` of its rows are read
    however many there are; of one agent all rows of the name are.

    Args:
        fleet: whose log.
        scopes: what is wanted; they do not overlap.
        most: how many events are returned.
        since: exclusive.
        until: inclusive.
        before: only what stands after this event in the list.
    """
    rows = _within(Event.objects.filter(fleet=fleet), since, until, before)
    parts = [part[:most] for scope in scopes for part in _parts(rows, scope)]
    if not parts:
        return []
    if len(parts) == 1:
        return list(parts[0])
    together = parts[0].union(*parts[1:], all=True)
    return list(together.order_by("-created_at", "-seq")[:most])


def events_count(
    *,
    fleet: Fleet,
    scopes: Sequence[EventScope],
    most: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Return how many events these scopes have, ``most`` at most; one query, as `events_between`.

    Where it returns ``most`` there may be more: it counts no further.
    """
    rows = _within(Event.objects.filter(fleet=fleet), since, until, None)
    # In order, or the database would rather read the log from its beginning.
    parts = [part.values_list("pk")[:most] for scope in scopes for part in _parts(rows, scope)]
    if len(parts) < 2:
        return sum(part.count() for part in parts)
    return parts[0].union(*parts[1:], all=True)[:most].count()


def person_told(*, fleet: Fleet, username: str) -> EventObject | None:
    """Return what events about a person have in common; None where the fleet has no such event."""
    user = get_user_model().objects.filter(username=username).first()
    ids = (("user", str(user.pk)),) if user else ()
    about = EventObject(ids=ids, username=username)
    return about if _about(Event.objects.filter(fleet=fleet), about).exists() else None


def event_get(*, fleet: Fleet, seq: int) -> Event:
    """Return one event of the fleet.

    Raises:
        MissingError: if the fleet has no event with this number.
        RemovedError: if it had one that retention removed.
    """
    event = Event.objects.filter(fleet=fleet, seq=seq).first()
    if event is None and 0 < seq <= fleet.event_seq:
        # Numbers have no gaps.
        raise removed_error(fleet=fleet, kind="events", named=f"Event {seq}")
    if event is None:
        message = f"Fleet {fleet.slug} has no event {seq}."
        raise MissingError(message, field="seq", value=seq, allowed="the number of an event")
    return event


def events_beside(*, event: Event) -> tuple[Event | None, Event | None]:
    """Return the events before and after it in the chain; None where it is the first or last."""
    beside = Event.objects.filter(fleet_id=event.fleet_id, seq__in=[event.seq - 1, event.seq + 1])
    by_seq = {each.seq: each for each in beside}
    return by_seq.get(event.seq - 1), by_seq.get(event.seq + 1)


def events_together(*, event: Event) -> list[Event]:
    """Return what else was recorded at its moment, in order: its causes and what followed.

    All events of a transaction have one time. At most ``TOGETHER_MOST``.
    """
    others = Event.objects.filter(fleet_id=event.fleet_id, created_at=event.created_at)
    return list(others.exclude(pk=event.pk).order_by("seq")[:TOGETHER_MOST])


def _within(
    rows: QuerySet[Event],
    since: datetime | None,
    until: datetime | None,
    before: EventPlace | None,
) -> QuerySet[Event]:
    if since is not None:
        rows = rows.filter(created_at__gt=since)
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    if before is not None:
        # The first condition alone meets the index; the second tells events of one moment apart.
        rows = rows.filter(created_at__lte=before.at).exclude(
            created_at=before.at, seq__gte=before.seq
        )
    return rows


def _parts(rows: QuerySet[Event], scope: EventScope) -> Iterator[QuerySet[Event]]:
    rows = _scoped(rows, scope)
    if scope.about is not None and scope.about.number is None:
        names = {} if scope.names is None else {"name__in": sorted(scope.names)}
        # By a sum no index has the order: the database, which overestimates how many events are
        # about one record, would otherwise go through the whole log in the hope of a page of them.
        yield rows.filter(**names).order_by((F("created_at") + timedelta()).desc(), "-seq")
        return
    rows = rows.order_by("-created_at", "-seq")
    if scope.names is None:
        yield rows
        return
    for name in sorted(scope.names):
        yield rows.filter(name=name)


def _scoped(rows: QuerySet[Event], scope: EventScope) -> QuerySet[Event]:
    if scope.not_by:
        rows = rows.exclude(actor__startswith=scope.not_by)
    if scope.actor:
        rows = rows.filter(actor=scope.actor)
    if scope.agent_id is not None:
        rows = rows.alias(about=AgentKey()).filter(about=str(scope.agent_id))
    if scope.among is not None:
        rows = rows.filter(payload__agents__contains=[str(scope.among)])
    return rows if scope.about is None else _about(rows, scope.about)


def _about(rows: QuerySet[Event], about: EventObject) -> QuerySet[Event]:
    found = Q()
    for key, value in about.ids:
        found |= Q(ids__contains={key: value})
    if about.username:
        rows = rows.alias(people=PeopleNamed())
        # The condition of the index word for word, or the database would not use it.
        found |= Q(NamesPeople()) & Q(people__contains=[about.username])
    if about.number is not None:
        found &= Q(payload__number=about.number)
    return rows.filter(found)
