"""The choke point: every answer of a person to a ticket goes through `ticket_decide`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.emergency import call_counts
from escalations.domain.lifecycle import LETS_RUN, Resolution, TicketKind, TicketState
from escalations.domain.voting import ABOUT_HELD, Choice
from escalations.selectors.emergency import calls_of, reviewed
from escalations.selectors.routing import people_of, route_of, votes_standing
from escalations.selectors.tickets import status_of, ticket_for_person
from escalations.services.ballots import (
    Ballot,
    ballot_check,
    call_check,
    call_read,
    choice_read,
    reason_read,
    version_read,
)
from escalations.services.conflicts import over, practice
from escalations.services.effects import effects_apply
from escalations.services.expiry import ticket_expire_if_due
from escalations.services.held import held_check, held_read
from escalations.services.holding import HeldTicket, ticket_hold
from escalations.services.tally import vote_record
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.lifecycle import TicketStatus
    from escalations.domain.routing import Person
    from escalations.models import Ticket

# What a ticket's resolution may be for an earlier answer to have been the one that counted.
AGREEING = {
    Choice.APPROVE: {
        *LETS_RUN,
        Resolution.RELEASED,
        Resolution.ACKNOWLEDGED,
        Resolution.SETTLED,
    },
    Choice.DENY: {Resolution.DENIED, Resolution.KEPT_FROZEN},
    Choice.RESPOND: {Resolution.RESPONDED},
    Choice.REBASELINE: {Resolution.REBASELINED},
    Choice.PAUSE: {Resolution.AGENT_PAUSED},
    Choice.LOWER_MANDATE: {Resolution.MANDATE_LOWERED},
    Choice.PASS: {Resolution.PASSED},
    Choice.FAIL: {Resolution.FAILED},
    Choice.UNCLEAR: {Resolution.UNCLEAR},
    Choice.CONFIRM: {Resolution.CONFIRMED},
    Choice.DISMISS: {Resolution.DISMISSED},
    Choice.VERIFY: {Resolution.VERIFYING},
    Choice.EMERGENCY: LETS_RUN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The ticket after an answer; ``repeated`` if the same answer had been recorded before."""

    ticket: Ticket
    repeated: bool


def ticket_decide(
    *,
    ticket_id: UUID,
    user: User,
    choice: str,
    reason_code: str,
    reason_text: str,
    expected_version: int | None,
    via: str,
    reauthenticated_at: datetime | None = None,
    tasks: Sequence[str] = (),
    seconds: str = "",
    records: bool = True,
) -> Decided:
    """Record one person's answer and, where it settles the question, all that follows.

    Votes, the ticket, what it was about and their events are written in one transaction under the
    locks of agent, task and ticket: who comes second finds the ticket decided. The same answer
    again changes nothing and gives the same result.

    Args:
        choice: one that the kind of ticket takes (`domain.reasons.choices_of`).
        reason_code: one of `domain.reasons.REASONS` for this kind and choice.
        reason_text: why, in words; of a denial and a response the agent gets them as they are.
        expected_version: the version of the ticket the person read.
        via: the entry: ``browser`` or ``api``.
        reauthenticated_at: when the person last gave the password.
        tasks: external ids of the held tasks that an answer to a cascade is about.
        seconds: the call for an emergency that the person has read and agrees to, by its id.
        records: False to refuse all that would be refused now and record nothing: a person is
            asked once more before the answer counts.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for a choice, reason or task the ticket does not take.
        VersionMissingError: without a version.
        ConflictError: decided by somebody else, expired, stale, a frozen agent, a used grant,
            a call that has lapsed; ``current`` shows the ticket as it is.
        GoneError: withdrawn or superseded.
        LockedError: claimed by somebody else.
        ForbiddenError: if a rule bars the person.
        UnauthenticatedError: if the password must be given again.
    """
    seen, role = ticket_for_person(user=user, ticket_id=ticket_id)
    kind = TicketKind(seen.kind)
    answer = choice_read(kind, choice)
    code, words = reason_read(
        kind, answer, reason_code, reason_text, is_review=reviewed(seen) is not None
    )
    answered = held_read(seen, answer, tasks)
    ballot = Ballot(
        user=user,
        role=role,
        choice=answer,
        reason_code=code,
        reason_text=words,
        expected_version=version_read(expected_version),
        via=via,
        reauthenticated_at=reauthenticated_at,
        tasks=tuple(task.external_id for task in answered),
        seconds=call_read(answer, seconds),
    )
    with transaction.atomic():
        held = ticket_hold(ticket_id=ticket_id, answered=answered)
        # Asked under the locks: time may have run out while waiting for them.
        now = clock_now()
        expired = ticket_expire_if_due(held, now=now)
        if not expired:
            return _decide(held, ballot, now) if records else _try(held, ballot, now)
    # Raised outside, so that the expiry stays.
    raise over(held.ticket, now=now)


