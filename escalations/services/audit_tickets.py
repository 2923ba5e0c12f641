"""Ask whether a finished task that was drawn for an audit was good work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from escalations.domain.lifecycle import TicketKind
from escalations.domain.voting import LETS_RUN
from escalations.models import PreApproval, Ticket, Vote
from escalations.selectors.routing import APPROVED_BY
from escalations.selectors.tickets import DRAWN_BY
from escalations.services.storing import LONGEST_TITLE, opened_events, ticket_store
from escalations.services.withdrawing import practice_end_step
from governance.selectors.audit_snapshots import audit_snapshot
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Outcome

DRAWN = "A finished task, drawn at random: was the work good?"


def audit_ticket_open(
    *,
    outcome_id: UUID,
    probability: float,
    sentence: str,
    practice: bool,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Ask whether a sampled piece of work was good; return the events to publish.

    Why it was drawn names the agent's preset, and with it its tier: that is kept apart and shown
    once the work is judged (`selectors.tickets.shown_of`).
    """
    ended = practice_end_step(TicketKind.AUDIT, outcome_id, practice=practice, actor=actor, now=now)
    if ended is None:
        return ()
    outcome, shown = audit_snapshot(outcome_id=outcome_id)
    version, _ = policy_in_force(fleet=outcome.fleet)
    task = outcome.task
    shown["findings"] = [{"code": "audit_drawn", "reason": DRAWN, "at": now.isoformat()}]
    shown[DRAWN_BY] = {"probability": probability, "sentence": sentence}
    shown[APPROVED_BY] = _approved_by(outcome)
    title = task.title if task else outcome.task_external_id
    ticket = ticket_store(
        Ticket(
            fleet=outcome.fleet,
            kind=TicketKind.AUDIT.value,
            risk_level=outcome.level,
            task=task,
            agent=outcome.agent,
            subject=outcome_id,
            policy=version,
            title=f"Was it good? {title}"[:LONGEST_TITLE],
            action_digest=task.action_digest if task else "",
            snapshot=shown,
            approvals_needed=1,
            requested_by=task.requested_by if task else "",
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))


def _approved_by(outcome: Outcome) -> list[str]:
    """Return the user names of those whose approval, given or in advance, let the task run."""
    if outcome.task_id is None:
        return []
    votes = Vote.objects.filter(
        ticket__task_id=outcome.task_id,
        ticket__kind=TicketKind.TASK.value,
        ticket__practice=False,
        choice__in=[choice.value for choice in LETS_RUN],
        withdrawn_at=None,
    )
    rules = PreApproval.objects.filter(tickets__task_id=outcome.task_id)
    behind = rules.values_list("proposed_by__username", "accepted_by__username")
    in_advance = {name for names in behind for name in names if name}
    return sorted({*votes.values_list("user__username", flat=True), *in_advance})
