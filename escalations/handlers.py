"""What escalations does when governance tells of something that people must know.

Each handler runs inside the publisher's transaction, whose locks it relies on, and returns the
facts that follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.lifecycle import TicketKind
from escalations.services.audit_tickets import audit_ticket_open
from escalations.services.escalating import fleet_look_again
from escalations.services.expiry import task_overdue_step
from escalations.services.findings import (
    Finding,
    cascade_ticket_open,
    drift_ticket_open,
    fleet_incident_open,
)
from escalations.services.holding import tickets_asked_lock
from escalations.services.opening import (
    incident_ticket_open,
    release_ticket_open,
    release_ticket_tighten,
    task_ticket_open,
)
from escalations.services.preapproval_ends import (
    SUSPENDING,
    preapprovals_suspend_on,
    preapproved_asked_lock,
)
from escalations.services.retained import TicketsRetained
from escalations.services.ring_tickets import collusion_ticket_open
from escalations.services.withdrawing import tickets_supersede_step, tickets_withdraw_step
from governance.domain.types import BlastLevel
from governance.events import (
    PEOPLE_CHANGED,
    AttemptDenied,
    AuditDrawn,
    BreakerForcedOpen,
    BreakerLatched,
    BreakerModeChanged,
    BreakerReleased,
    BreakerReleasedEarly,
    BreakerTripped,
    CascadeDetected,
    CascadeResolved,
    CollusionFound,
    CollusionMerged,
    CollusionSettled,
    DriftFound,
    FleetIncidentEnded,
    FleetIncidentRaised,
    ProbationFailed,
    ProbationStarved,
    TaskCancelled,
    TaskEscalated,
    TaskOverdue,
    TaskSuperseded,
)
from governance.selectors.people import person_named
from governance.services.asked import asked_subscribe
from governance.services.events import event_subscribe
from governance.services.retained import retained_subscribe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.events import BreakerMoved, FleetEvent


def subscribe() -> None:
    """Listen to governance; called once when the apps are ready."""
    # Tasks before tickets, as everywhere.
    asked_subscribe(preapproved_asked_lock)
    asked_subscribe(tickets_asked_lock)
    retained_subscribe(TicketsRetained())
    for fallen in SUSPENDING:
        event_subscribe(fallen, preapprovals_suspend_on, asked="agent_id")
    for changed in PEOPLE_CHANGED:
        event_subscribe(changed, on_people_changed)
    event_subscribe(TaskEscalated, on_task_escalated)
    event_subscribe(AttemptDenied, on_attempt_denied)
    event_subscribe(TaskOverdue, on_task_overdue)
    event_subscribe(TaskCancelled, on_task_cancelled)
    event_subscribe(TaskSuperseded, on_task_superseded)
    asking = (BreakerTripped, BreakerLatched, BreakerModeChanged, ProbationFailed, ProbationStarved)
    for moved in asking:
        event_subscribe(moved, on_breaker_moved, asked="agent_id")
    event_subscribe(BreakerForcedOpen, on_breaker_forced_open, asked="agent_id")
    for released in (BreakerReleased, BreakerReleasedEarly):
        event_subscribe(released, on_breaker_released, asked="agent_id")
    event_subscribe(DriftFound, on_drift_found, asked="agent_id")
    event_subscribe(AuditDrawn, on_audit_drawn)
    event_subscribe(CascadeDetected, on_cascade_detected, asked="cascade_id")
    event_subscribe(CascadeResolved, on_cascade_resolved, asked="cascade_id")
    event_subscribe(CollusionFound, on_collusion_found, asked="ring_id")
    event_subscribe(CollusionMerged, on_collusion_merged, asked="ring_id")
    event_subscribe(CollusionSettled, on_collusion_settled, asked="ring_id")
    event_subscribe(FleetIncidentRaised, on_fleet_incident_raised)
    event_subscribe(FleetIncidentEnded, on_fleet_incident_ended, asked="incident_id")


def on_people_changed(event: FleetEvent, _now: datetime) -> Sequence[FleetEvent]:
    """Look again who is called for what waits, once the change is made.

    Not inside: the publisher may hold the fleet, which comes after tickets in the lock order.
    """
    fleet_id = event.fleet_id
    transaction.on_commit(lambda: fleet_look_again(fleet_id=fleet_id), robust=True)
    return ()


def on_task_escalated(event: TaskEscalated, now: datetime) -> Sequence[FleetEvent]:
    """Open the ticket without which no task is ever escalated."""
    return task_ticket_open(
        task_id=event.task_id,
        level=BlastLevel(event.level),
        approvals_needed=event.approvals_needed,
        needs_manager=event.needs_manager,
        practice=event.practice,
        actor=event.actor,
        now=now,
    )


def on_attempt_denied(event: AttemptDenied, now: datetime) -> Sequence[FleetEvent]:
    """Open an incident: the task stays denied, a person should know."""
    return incident_ticket_open(
        task_id=event.task_id,
        level=BlastLevel(event.level),
        practice=event.practice,
        actor=event.actor,
        now=now,
    )


def on_task_overdue(event: TaskOverdue, now: datetime) -> Sequence[FleetEvent]:
    """Expire what was read or started after its time; the publisher holds the task."""
    return task_overdue_step(task_id=event.task_id, agent_id=event.agent_id, now=now)


def on_task_cancelled(event: TaskCancelled, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about a task that its caller gave up; the publisher holds the task."""
    return tickets_withdraw_step(
        kind=TicketKind.TASK,
        task_id=event.task_id,
        actor=event.actor,
        reason=f"The caller withdrew the task: {event.reason}",
        now=now,
    )