def _try(held: HeldTicket, ballot: Ballot, now: datetime) -> Decided:
    """Do all that an answer does and take it back, so that whatever would refuse it has done so."""
    with transaction.atomic():
        decided = _decide(held, ballot, now, publishes=False)
        transaction.set_rollback(True)
    return decided


def _decide(held: HeldTicket, ballot: Ballot, now: datetime, *, publishes: bool = True) -> Decided:
    ticket = held.ticket
    if answer_repeats(ticket, ballot, now):
        return Decided(ticket=ticket, repeated=True)
    people = people_of(fleet=ticket.fleet)
    status = answer_permit(ticket, ballot, people=people, now=now)
    held_check(held, ballot, now=now)
    tally, recorded = vote_record(held, ballot, people=people, now=now)
    followed = effects_apply(held, ballot, status, tally, now=now)
    if publishes:
        events_publish(recorded, *followed, now=now)
    return Decided(ticket=ticket, repeated=False)


def answer_permit(
    ticket: Ticket, ballot: Ballot, *, people: Mapping[str, Person], now: datetime
) -> TicketStatus:
    """Return where the ticket stands, if the person may give this answer to it now.

    What an answer does to its task or agent may refuse it later on.

    Raises:
        ConflictError, GoneError, LockedError, ForbiddenError, UnauthenticatedError: as
            `ticket_decide`.
    """
    status = status_of(ticket, now=now)
    if status.state is not TicketState.PENDING and not _turns_round(ticket, status, ballot):
        raise over(ticket, now=now)
    if ticket.practice:
        raise practice(ticket, now=now)
    votes = votes_standing(ticket=ticket)
    route = route_of(ticket=ticket, votes=votes, people=people)
    ballot_check(ballot, ticket, route, now=now)
    call_check(ticket, calls_of(ticket, votes=votes, people=people, now=now), ballot, now=now)
    return status


def _turns_round(ticket: Ticket, status: TicketStatus, ballot: Ballot) -> bool:
    """Return whether the answer denies what its sender has read to be approved."""
    is_denial = status.resolution in LETS_RUN and ballot.choice is Choice.DENY
    return is_denial and ballot.expected_version == ticket.version


def answer_repeats(ticket: Ticket, ballot: Ballot, now: datetime) -> bool:
    """Return whether this person's same answer stands and the ticket agrees with it."""
    mine = [
        vote
        for vote in votes_standing(ticket=ticket)
        if vote.user_id == ballot.user.pk and vote.choice == ballot.choice
    ]
    if ballot.choice in ABOUT_HELD:
        return {vote.task.external_id for vote in mine if vote.task}.issuperset(ballot.tasks)
    if not mine:
        return False
    status = status_of(ticket, now=now)
    if status.state is TicketState.PENDING:
        # A call that has lapsed is made anew.
        timing = policy_of(ticket.policy).tickets
        is_call = ballot.choice is Choice.EMERGENCY
        return not is_call or call_counts(mine[-1].created_at, now=now, timing=timing)
    return status.resolution in AGREEING[ballot.choice]
