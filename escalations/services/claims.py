"""Claims: one person works on a ticket for a while, and nobody can keep it for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from escalations.domain.deadlines import claim_is_stale, lease_end
from escalations.domain.lifecycle import TicketState
from escalations.events import TicketClaimed, TicketClaimReleased
from escalations.models import Ticket
from escalations.selectors.routing import people_of, route_of, votes_standing
from escalations.selectors.tickets import claim_of, status_of, ticket_for_person
from escalations.services.ballots import eligibility_check, version_read
from escalations.services.conflicts import conflict, held_by_other, over, practice, stale
from escalations.services.effects import claim_clear, snooze_clear
from escalations.services.holding import tickets_locked
from escalations.services.telling import told_of
from governance.domain.permissions import Action, permitted
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.selectors.tickets import Claim
    from governance.domain.types import Role

ENDED_AT_ONCE = 200
CLAIM_FIELDS = ("claimed_by", "claimed_at", "claim_seen_at", "lease_until")


@transaction.atomic
def ticket_claim(
    *, ticket_id: UUID, user: User, expected_version: int | None, take_over: bool = False
) -> Ticket:
    """Claim a pending ticket for the lease of its policy; claiming one's own again renews it.

    A snoozed ticket is woken by its claim.

    Args:
        take_over: claim it although somebody else holds it: a peer once the holder has been
            silent for the policy's ``stale_claim_s``, a manager at any time.

    Raises:
        MissingError: if the person may not see the ticket.
        VersionMissingError: without a version.
        LockedError: if somebody else holds it, with the holder and the end of the lease.
        ConflictError: decided, expired, stale, or claims_full.
        GoneError: withdrawn or superseded.
        ForbiddenError: if a rule bars the person from approving it.
    """
    expected = version_read(expected_version)
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    # Before the ticket, so that one person's claims are counted one after the other.
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    claim = claim_permit(ticket, user, role, expected=expected, take_over=take_over, now=now)
    if claim is not None and claim.holder.pk == user.pk:
        _renew(ticket, now)
        return ticket
    claim_take(ticket, user, now)
    events_publish(_claimed(ticket, user, claim), now=now)
    return ticket


def claim_permit(
    ticket: Ticket, user: User, role: Role, *, expected: int, take_over: bool, now: datetime
) -> Claim | None:
    """Return the claim that stands, None for none, if the person may claim the ticket now.

    Raises:
        LockedError, ConflictError, GoneError, ForbiddenError: as `ticket_claim`.
    """
    waits_check(ticket, now)
    claim = claim_of(ticket, now=now)
    if claim is not None and claim.holder.pk == user.pk:
        return claim
    if claim is not None and not (take_over and may_take_over(ticket, claim, role, now=now)):
        raise held_by_other(ticket, claim, now=now)
    if ticket.version != expected:
        raise stale(ticket, expected=expected, now=now)
    people = people_of(fleet=ticket.fleet)
    votes = votes_standing(ticket=ticket)
    eligibility_check(user, role, route_of(ticket=ticket, votes=votes, people=people))
    room_check(ticket, user, now, who="You hold")
    return claim


@transaction.atomic
def ticket_claim_renew(*, ticket_id: UUID, user: User) -> Ticket:
    """Say that the holder is still at work; never beyond the longest lease of its policy.

    Raises:
        MissingError: if the person may not see the ticket.
        LockedError: if somebody else holds it by now.
        ConflictError: not_claimed if the lease has ended, else as for a claim.
        GoneError: withdrawn or superseded.
    """
    ticket_for_person(user=user, ticket_id=ticket_id)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    waits_check(ticket, now)
    claim = claim_of(ticket, now=now)
    if claim is None:
        sentence = f"Your claim of ticket #{ticket.number} has ended; claim it again."
        raise conflict(ticket, sentence, code="not_claimed", now=now)
    if claim.holder.pk != user.pk:
        raise held_by_other(ticket, claim, now=now)
    _renew(ticket, now)
    return ticket


@transaction.atomic
def ticket_claim_release(*, ticket_id: UUID, user: User) -> Ticket:
    """Put a ticket one holds back into the queue; if it moved on already, nothing happens.

    Raises:
        MissingError: if the person may not see the ticket.
    """
    ticket_for_person(user=user, ticket_id=ticket_id)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    claim = claim_of(ticket, now=now)
    if claim is None or claim.holder.pk != user.pk:
        return ticket
    claim_clear(ticket)
    ticket.version += 1
    ticket.save()
    actor = user.get_username()
    events_publish(_released(ticket, actor, by=actor, lease_ended=False), now=now)
    return ticket


@transaction.atomic
def claims_end_due() -> int:
    """Clear claims whose lease has ended and return how many; readers ignore them anyway.

    The version stays: whoever is answering the ticket need not read it again for this.
    """
    now = clock_now()
    due = tickets_locked(skip_locked=True).filter(
        state=TicketState.PENDING.value, lease_until__lte=now, fleet__archived_at=None
    )
    ended = list(due.order_by("fleet_id", "id")[:ENDED_AT_ONCE])
    for ticket in ended:
        holder = ticket.claimed_by
        claim_clear(ticket)
        ticket.save(update_fields=CLAIM_FIELDS)
        by = holder.get_username() if holder else ""
        events_publish(_released(ticket, "sweeper", by=by, lease_ended=True), now=now)
    return len(ended)


def may_take_over(ticket: Ticket, claim: Claim, role: Role, *, now: datetime) -> bool:
    """Return whether a claim may be taken from its holder: by a manager, or once it is stale."""
    timing = policy_of(ticket.policy).tickets
    is_stale = claim_is_stale(claim.seen_at, now=now, timing=timing)
    return is_stale or permitted(role, Action.TICKET_TAKE_OVER)


def waits_check(ticket: Ticket, now: datetime) -> None:
    """Refuse a move on a ticket that waits for nobody.

    Raises:
        ConflictError: decided, expired, or practice.
        GoneError: withdrawn or superseded.
    """
    if status_of(ticket, now=now).state is not TicketState.PENDING:
        raise over(ticket, now=now)
    if ticket.practice:
        raise practice(ticket, now=now)


def room_check(ticket: Ticket, user: User, now: datetime, *, who: str) -> None:
    """Refuse a claim beyond the most that one person may hold; ``who`` begins the sentence.

    The caller holds the person's row, so that their claims are counted one after the other.

    Raises:
        ConflictError: claims_full.
    """
    most = policy_of(ticket.policy).tickets.claims_max
    held = Ticket.objects.filter(
        state=TicketState.PENDING.value,
        claimed_by=user,
        lease_until__gt=now,
        decide_by__gt=now,
    ).exclude(pk=ticket.pk)
    found = held.order_by("number").values_list("number", flat=True)
    if len(found) >= most:
        numbers = ", ".join(f"#{number}" for number in found)
        raise conflict(
            ticket,
            f"{who} {most} tickets already ({numbers}); release one first.",
            code="claims_full",
            now=now,
        )


def claim_take(ticket: Ticket, user: User, now: datetime) -> None:
    """Give a locked ticket to a person for a new lease, as a new version, and save it."""
    snooze_clear(ticket)
    ticket.claimed_by, ticket.claimed_at = user, now
    ticket.version += 1
    _renew(ticket, now)


def _renew(ticket: Ticket, now: datetime) -> None:
    timing = policy_of(ticket.policy).tickets
    ticket.claim_seen_at = now
    ticket.lease_until = lease_end(ticket.claimed_at or now, seen_at=now, timing=timing)
    ticket.save(update_fields=[*CLAIM_FIELDS, "snoozed_until", "snoozed_by", "version"])


def _claimed(ticket: Ticket, user: User, before: Claim | None) -> TicketClaimed:
    actor = user.get_username()
    return TicketClaimed(
        **told_of(ticket, actor=actor),
        by=actor,
        lease_until=ticket.lease_until.isoformat() if ticket.lease_until else "",
        taken_from=before.holder.get_username() if before else "",
    )


def _released(ticket: Ticket, actor: str, *, by: str, lease_ended: bool) -> TicketClaimReleased:
    return TicketClaimReleased(
        **told_of(ticket, actor=actor),
        by=by,
        lease_ended=lease_ended,
    )
