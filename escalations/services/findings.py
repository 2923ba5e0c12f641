"""Open tickets about findings: drift, a cascade, a fault of the fleet.

Each finding is asked about once at a time. What people read first, the finding's own sentence,
stands in ``findings`` of the snapshot, the newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.notes import WokenBy
from escalations.events import TicketGrew
from escalations.models import Ticket
from escalations.services.expiry import ticket_expire_step
from escalations.services.holding import HeldTicket, tickets_locked
from escalations.services.storing import LONGEST_TITLE, opened_events, ticket_store
from escalations.services.telling import told_of
from escalations.services.waking import wake_step
from escalations.services.withdrawing import (
    PRACTICE_OVER,
    practice_end_step,
    ticket_withdraw_step,
)
from governance.domain.types import BlastLevel
from governance.selectors.agents import agent_shown, agents_named
from governance.selectors.fleets import fleet_get
from governance.selectors.policies import policy_in_force
from governance.selectors.snapshots import agent_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from governance.events import FleetEvent

# As many findings as a page shows of one question; older ones are in the event log.
FINDINGS_KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found about an agent or a fleet: a code, a sentence with its numbers, evidence."""

    code: str
    sentence: str
    evidence: Mapping[str, Any]

    def shown(self, *, now: datetime) -> dict[str, Any]:
        """Return the finding as snapshots keep it."""
        return {
            "code": self.code,
            "reason": self.sentence,
            "evidence": dict(self.evidence),
            "at": now.isoformat(),
        }


def drift_ticket_open(
    *, agent_id: UUID, finding: Finding, practice: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Ask what follows from a drift alarm; return the events to publish.

    The caller holds the agent. One question an agent: while it waits, a further alarm is added to
    what people are shown, as a new version, so that nobody decides without having read it. A
    practice ticket gives way to a real one.
    """
    agent = agent_shown(agent_id)
    ended: tuple[FleetEvent, ...] = ()
    waiting = tickets_locked().filter(
        agent_id=agent_id, kind=TicketKind.DRIFT.value, state=TicketState.PENDING.value
    )
    for ticket in waiting:
        if is_expired(ticket.decide_by, now=now):
            # Not swept yet; left alone it would expire in a moment, and nobody would be asked.
            ended = ticket_expire_step(HeldTicket(ticket=ticket, agent=agent), now=now)
        elif ticket.practice and not practice:
            ended = (ticket_withdraw_step(ticket, actor=actor, reason=PRACTICE_OVER, now=now),)
        else:
            return _grown(ticket, agent_snapshot(agent), finding, actor=actor, now=now)
    version, _ = policy_in_force(fleet=agent.fleet)
    ticket = ticket_store(
        Ticket(
            fleet=agent.fleet,
            kind=TicketKind.DRIFT.value,
            risk_level=BlastLevel.MEDIUM.value,
            agent=agent,
            policy=version,
            title=f"{agent.name} drifts"[:LONGEST_TITLE],
            snapshot={"agent": agent_snapshot(agent), "findings": [finding.shown(now=now)]},
            approvals_needed=1,
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))


def cascade_ticket_open(
    *,
    cascade_id: UUID,
    root_task_id: UUID,
    agent_id: UUID,
    finding: Finding,
    practice: bool,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Ask what becomes of what a cascade holds; return the events to publish.

    The agent is the one whose failures spread: its owner settles nothing here.
    """
    ended = practice_end_step(
        TicketKind.CASCADE, cascade_id, practice=practice, actor=actor, now=now
    )
    if ended is None:
        return ()
    agent = agent_shown(agent_id)
    version, _ = policy_in_force(fleet=agent.fleet)
    ticket = ticket_store(
        Ticket(
            fleet=agent.fleet,
            kind=TicketKind.CASCADE.value,
            risk_level=BlastLevel.HIGH.value,
            task_id=root_task_id,
            agent=agent,
            subject=cascade_id,
            policy=version,
            title=f"Failures spread from {agent.name}"[:LONGEST_TITLE],
            snapshot={"agent": agent_snapshot(agent), "findings": [finding.shown(now=now)]},
            approvals_needed=1,
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))


def fleet_incident_open(
    *,
    fleet_id: UUID,
    incident_id: UUID,
    finding: Finding,
    agent_ids: Sequence[str],
    practice: bool,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Tell people once of a fault that many agents share; return the events to publish.

    Nobody is barred: it lifts nothing, and the owners of all agents together may be everybody.
    """
    ended = practice_end_step(
        TicketKind.INCIDENT, incident_id, practice=practice, actor=actor, now=now
    )
    if ended is None:
        return ()
    fleet = fleet_get(fleet_id)
    version, _ = policy_in_force(fleet=fleet)
    ticket = ticket_store(
        Ticket(
            fleet=fleet,
            kind=TicketKind.INCIDENT.value,
            risk_level=BlastLevel.HIGH.value,
            subject=incident_id,
            policy=version,
            title=f"Many agents of {fleet.name} fail together"[:LONGEST_TITLE],
            snapshot={
                "findings": [finding.shown(now=now)],
                "agents": agents_named(agent_ids),
            },
            approvals_needed=1,
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))


def _grown(
    ticket: Ticket, agent: dict[str, Any], finding: Finding, *, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Add a finding to a locked ticket that waits; the same signal once more replaces itself."""
    others = [said for said in ticket.snapshot["findings"] if said["code"] != finding.code]
    shown = {"agent": agent, "findings": [finding.shown(now=now), *others][:FINDINGS_KEPT]}
    return shown_anew_step(ticket, shown, finding, actor=actor, now=now)


def shown_anew_step(
    ticket: Ticket, shown: dict[str, Any], finding: Finding, *, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Show people of a locked ticket what is known now, as a new version (a step).

    Whoever put it off did so without knowing this: it wakes.
    """
    ticket.snapshot = shown
    ticket.version += 1
    ticket.save(update_fields=["snapshot", "version"])
    grew = TicketGrew(**told_of(ticket, actor=actor), sentence=finding.sentence)
    return (grew, *wake_step(ticket, actor=actor, woken_by=WokenBy.EVIDENCE, now=now))
