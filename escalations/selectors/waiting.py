"""What waits for a person, most urgent first: by page, grouped, narrowed and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Concat, Extract, RowNumber

from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import (
    EXPIRES_SOON,
    RISK_WEIGHT,
    Alike,
    Position,
    QueueFilter,
    QueueView,
)
from escalations.selectors.emergency import EMERGENCY, OVERDUE
from escalations.selectors.escalation import is_escalated_to
from escalations.selectors.tickets import tickets_shown

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from escalations.models import Ticket
    from escalations.selectors.deciders import JudgedTickets

# What a bigint holds whatever the digits are.
_DIGITS_MOST = 18
_ORDER = ("urgency", "opened_at", "id")


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A ticket that stands for all identical ones; ``size`` counts them, itself among them."""

    ticket: Ticket
    size: int


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """One page of what waits; ``end`` is where the next one begins, None on the last."""

    rows: tuple[WaitingRow, ...]
    end: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCounts:
    """How many tickets wait: for the person, within the filter, soon over, for others only.

    What was put off waits for nobody, and counts only where the filter asks for it.
    """

    mine: int
    matching: int
    expiring: int
    others: int


def waiting_page(
    judged: JudgedTickets,
    *,
    user: User,
    wanted: QueueFilter,
    after: Position | None = None,
    now: datetime,
    most: int,
) -> WaitingPage:
    """Return a page of what this person can decide, identical requests as one row.

    A group stands where its most urgent ticket stands. Ties go by when they were opened, then by
    id, so that the order is the same for everybody.

    Args:
        judged: what waits in the person's fleets (`tickets_judged`).
        user: the person.
        wanted: what to narrow it to.
        after: where the page before ended; the order is that of its moment.
        now: the moment of a first page.
        most: how many rows at most.
    """
    as_of = after.as_of if after else now
    mine = judged.filter(narrowed(wanted, user=user, now=now), is_open=True)
    timed = mine.annotate(urgency=urgency_at(as_of))
    rows = _each(timed, after) if wanted.alike else _grouped(timed, after)
    places = list(rows.order_by(*_ORDER).values_list("id", "urgency", "size")[: most + 1])
    tickets = {
        each.pk: each for each in tickets_shown().filter(pk__in=[each[0] for each in places[:most]])
    }
    shown = tuple(WaitingRow(tickets[pk], size) for pk, _, size in places[:most] if pk in tickets)
    if len(places) <= most or not shown:
        return WaitingPage(shown, None)
    last = shown[-1].ticket
    end = Position(
        as_of=as_of,
        urgency=next(place for pk, place, _ in places if pk == last.pk),
        opened_at=last.opened_at,
        ticket_id=last.pk,
    )
    return WaitingPage(shown, end)


def waiting_counts(
    judged: JudgedTickets, *, user: User, wanted: QueueFilter, now: datetime
) -> WaitingCounts:
    """Return how many tickets wait, in one query and without reading any."""
    mine = Q(is_open=True) & _awake(now)
    matching = Q(is_open=True) & narrowed(wanted, user=user, now=now)
    counted = judged.aggregate(
        mine=Count("pk", filter=mine),
        matching=Count("pk", filter=matching),
        expiring=Count("pk", filter=matching & _expiring(now)),
        everybody=Count("pk", filter=_awake(now)),
    )
    everybody = counted.pop("everybody")
    return WaitingCounts(**counted, others=everybody - counted["mine"])


def group_size(
    ticket: Ticket,
    judged: JudgedTickets,
    *,
    user: User,
    wanted: QueueFilter,
    now: datetime,
) -> int:
    """Return how many tickets one row stands for in a list narrowed so: itself and those alike."""
    if not ticket.action_digest or wanted.alike is not None:
        return 1
    alike = replace(wanted, alike=Alike(TicketKind(ticket.kind), ticket.action_digest))
    return max(1, judged.filter(narrowed(alike, user=user, now=now), is_open=True).count())


def tickets_alike(
    judged: JudgedTickets, alike: Alike, *, user: User, now: datetime
) -> QuerySet[Ticket, Ticket]:
    """Return the identical requests that one row of the person's queue stands for, by number."""
    wanted = narrowed(QueueFilter(alike=alike), user=user, now=now)
    mine = judged.filter(wanted, is_open=True).order_by("number").values("pk")
    return tickets_shown().filter(pk__in=mine).order_by("number")


