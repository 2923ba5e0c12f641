"""An emergency: what two admins' calls need beyond a vote, and the review that always follows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from escalations.domain.emergency import REVIEW_WITHIN, SHORTEST_REASON, reason_length
from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import LONGEST_TEXT
from escalations.models import Ticket
from escalations.selectors.emergency import EMERGENCY, OVERDUE, reviewed
from escalations.selectors.routing import APPROVED_BY
from escalations.selectors.tickets import address_of
from escalations.services.storing import LONGEST_TITLE, opened_events, ticket_store
from governance.domain.phrases import list_words
from governance.domain.types import BlastLevel
from governance.refusals import InvalidFieldError
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from escalations.selectors.emergency import Call
    from governance.events import FleetEvent

_OVERDUE_TITLE = "Overdue: "
_ACTOR = "deadline"


def emergency_reason_check(words: str) -> None:
    """Refuse a reason too short to say why this cannot wait for the usual approvals.

    Raises:
        InvalidFieldError: below `SHORTEST_REASON` characters, white space counted once.
    """
    length = reason_length(words)
    if length >= SHORTEST_REASON:
        return
    raise InvalidFieldError(
        f"Say in at least {SHORTEST_REASON} characters why this cannot wait; that is {length}.",
        field="reason_text",
        value=words,
        allowed=f"{SHORTEST_REASON} to {LONGEST_TEXT:,} characters of text",
    )


def review_open_step(
    ticket: Ticket, calls: Sequence[Call], *, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Ask whether an emergency was one, in the transaction that approves it.

    Neither of those who called it may answer; everybody else who could have decided the ticket
    may. It is an incident about the agent, not about the task, which needs no answer any more.
    """
    votes = [call.vote for call in calls]
    names = list_words([person_name(vote.user) for vote in votes])
    hours = int(REVIEW_WITHIN.total_seconds() // 3600)
    sentence = (
        f"{names} approved ticket #{ticket.number} as an emergency, past the usual approvals."
        f" Somebody else says within {hours} h whether it was one."
    )
    about = {
        "number": ticket.number,
        "address": address_of(ticket),
        "calls": [
            {
                "by": vote.user.get_username(),
                "at": vote.created_at.isoformat(),
                "reason": vote.reason_text,
            }
            for vote in votes
        ],
    }
    review = ticket_store(
        Ticket(
            fleet=ticket.fleet,
            kind=TicketKind.INCIDENT.value,
            risk_level=BlastLevel(ticket.risk_level).value,
            agent=ticket.agent,
            subject=votes[-1].pk,
            policy=ticket.policy,
            title=f"Was it an emergency? {ticket.title}"[:LONGEST_TITLE],
            snapshot={
                "agent": ticket.snapshot["agent"],
                "findings": [{"code": EMERGENCY, "reason": sentence, "at": now.isoformat()}],
                EMERGENCY: about,
                APPROVED_BY: [vote.user.get_username() for vote in votes],
            },
            approvals_needed=1,
            requested_by=ticket.requested_by,
        ),
        now,
        within=REVIEW_WITHIN,
    )
    return opened_events(review, actor)


def review_again_step(review: Ticket, *, now: datetime) -> tuple[FleetEvent, ...]:
    """Ask once more for a review that expired unanswered, in the transaction that expires it.

    Nothing waits for a review, so nothing else would bring it back: it is asked, marked as
    overdue and first in the queue, until somebody answers. Nothing happens to other tickets.
    """
    asked = reviewed(review)
    if asked is None:
        return ()
    since = asked.get(OVERDUE, review.decide_by.isoformat())
    due = datetime.fromisoformat(since)
    sentence = (
        f"Overdue: nobody reviewed it by {due:%Y-%m-%d %H:%M:%S} UTC. Ticket #{review.number}"
        " expired unanswered; it is asked until somebody does."
    )
    first = [each for each in review.snapshot["findings"] if each["code"] == EMERGENCY]
    overdue = {"code": "emergency_overdue", "reason": sentence, "at": now.isoformat()}
    again = ticket_store(
        Ticket(
            fleet=review.fleet,
            kind=review.kind,
            risk_level=review.risk_level,
            agent=review.agent,
            subject=review.subject,
            policy=review.policy,
            title=f"{_OVERDUE_TITLE}{review.title.removeprefix(_OVERDUE_TITLE)}"[:LONGEST_TITLE],
            snapshot={
                **review.snapshot,
                "findings": [overdue, *first],
                EMERGENCY: {**asked, OVERDUE: since},
            },
            approvals_needed=review.approvals_needed,
            requested_by=review.requested_by,
        ),
        now,
        within=REVIEW_WITHIN,
    )
    return opened_events(again, _ACTOR)
