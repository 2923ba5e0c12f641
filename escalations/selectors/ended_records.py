"""Every ended ticket as plain records for other programs: one for each vote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.domain.lifecycle import TicketState
from escalations.selectors.aftermath import aftermath_now
from escalations.selectors.ended import tickets_ended, votes_ever
from escalations.selectors.superseding import tickets_after
from escalations.selectors.tickets import address_of
from governance.selectors.grants import grants_given

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from uuid import UUID

    from escalations.models import Ticket, Vote
    from escalations.selectors.ended import EndedQuery
    from governance.selectors.grants import GrantGiven

# In memory at a time, however many there are in all.
BATCH = 500
# The names and their order are a promise to whoever reads the files: only ever add to the end.
FIELDS = (
    "fleet",
    "ticket",
    "path",
    "kind",
    "risk_level",
    "title",
    "agent",
    "operation",
    "task",
    "requested_by",
    "state",
    "resolution",
    "opened_at",
    "decide_by",
    "ended_at",
    "settled_by",
    "reason_code",
    "reason",
    "approvals_needed",
    "policy_version",
    "action_digest",
    "became",
    "became_at",
    "vote_by",
    "vote_role",
    "vote",
    "vote_at",
    "vote_withdrawn_at",
    "vote_reason_code",
    "vote_reason",
    "vote_held_task",
    "vote_ticket_version",
    "vote_policy_version",
    "vote_action_digest",
    "emergency",
    "superseded_by",
)


def ended_records(
    *, fleet_ids: Collection[UUID], query: EndedQuery, now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield every ended ticket, the latest first: one record for each vote, with all of `FIELDS`.

    A ticket that nobody voted on is one record without a vote. People are their user names, None
    is what there is not. What settles while this runs is left out.
    """
    before = None
    while True:
        found = tickets_ended(fleet_ids=fleet_ids, query=query, before=before, most=BATCH)
        given = grants_given(authorities=[ticket.pk for ticket in found])
        after = tickets_after(found)
        for ticket in found:
            of_ticket = _of_ticket(ticket, given.get(ticket.pk), now)
            next_one = after.get(ticket.pk)
            of_ticket["superseded_by"] = next_one.number if next_one else None
            for vote in votes_ever(ticket) or (None,):
                yield {**of_ticket, **_of_vote(vote)}
        if len(found) < BATCH:
            return
        last = found[-1]
        before = (last.resolved_at or now, last.pk)


def _of_ticket(ticket: Ticket, given: GrantGiven | None, now: datetime) -> dict[str, Any]:
    is_decided = ticket.state == TicketState.RESOLVED.value
    return {
        "fleet": ticket.fleet.slug,
        "ticket": ticket.number,
        "path": address_of(ticket),
        "kind": ticket.kind,
        "risk_level": ticket.risk_level,
        "title": ticket.title,
        "agent": ticket.agent.external_id if ticket.agent else None,
        "operation": ticket.task.operation if ticket.task else None,
        "task": ticket.task.external_id if ticket.task else None,
        "requested_by": ticket.requested_by or None,
        "state": ticket.state,
        "resolution": ticket.resolution or None,
        "opened_at": ticket.opened_at,
        "decide_by": ticket.decide_by,
        "ended_at": ticket.resolved_at,
        # Whoever withdrew or superseded it decided nothing, and an expiry is nobody's denial.
        "settled_by": ticket.resolved_by or None if is_decided else None,
        "reason_code": ticket.reason_code or None,
        "reason": ticket.reason_text or None,
        "approvals_needed": ticket.approvals_needed,
        "policy_version": ticket.policy.number,
        "action_digest": ticket.action_digest or None,
        "became": aftermath_now(given, now=now).value if given else None,
        "became_at": given.result_at if given else None,
        "emergency": ticket.emergency,
    }


def _of_vote(vote: Vote | None) -> dict[str, Any]:
    if vote is None:
        return dict.fromkeys(name for name in FIELDS if name.startswith("vote"))
    return {
        "vote_by": vote.user.get_username(),
        "vote_role": vote.role,
        "vote": vote.choice,
        "vote_at": vote.created_at,
        "vote_withdrawn_at": vote.withdrawn_at,
        "vote_reason_code": vote.reason_code,
        "vote_reason": vote.reason_text or None,
        "vote_held_task": vote.task.external_id if vote.task else None,
        "vote_ticket_version": vote.ticket_version,
        "vote_policy_version": vote.policy.number,
        "vote_action_digest": vote.action_digest or None,
    }
