"""Votes: recorded once per person, counted over everybody again each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalations.domain.emergency import is_seconded
from escalations.domain.voting import LETS_RUN, Choice, VotesVerdict, votes_verdict
from escalations.events import TicketVoteRecorded
from escalations.models import Vote
from escalations.selectors.emergency import calls_of
from escalations.selectors.routing import route_of, votes_standing
from escalations.services.telling import told_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from escalations.domain.routing import Person
    from escalations.models import Ticket
    from escalations.selectors.emergency import Call
    from escalations.services.ballots import Ballot
    from escalations.services.holding import HeldTicket


@dataclass(frozen=True, slots=True)
class Tally:
    """What the votes say, how many approvals count, and which calls for an emergency."""

    verdict: VotesVerdict
    approvals: int
    calls: tuple[Call, ...] = ()

    @property
    def is_seconded(self) -> bool:
        """Return whether two admins call it an emergency."""
        return is_seconded([str(call.vote.user_id) for call in self.calls])


def vote_record(
    held: HeldTicket, ballot: Ballot, *, people: Mapping[str, Person], now: datetime
) -> tuple[Tally, TicketVoteRecorded]:
    """Write a vote on a locked ticket and return the new count with the event that tells of it.

    A person who votes the other way withdraws the earlier vote: one person, one vote. Of a
    cascade each held task is answered by itself, once. A call that no longer counts is withdrawn
    by the next answer that may let the task run: who made it has not approved what runs.
    """
    ticket = held.ticket
    earlier = Vote.objects.filter(ticket=ticket, user=ballot.user, withdrawn_at=None, task=None)
    if not held.answered:
        earlier.update(withdrawn_at=now)
    holds = ticket.claimed_by_id == ballot.user.pk
    Vote.objects.bulk_create(
        Vote(
            ticket=ticket,
            user=ballot.user,
            role=ballot.role.value,
            choice=ballot.choice.value,
            reason_code=ballot.reason_code,
            reason_text=ballot.reason_text,
            task=task,
            action_digest=ticket.action_digest,
            ticket_version=ballot.expected_version,
            policy=ticket.policy,
            began_at=ticket.claimed_at if holds else ticket.opened_at,
            created_at=now,
        )
        for task in held.answered or (None,)
    )
    tally = votes_count(ticket, people=people, now=now)
    if ballot.choice in LETS_RUN:
        _calls_withdraw(ticket, tally, now=now)
    return tally, TicketVoteRecorded(
        **told_of(ticket, actor=ballot.actor),
        by=ballot.actor,
        choice=ballot.choice.value,
        reason_code=ballot.reason_code,
        reason_text=ballot.reason_text,
        via=ballot.via,
        approvals=tally.approvals,
        approvals_needed=ticket.approvals_needed,
        held=tuple(task.external_id for task in held.answered),
    )


def votes_count(ticket: Ticket, *, people: Mapping[str, Person], now: datetime) -> Tally:
    """Return what the standing votes say, leaving out whoever could not cast theirs any more."""
    votes = votes_standing(ticket=ticket)
    counted = route_of(ticket=ticket, votes=votes, people=people).votes
    verdict = votes_verdict(
        counted, needed=ticket.approvals_needed, needs_manager=ticket.needs_manager
    )
    approvals = sum(vote.choice is Choice.APPROVE for vote in counted)
    calls = calls_of(ticket, votes=votes, people=people, now=now)
    return Tally(verdict=verdict, approvals=approvals, calls=calls)


def _calls_withdraw(ticket: Ticket, tally: Tally, *, now: datetime) -> None:
    counting = [call.vote.pk for call in tally.calls]
    calls = Vote.objects.filter(
        ticket=ticket, choice=Choice.EMERGENCY.value, withdrawn_at=None
    ).exclude(pk__in=counting)
    calls.update(withdrawn_at=now)
