"""Votes: recorded once per person, counted over everybody again each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalations.domain.voting import Choice, VotesVerdict, votes_verdict
from escalations.events import TicketVoteRecorded
from escalations.models import Vote
from escalations.selectors.routing import route_of, votes_standing
from escalations.services.telling import told_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from escalations.domain.routing import Person
    from escalations.models import Ticket
    from escalations.services.ballots import Ballot
    from escalations.services.holding import HeldTicket


@dataclass(frozen=True, slots=True)
class Tally:
    """What the votes say, and how many approvals count."""

    verdict: VotesVerdict
    approvals: int


def vote_record(
    held: HeldTicket, ballot: Ballot, *, people: Mapping[str, Person], now: datetime
) -> tuple[Tally, TicketVoteRecorded]:
    """Write a vote on a locked ticket and return the new count with the event that tells of it.

    A person who votes the other way withdraws the earlier vote: one person, one vote. Of a
    cascade each held task is answered by itself, once.
    """
    ticket = held.ticket
    earlier = Vote.objects.filter(ticket=ticket, user=ballot.user, withdrawn_at=None, task=None)
    if not held.answered:
        earlier.update(withdrawn_at=now)
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
            created_at=now,
        )
        for task in held.answered or (None,)
    )
    tally = votes_count(ticket, people=people)
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


def votes_count(ticket: Ticket, *, people: Mapping[str, Person]) -> Tally:
    """Return what the standing votes say, leaving out whoever could not cast theirs any more."""
    counted = route_of(ticket=ticket, votes=votes_standing(ticket=ticket), people=people).votes
    verdict = votes_verdict(
        counted, needed=ticket.approvals_needed, needs_manager=ticket.needs_manager
    )
    approvals = sum(vote.choice is Choice.APPROVE for vote in counted)
    return Tally(verdict=verdict, approvals=approvals)
