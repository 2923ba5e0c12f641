"""What ends a pre-approval rule, and what it approved that has not started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import APPROVED, Move, TicketKind, apply
from escalations.domain.preapproval import RuleMove, RuleState, rule_apply
from escalations.events import PreApprovalEnded
from escalations.models import PreApproval, Ticket
from escalations.services.effects import resolution_of, resolved_event
from escalations.services.holding import tickets_locked
from escalations.services.telling import told_of_rule
from governance.domain.types import GrantState, Tier
from governance.events import (
    BreakerForcedOpen,
    BreakerLatched,
    BreakerMoved,
    BreakerOverflow,
    BreakerTripped,
    MandateLowered,
    ProbationFailed,
    TierChanged,
)
from governance.selectors.tasks import tasks_unstarted_lock
from governance.services.resolutions import task_deny_step

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Task

RULE_ENDED = "rule_ended"
# After these an agent is not the one that was approved in advance.
SUSPENDING = (
    BreakerTripped,
    BreakerLatched,
    BreakerForcedOpen,
    BreakerOverflow,
    ProbationFailed,
    MandateLowered,
    TierChanged,
)


def preapproved_asked_lock(about: Collection[UUID]) -> None:
    """Lock what rules of these agents approved and has not started: a fall of one takes it back."""
    tasks = Ticket.objects.filter(
        agent_id__in=about,
        preapproval__state=RuleState.ACTIVE.value,
        resolution=APPROVED.resolution,
    )
    tasks_unstarted_lock(list(tasks.values_list("task_id", flat=True)))


def preapprovals_suspend_on(
    event: BreakerMoved | TierChanged | MandateLowered, now: datetime
) -> Sequence[FleetEvent]:
    """Suspend the rules of an agent that is no longer as it was when they were made.

    It tripped or was frozen, its mandate was lowered, or its tier fell below the one it had. The
    publisher holds the agent; a move that is only recorded suspends nothing.
    """
    if isinstance(event, BreakerMoved) and not event.enforced:
        return ()
    active = PreApproval.objects.filter(
        agent_id=event.agent_id, state=RuleState.ACTIVE.value, expires_at__gt=now
    )
    followed: list[FleetEvent] = []
    for row in active.order_by("pk"):
        if isinstance(event, TierChanged) and Tier(event.after).rank <= Tier(row.tier).rank:
            continue
        followed.extend(_suspend(row, event, now))
    return followed


def preapproval_grants_revoke(
    *, row: PreApproval, now: datetime
) -> tuple[tuple[FleetEvent, ...], int]:
    """Deny what a rule approved and has not started; return the events and how many tasks.

    The caller holds the agent, and the rule has ended: its words and name stand on the tickets.
    """
    of_rule = Ticket.objects.filter(preapproval=row, resolution=APPROVED.resolution)
    tasks = tasks_unstarted_lock(list(of_rule.values_list("task_id", flat=True)))
    by_id = {task.pk: task for task in tasks}
    events: list[FleetEvent] = []
    # The locked tasks first: tickets come after them in the lock order.
    for ticket in tickets_locked().filter(pk__in=of_rule, task_id__in=by_id).order_by("id"):
        if ticket.task_id is not None:
            events.extend(_take_back(ticket, by_id[ticket.task_id], row, now))
    return tuple(events), len(tasks)


def _suspend(
    row: PreApproval, event: BreakerMoved | TierChanged | MandateLowered, now: datetime
) -> Sequence[FleetEvent]:
    row.state = rule_apply(
        RuleState(row.state), RuleMove.SUSPEND, now=now, expires_at=row.expires_at
    ).value
    row.ended_at, row.ended_by, row.end_reason = now, event.actor, _why(row, event)
    row.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    revoked, grants = preapproval_grants_revoke(row=row, now=now)
    ended = PreApprovalEnded(
        **told_of_rule(row, actor=event.actor),
        state=row.state,
        reason=row.end_reason,
        grants_revoked=grants,
    )
    return (ended, *revoked)


def _why(row: PreApproval, event: BreakerMoved | TierChanged | MandateLowered) -> str:
    match event:
        case TierChanged():
            was = f"Tier {event.after}; it was {row.tier} when the rule was made."
            return f"{was} {event.sentence}"
        case MandateLowered():
            return f"The agent's mandate was lowered: {event.reason}"
        case _:
            return f"The agent's breaker moved: {event.sentence}"


def _take_back(
    ticket: Ticket, task: Task, row: PreApproval, now: datetime
) -> tuple[FleetEvent, ...]:
    facts = TicketFacts(now=now, decide_by=ticket.decide_by, grant=GrantState.ISSUED)
    after = apply(TicketKind(ticket.kind), APPROVED, Move.END_RULE, facts)
    ticket.state = after.state.value
    ticket.resolution = after.resolution.value if after.resolution else ""
    ticket.resolved_at, ticket.resolved_by = now, row.ended_by
    ticket.reason_code = RULE_ENDED
    ticket.reason_text = f"Rule #{row.number} ended before this started. {row.end_reason}"
    ticket.usable_from = None
    ticket.version += 1
    ticket.save()
    resolution = resolution_of(ticket, answer="denied", now=now)
    denied = task_deny_step(task=task, resolution=resolution, actor=row.ended_by, now=now)
    return (resolved_event(ticket), *denied)
