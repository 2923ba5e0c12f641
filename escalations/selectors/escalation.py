"""Escalation policies as they count, and where a ticket stands in its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Func, IntegerField, Q

from escalations.domain.escalation import (
    ESCALATION_DEFAULT,
    called_on,
    escalation_from_plain,
)
from escalations.domain.lifecycle import TicketState
from escalations.domain.reaching import level_due
from escalations.models import EscalationPolicyVersion, Ticket
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from escalations.domain.escalation import EscalationPolicy
    from escalations.domain.routing import Person

# What a ticket's `escalated_to` holds of a person and of a role.
PERSON, ROLE = "person:{}", "role:{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationInForce:
    """A fleet's policy; number 0 is the product's own, where nobody has published one."""

    number: int
    policy: EscalationPolicy
    reason: str = ""
    published_by: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """The level a ticket is with: since when, why, and when the next is called at the latest."""

    level: int
    of: int
    since: datetime
    reason: str
    next_at: datetime | None


def escalation_in_force(*, fleet_id: UUID) -> EscalationInForce:
    """Return the policy that tickets of the fleet open with now."""
    found = EscalationPolicyVersion.objects.filter(fleet_id=fleet_id).order_by("-number").first()
    if found is None:
        return EscalationInForce(number=0, policy=ESCALATION_DEFAULT)
    return EscalationInForce(
        number=found.number,
        policy=escalation_from_plain(found.body),
        reason=found.reason,
        published_by=found.published_by,
        published_at=found.created_at,
    )


def escalation_of(ticket: Ticket) -> EscalationPolicy | None:
    """Return the policy the ticket carries; None where nobody is waited for."""
    return None if ticket.escalation is None else escalation_from_plain(ticket.escalation)


def escalated_of(ticket: Ticket) -> Escalated | None:
    """Return the level a pending ticket is with; None for one that is over or calls nobody."""
    policy = escalation_of(ticket)
    if policy is None or ticket.state != TicketState.PENDING:
        return None
    level, last = ticket.escalation_level, len(policy.levels)
    return Escalated(
        level=level,
        of=last,
        since=ticket.escalated_at or ticket.opened_at,
        reason=ticket.escalation_reason,
        next_at=(
            None
            if level == last
            else level_due(
                policy, level + 1, opened_at=ticket.opened_at, decide_by=ticket.decide_by
            )
        ),
    )


def people_called(
    ticket: Ticket, people: Mapping[str, Person], *, level: int | None = None
) -> tuple[Person, ...]:
    """Return the members whom a level of the ticket calls, by name; without one, its own."""
    policy = escalation_of(ticket)
    at = (level or ticket.escalation_level) - 1
    if policy is None or at >= len(policy.levels):
        return ()
    called = called_on(policy.levels[at], people)
    return tuple(sorted((people[each] for each in called), key=lambda each: each.names))


def is_escalated_to(user: User) -> Q:
    """Return whether a level after the first has called the person for a ticket."""
    called = Q(escalated_to__contains=[PERSON.format(user.pk)])
    for fleet, role in fleets_of(user=user):
        called |= Q(fleet=fleet, escalated_to__contains=[ROLE.format(role.value)])
    return called


def tickets_to_escalate(*, until: datetime, now: datetime) -> QuerySet[Ticket]:
    """Return what waits and was to be looked at by ``until``, because its next level may be due.

    What somebody has put off is left until it wakes, while there is time for the last level.
    """
    waiting = Ticket.objects.filter(
        state=TicketState.PENDING.value,
        escalate_at__lte=until,
        decide_by__gt=now,
        fleet__archived_at=None,
    )
    return waiting.exclude(snoozed_until__gt=until)


def tickets_forgotten(*, now: datetime) -> QuerySet[Ticket]:
    """Return what waits below the last level of its policy, and nothing would ever look at it."""
    levels = Func(
        F("escalation__levels"), function="jsonb_array_length", output_field=IntegerField()
    )
    waiting = Ticket.objects.filter(
        state=TicketState.PENDING.value,
        escalate_at=None,
        escalation__isnull=False,
        decide_by__gt=now,
        fleet__archived_at=None,
    )
    return waiting.annotate(levels=levels).filter(escalation_level__lt=F("levels"))
