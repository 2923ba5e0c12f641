"""Call the next level of people while nobody answers a ticket, or nobody called may answer it.

The policy is copied onto the ticket when it opens, people are read as they are now: whoever has
left the fleet since is called no longer. A level once called stays called, so undoing, reopening
and a longer time to decide take none back. What somebody put off escalates when it wakes.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Prefetch

from escalations.domain.escalation import escalation_to_plain
from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, TicketState, apply
from escalations.domain.reaching import level_due, reached
from escalations.domain.routing import route
from escalations.events import TicketEscalated
from escalations.models import Ticket, Vote
from escalations.selectors.escalation import (
    PERSON,
    ROLE,
    escalation_in_force,
    escalation_of,
    tickets_to_escalate,
)
from escalations.selectors.routing import people_of, route_of
from escalations.services.holding import tickets_locked
from escalations.services.notice_planning import Called, calls_plan
from escalations.services.telling import told_of
from governance.selectors.clock import clock_now
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from escalations.domain.escalation import EscalationPolicy
    from escalations.domain.reaching import CalledByHand
    from escalations.domain.routing import Person, Routing

logger = logging.getLogger(__name__)

LOOKED_AT_ONCE, TOGETHER = 1_000, 50
ACTOR = "sweeper"
ESCALATION = (
    "escalation_level",
    "escalated_at",
    "escalation_reason",
    "escalated_to",
    "escalate_at",
)
# The framework's own bulk update takes longer to put into words than all else of a sweep.
_UPDATE = """
UPDATE escalations_ticket SET escalation_level = %s, escalated_at = %s, escalation_reason = %s,
    escalated_to = %s, escalate_at = %s
