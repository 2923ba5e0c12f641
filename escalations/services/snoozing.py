"""Snooze and wake: a ticket is put off, never so far that nobody could decide it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.deadlines import wake_before
from escalations.domain.lifecycle import Move
from escalations.domain.notes import WokenBy
from escalations.domain.voting import Choice
from escalations.events import TicketSnoozed
from escalations.selectors.routing import people_of, route_of, votes_standing
from escalations.selectors.tickets import snooze_of, ticket_for_person
from escalations.services.ballots import eligibility_check, version_read
from escalations.services.claims import waits_check
from escalations.services.effects import claim_clear
from escalations.services.holding import tickets_locked
from escalations.services.moving import holder_move_check
from escalations.services.telling import told_of
from escalations.services.waking import wake_step
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.domain.types import Role


@transaction.atomic
def ticket_snooze(
    *, ticket_id: UUID, user: User, until: datetime, expected_version: int | None
) -> Ticket:
    """Put off a ticket one holds: it leaves the queue, and comes back for anybody to claim.

    Args:
        until: when it wakes; the policy's ``snooze_leaves_share`` of the time to decide must be
            left then.

    Raises:
        MissingError: if the person may not see the ticket.
        VersionMissingError: without a version.
        InvalidFieldError: for a time that is past, or too close to the deadline.
        LockedError: if somebody else holds it.
        ConflictError: not_claimed, critical_ticket, stale, decided, expired or practice.
        GoneError: withdrawn or superseded.
    """
    expected = version_read(expected_version)
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    latest = snooze_latest(ticket)
    holder_move_check(
        ticket,
        Move.SNOOZE,
        user=user,
        role=role,
        expected=expected,
        now=now,
        wakes_at=until,
        wake_before=latest,
    )
    claim_clear(ticket)
    ticket.snoozed_until, ticket.snoozed_by = until, user
    ticket.version += 1
    ticket.save()
    actor = user.get_username()
    snoozed = TicketSnoozed(**told_of(ticket, actor=actor), by=actor, until=until.isoformat())
    events_publish(snoozed, now=now)
    return ticket


@transaction.atomic
def ticket_wake(*, ticket_id: UUID, user: User) -> Ticket:
    """Put a snoozed ticket back into the queue; one that is awake stays as it is.

    Raises:
        MissingError: if the person may not see the ticket.
        ForbiddenError: if a rule bars the person from deciding it.
        ConflictError, GoneError: if it waits for nobody any longer.
    """
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    wake_permit(ticket, user, role, now=now)
    if snooze_of(ticket, now=now) is None:
        return ticket
    ticket.version += 1
    ticket.save(update_fields=["version"])
    woken = wake_step(ticket, actor=user.get_username(), woken_by=WokenBy.PERSON, now=now)
    events_publish(*woken, now=now)
    return ticket


def wake_permit(ticket: Ticket, user: User, role: Role, *, now: datetime) -> None:
    """Refuse to wake a ticket that waits for nobody, and whoever may not decide it.

    Raises:
        ForbiddenError, ConflictError, GoneError: as `ticket_wake`.
    """
    waits_check(ticket, now)
    route = route_of(
        ticket=ticket,
        votes=votes_standing(ticket=ticket),
        people=people_of(fleet=ticket.fleet),
    )
    eligibility_check(user, role, route, Choice.DENY)


def snooze_latest(ticket: Ticket) -> datetime:
    """Return the moment before which the ticket must wake again."""
    timing = policy_of(ticket.policy).tickets
    return wake_before(ticket.opened_at, ticket.decide_by, timing=timing)