def _each(timed: QuerySet[Ticket, Any], after: Position | None) -> QuerySet[Any, Any]:
    """Return every ticket as a row of its own."""
    rows = timed.annotate(size=Value(1))
    return rows if after is None else rows.exclude(_until(after))


def _grouped(timed: QuerySet[Ticket, Any], after: Position | None) -> QuerySet[Any, Any]:
    """Return the most urgent of identical requests, and how many they are."""
    alone = Case(
        When(action_digest="", then=Cast("id", CharField())),
        default=Concat("kind", Value("."), "action_digest"),
        output_field=CharField(),
    )
    groups = timed.annotate(
        alone=alone,
        place=Window(RowNumber(), partition_by=F("alone"), order_by=_ORDER),
        size=Window(Count("pk"), partition_by=F("alone")),
    ).filter(place=1)
    if after is None:
        return groups
    # A condition on the ticket itself would hold before groups are made, and bring a group whose
    # first ticket was on an earlier page once more.
    seen = Window(Count("pk", filter=_until(after)), partition_by=F("alone"))
    return groups.annotate(seen=seen).filter(seen=0)


def _until(end: Position) -> Q:
    """Return whether a ticket stands at the end of a page or before it."""
    return (
        Q(urgency__lt=end.urgency)
        | Q(urgency=end.urgency, opened_at__lt=end.opened_at)
        | Q(urgency=end.urgency, opened_at=end.opened_at, id__lte=end.ticket_id)
    )


def narrowed(wanted: QueueFilter, *, user: User, now: datetime) -> Q:
    """Return whether a ticket is within what the person's queue is narrowed to."""
    held = Q(claimed_by__isnull=False, lease_until__gt=now)
    awake = _awake(now)
    views = {
        QueueView.ALL: awake,
        QueueView.MINE: awake & held & Q(claimed_by=user),
        QueueView.EXPIRING: awake & _expiring(now),
        QueueView.UNASSIGNED: awake & ~held,
        QueueView.SNOOZED: ~awake,
    }
    # It takes a query, which no other view should.
    if wanted.view is QueueView.ESCALATED:
        views[wanted.view] = awake & is_escalated_to(user)
    found = [views[wanted.view], *(_holding(word) for word in wanted.words.split())]
    if wanted.kind is not None:
        found.append(Q(kind=wanted.kind.value))
    if wanted.level is not None:
        found.append(Q(risk_level=wanted.level.value))
    if wanted.alike is not None:
        same = wanted.alike
        found.append(Q(kind=same.kind.value, action_digest=same.action_digest))
    return reduce(and_, found)


def _holding(word: str) -> Q:
    """Return whether a ticket holds the word: in its number, agent, operation, title or task."""
    digits = word.removeprefix("#")
    is_number = digits.isdecimal() and len(digits) <= _DIGITS_MOST
    by_number = Q(number=int(digits)) if is_number else Q()
    if is_number and word.startswith("#"):
        return by_number
    return (
        by_number
        | Q(title__icontains=word)
        | Q(agent__external_id__icontains=word)
        | Q(agent__name__icontains=word)
        | Q(task__operation__icontains=word)
        | Q(task__external_id__icontains=word)
    )


def _awake(now: datetime) -> Q:
    """Return whether nobody has put a ticket off, or that time is over, swept or not."""
    return ~Q(snoozed_until__gt=now)


def _expiring(now: datetime) -> Q:
    return Q(decide_by__lte=now + EXPIRES_SOON)


def urgency_at(as_of: datetime) -> Combinable:
    """Return `domain.queue.urgency` as the database works it out.

    An overdue review of an emergency has no time left, whatever its next deadline is.
    """
    left = ExpressionWrapper(F("decide_by") - Value(as_of), output_field=DurationField())
    weight = Case(
        *(
            When(risk_level=level.value, then=Value(factor))
            for level, factor in RISK_WEIGHT.items()
        ),
        default=Value(1.0),
        output_field=FloatField(),
    )
    timed = ExpressionWrapper(Extract(left, "epoch") / weight, output_field=FloatField())
    overdue = Q(**{f"snapshot__{EMERGENCY}__has_key": OVERDUE})
    # Nested, so that the snapshots of all other kinds are never read for it.
    return Case(
        When(kind=TicketKind.INCIDENT.value, then=Case(When(overdue, then=0.0), default=timed)),
        default=timed,
        output_field=FloatField(),
    )