WHERE id = %s
"""


def escalation_copy(ticket: Ticket) -> None:
    """Give a new ticket the policy in force; none where nobody is waited for.

    The caller holds the fleet and stores the ticket.
    """
    if ticket.practice or ticket.preapproval_id is not None:
        return
    policy = escalation_in_force(fleet_id=ticket.fleet_id).policy
    ticket.escalation = escalation_to_plain(policy)
    ticket.escalate_at = _next_at(ticket, policy)


def escalation_defer(ticket: Ticket) -> None:
    """Move the next step with a deadline that has moved; the caller saves the ticket."""
    policy = escalation_of(ticket)
    if policy is not None:
        ticket.escalate_at = _next_at(ticket, policy)


def escalation_look_again(ticket: Ticket, *, now: datetime) -> None:
    """Let the next sweep look whether those called may still decide; the caller saves the ticket.

    Not at once: what has just changed may be the first half of a larger move.
    """
    if ticket.escalate_at is not None:
        ticket.escalate_at = min(ticket.escalate_at, now)


@transaction.atomic
def fleet_look_again(*, fleet_id: UUID) -> None:
    """Let the next sweep look at everything that waits in a fleet, whose people have changed.

    What somebody moves at the moment is passed over: its own move, or the auditor, looks at it.
    """
    now = clock_now()
    waiting = Ticket.objects.filter(
        fleet_id=fleet_id, state=TicketState.PENDING.value, escalate_at__gt=now
    )
    free = waiting.select_for_update(no_key=True, skip_locked=True).order_by("id")
    Ticket.objects.filter(pk__in=free.values("pk")).update(escalate_at=now)


def escalate_step(
    ticket: Ticket,
    routing: Routing,
    *,
    actor: str,
    now: datetime,
    by_hand: CalledByHand | None = None,
) -> tuple[TicketEscalated, ...]:
    """Call the level that is due for a locked, pending ticket; return the event, none if none is.

    ``by_hand`` is a level that a person calls before its time. The caller saves the columns
    `ESCALATION`. The version stays: whoever is answering the ticket need not read it again for
    this.
    """
    policy = escalation_of(ticket)
    if policy is None:
        return ()
    before = ticket.escalation_level
    found = reached(
        policy,
        routing,
        level=before,
        opened_at=ticket.opened_at,
        decide_by=ticket.decide_by,
        now=now,
        by_hand=by_hand,
    )
    ticket.escalate_at = found.next_at
    if found.level == before:
        return ()
    facts = TicketFacts(now=now, decide_by=ticket.decide_by, rises=found.level > before)
    apply(TicketKind(ticket.kind), PENDING, Move.ESCALATE, facts)
    ticket.escalation_level, ticket.escalated_at = found.level, now
    ticket.escalation_reason = found.reason
    ticket.escalated_to = _called_after_first(policy, found.level)
    escalated = TicketEscalated(
        **told_of(ticket, actor=actor),
        level=found.level,
        of=len(policy.levels),
        reason=found.reason,
        by=actor if found.is_by_hand else "",
    )
    return (escalated,)


def tickets_escalate_due() -> int:
    """Call the next level wherever it is due, the longest due first; return how many moved.

    What is locked is passed over until the next sweep, what cannot be moved is logged and holds up
    no other.
    """
    now = clock_now()
    due = tickets_to_escalate(until=now, now=now).order_by("escalate_at", "id")
    by_fleet = defaultdict(list)
    for pk, fleet_id in due.values_list("pk", "fleet_id")[:LOOKED_AT_ONCE]:
        by_fleet[fleet_id].append(pk)
    return sum(
        _escalate_together(found[at : at + TOGETHER])
        for found in by_fleet.values()
        for at in range(0, len(found), TOGETHER)
    )


@transaction.atomic
def _escalate_together(ticket_ids: Sequence[UUID]) -> int:
    """Escalate tickets of one fleet in one transaction and one write."""
    now = clock_now()
    due = tickets_to_escalate(until=now, now=now).filter(pk__in=ticket_ids).values("pk")
    locked = tickets_locked(skip_locked=True).filter(pk__in=due, state=TicketState.PENDING.value)
    standing = Vote.objects.filter(withdrawn_at=None).order_by("created_at", "id")
    votes = Prefetch("votes", standing, to_attr="votes_now")
    # Policies are large and not looked at here.
    plain = locked.select_related(None).select_related("fleet", "agent")
    found = list(plain.prefetch_related(votes).order_by("id"))
    if not found:
        return 0
    people = people_of(fleet=found[0].fleet)
    looked_at: list[Ticket] = []
    events: list[TicketEscalated] = []
    called: list[Called] = []
    for ticket in found:
        routing = _routing_or_logged(ticket, people)
        told = None if routing is None else _escalated_or_logged(ticket, routing, now)
        if routing is not None and told is not None:
            looked_at.append(ticket)
            events += told
            called += [Called(ticket, routing)] if told else []
    _write(looked_at)
    calls_plan(called, now=now)
    events_publish(*events, now=now)
    return len(events)


def _routing_or_logged(ticket: Ticket, people: Mapping[str, Person]) -> Routing | None:
    """Return who may decide a ticket; None where that cannot be told, which is logged."""
    try:
        votes = ticket.votes_now  # type: ignore[attr-defined]
        return route(tuple(people.values()), route_of(ticket=ticket, votes=votes, people=people))
    except Exception:
        logger.exception("ticket %s is due and cannot be routed", ticket.pk)
        return None


def _escalated_or_logged(
    ticket: Ticket, routing: Routing, now: datetime
) -> tuple[TicketEscalated, ...] | None:
    """Return what is to be told of a ticket; None for one that cannot be moved, which is logged."""
    try:
        return escalate_step(ticket, routing, actor=ACTOR, now=now)
    except Exception:
        logger.exception("ticket %s is due and cannot be escalated", ticket.pk)
        return None


def _write(tickets: Sequence[Ticket]) -> None:
    """Save the columns `ESCALATION` of tickets, all in one exchange with the database."""
    rows = [(*(getattr(each, name) for name in ESCALATION), each.pk) for each in tickets]
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, rows)


def _next_at(ticket: Ticket, policy: EscalationPolicy) -> datetime | None:
    if ticket.escalation_level >= len(policy.levels):
        return None
    level = ticket.escalation_level + 1
    return level_due(policy, level, opened_at=ticket.opened_at, decide_by=ticket.decide_by)


def _called_after_first(policy: EscalationPolicy, level: int) -> list[str]:
    named = {
        name
        for each in policy.levels[1:level]
        for name in (
            *(PERSON.format(person) for person in each.people),
            *(ROLE.format(role.value) for role in each.roles),
        )
    }
    return sorted(named)