def on_task_superseded(event: TaskSuperseded, now: datetime) -> Sequence[FleetEvent]:
    """End the question whose place another takes; the publisher holds the task."""
    return tickets_supersede_step(
        task_id=event.task_id, successor=event.successor, actor=event.actor, now=now
    )


def on_breaker_moved(event: BreakerMoved, now: datetime) -> Sequence[FleetEvent]:
    """Ask people whether the agent may go on probation, where only they can say so.

    The publisher holds the agent. A move that is only recorded opens a practice ticket.
    """
    if not event.needs_release:
        return ()
    return release_ticket_open(
        agent_id=event.agent_id, practice=not event.enforced, actor=event.actor, now=now
    )


def on_breaker_forced_open(event: BreakerForcedOpen, now: datetime) -> Sequence[FleetEvent]:
    """Ask again whoever said yes before a person froze the agent; the publisher holds it."""
    return release_ticket_tighten(agent_id=event.agent_id, actor=event.actor, now=now)


def on_breaker_released(event: BreakerMoved, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about an agent that was released without its ticket."""
    return tickets_withdraw_step(
        kind=TicketKind.RELEASE,
        agent_id=event.agent_id,
        actor=event.actor,
        reason=f"{person_named(event.actor)} released the agent.",
        now=now,
    )


def on_drift_found(event: DriftFound, now: datetime) -> Sequence[FleetEvent]:
    """Ask what follows from a drift alarm, in shadow as practice; the publisher holds the agent."""
    return drift_ticket_open(
        agent_id=event.agent_id,
        finding=Finding(code=event.signal, sentence=event.sentence, evidence=event.evidence),
        practice=not event.enforced,
        actor=event.actor,
        now=now,
    )


def on_audit_drawn(event: AuditDrawn, now: datetime) -> Sequence[FleetEvent]:
    """Ask whether a sampled piece of work was good; the publisher has stored its outcome."""
    return audit_ticket_open(
        outcome_id=event.outcome_id,
        probability=event.probability,
        sentence=event.sentence,
        practice=not event.enforced,
        actor=event.actor,
        now=now,
    )


def on_cascade_detected(event: CascadeDetected, now: datetime) -> Sequence[FleetEvent]:
    """Ask what becomes of what a cascade holds; one that is only recorded opens practice."""
    return cascade_ticket_open(
        cascade_id=event.cascade_id,
        root_task_id=event.root_task_id,
        agent_id=event.agent_id,
        finding=Finding(code="cascade", sentence=event.sentence, evidence=event.evidence),
        practice=not event.enforced,
        actor=event.actor,
        now=now,
    )


def on_cascade_resolved(event: CascadeResolved, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about a cascade that ended without its ticket."""
    return tickets_withdraw_step(
        kind=TicketKind.CASCADE,
        subject=event.cascade_id,
        actor=event.actor,
        reason=f"The cascade is over: {event.sentence}",
        now=now,
    )


def on_collusion_found(event: CollusionFound, now: datetime) -> Sequence[FleetEvent]:
    """Ask whether a ring is real, in shadow as practice; the publisher holds its members."""
    return collusion_ticket_open(
        ring_id=event.ring_id,
        finding=Finding(code="collusion", sentence=event.sentence, evidence=event.evidence),
        practice=not event.enforced,
        actor=event.actor,
        now=now,
    )


def on_collusion_settled(event: CollusionSettled, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about a ring that was settled without its ticket."""
    return tickets_withdraw_step(
        kind=TicketKind.COLLUSION,
        subject=event.ring_id,
        actor=event.actor,
        reason=f"The ring was settled: {event.sentence}",
        now=now,
    )


def on_collusion_merged(event: CollusionMerged, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about a ring that is part of another; the publisher holds its members.

    What was found asks about the other one.
    """
    return tickets_withdraw_step(
        kind=TicketKind.COLLUSION,
        subject=event.ring_id,
        actor=event.actor,
        reason=event.sentence,
        now=now,
    )


def on_fleet_incident_raised(event: FleetIncidentRaised, now: datetime) -> Sequence[FleetEvent]:
    """Tell people once of a fault that many agents share."""
    return fleet_incident_open(
        fleet_id=event.fleet_id,
        incident_id=event.incident_id,
        finding=Finding(
            code="fleet_incident",
            sentence=event.sentence,
            evidence={"shared": [dict(each) for each in event.shared]},
        ),
        agent_ids=event.agents,
        practice=not event.enforced,
        actor=event.actor,
        now=now,
    )


def on_fleet_incident_ended(event: FleetIncidentEnded, now: datetime) -> Sequence[FleetEvent]:
    """Withdraw the question about a shared fault that is over; nobody need look at it now."""
    return tickets_withdraw_step(
        kind=TicketKind.INCIDENT,
        subject=event.incident_id,
        actor=event.actor,
        reason=f"The incident is over: {event.sentence}",
        now=now,
    )
