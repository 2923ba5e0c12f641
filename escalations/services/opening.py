"""Open tickets: inside the transaction of whatever raised the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.notes import WokenBy
from escalations.events import TicketTightened
from escalations.models import Ticket
from escalations.selectors.tickets import address_of
from escalations.services.escalating import escalation_look_again
from escalations.services.expiry import ticket_expire_step
from escalations.services.holding import HeldTicket
from escalations.services.preapproved import preapproval_use_step, preapproved_close_step
from escalations.services.storing import LONGEST_TITLE, opened_events, ticket_store
from escalations.services.telling import told_of
from escalations.services.waking import wake_step
from escalations.services.withdrawing import PRACTICE_OVER, ticket_withdraw_step
from governance.domain.types import BlastLevel, Role
from governance.selectors.policies import policy_in_force
from governance.selectors.snapshots import release_needs, release_snapshot, task_snapshot
from governance.services.resolutions import task_ask_step

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.domain.holds import ReleaseRequirement
    from governance.events import FleetEvent
    from governance.models import Agent


def task_ticket_open(
    *,
    task_id: UUID,
    level: BlastLevel,
    approvals_needed: int,
    needs_manager: bool,
    practice: bool,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Ask people about a waiting task, and tell the task where; return the events to publish.

    Where a rule approves it in advance, its ticket closes as it opens. A practice ticket records
    what would have been asked: the task has been allowed already, so it is told nothing.
    """
    if _is_open(TicketKind.TASK, task_id=task_id):
        return ()
    task, decision, shown = task_snapshot(task_id=task_id)
    ticket = Ticket(
        fleet=task.fleet,
        kind=TicketKind.TASK.value,
        risk_level=level.value,
        task=task,
        agent=task.agent,
        policy=decision.policy,
        title=task.title,
        action_digest=task.action_digest,
        snapshot=shown,
        approvals_needed=approvals_needed,
        needs_manager=needs_manager,
        requested_by=task.requested_by,
        practice=practice,
    )
    rule = preapproval_use_step(ticket=ticket, task=task, decision=decision, now=now)
    ticket_store(ticket, now)
    if not practice:
        task_ask_step(task=task, escalation=reference_of(ticket), answer_by=ticket.decide_by)
    if rule is None:
        return opened_events(ticket, actor)
    closed = preapproved_close_step(ticket=ticket, task=task, row=rule, now=now)
    return (*opened_events(ticket, actor), *closed)


def incident_ticket_open(
    *, task_id: UUID, level: BlastLevel, practice: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Ask a person to look at an attempt that was denied outright; return the events to publish."""
    if _is_open(TicketKind.INCIDENT, task_id=task_id):
        return ()
    task, decision, shown = task_snapshot(task_id=task_id)
    ticket = ticket_store(
        Ticket(
            fleet=task.fleet,
            kind=TicketKind.INCIDENT.value,
            risk_level=level.value,
            task=task,
            agent=task.agent,
            policy=decision.policy,
            title=f"Denied: {task.title}"[:LONGEST_TITLE],
            action_digest=task.action_digest,
            snapshot=shown,
            approvals_needed=1,
            requested_by=task.requested_by,
            practice=practice,
        ),
        now,
    )
    return opened_events(ticket, actor)


def release_ticket_open(
    *, agent_id: UUID, practice: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Ask whether a frozen agent may go on probation; return the events to publish.

    The caller holds the agent. One question at a time: an agent that latches while it is being
    asked about keeps its ticket, which then needs as many people as the stricter of both. A
    practice ticket records what would have been asked, and gives way to a real one.
    """
    agent, shown = release_snapshot(agent_id=agent_id)
    version, policy = policy_in_force(fleet=agent.fleet)
    needs = release_needs(agent=agent, policy=policy, now=now)
    ended: tuple[FleetEvent, ...] = ()
    for ticket in _release_tickets_locked(agent):
        if is_expired(ticket.decide_by, now=now):
            # Not swept yet; left alone it would expire in a moment, and nobody would be asked.
            ended = ticket_expire_step(HeldTicket(ticket=ticket, agent=agent), now=now)
        elif ticket.practice and not practice:
            ended = (ticket_withdraw_step(ticket, actor=actor, reason=PRACTICE_OVER, now=now),)
        elif ticket.practice is practice and _is_stricter(needs, ticket):
            return _tighten(ticket, needs, shown, forgotten=0, actor=actor, now=now)
        else:
            return ()
    ticket = ticket_store(
        Ticket(
            fleet=agent.fleet,
            kind=TicketKind.RELEASE.value,
            risk_level=BlastLevel.HIGH.value,
            agent=agent,
            policy=version,
            title=f"Release {agent.name}"[:LONGEST_TITLE],
            snapshot=shown,
            approvals_needed=needs.people,
            needs_manager=_by_manager(needs),
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))


def release_ticket_tighten(*, agent_id: UUID, actor: str, now: datetime) -> tuple[FleetEvent, ...]:
    """Ask once more about an agent that a person froze while its release ticket waits.

    The caller holds the agent. Who had agreed by then knew nothing of the freeze: those votes are
    withdrawn. The ticket shows the freeze, and needs as many people as the stricter of both.
    """
    agent, shown = release_snapshot(agent_id=agent_id)
    needs = release_needs(agent=agent, policy=policy_in_force(fleet=agent.fleet)[1], now=now)
    for ticket in _release_tickets_locked(agent).filter(decide_by__gt=now, practice=False):
        forgotten = ticket.votes.filter(withdrawn_at=None).update(withdrawn_at=now)
        return _tighten(ticket, needs, shown, forgotten=forgotten, actor=actor, now=now)
    return ()


def release_tickets_waiting(*, agent: Agent) -> QuerySet[Ticket]:
    """Return the ticket that asks about the agent's release, if one waits; there is at most one."""
    return Ticket.objects.filter(
        agent=agent, kind=TicketKind.RELEASE.value, state=TicketState.PENDING.value
    )


def reference_of(ticket: Ticket, *, question: dict[str, str] | None = None) -> dict[str, object]:
    """Return what the task keeps and its caller is shown of the ticket; ``question`` stands now."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "url": address_of(ticket),
        "decide_by": ticket.decide_by.isoformat(),
        "approvals_needed": ticket.approvals_needed,
        "question": question,
    }


def _is_open(kind: TicketKind, *, task_id: UUID) -> bool:
    return Ticket.objects.filter(
        task_id=task_id, kind=kind.value, state=TicketState.PENDING.value
    ).exists()


def _release_tickets_locked(agent: Agent) -> QuerySet[Ticket]:
    return release_tickets_waiting(agent=agent).select_for_update(of=("self",), no_key=True)


def _is_stricter(needs: ReleaseRequirement, ticket: Ticket) -> bool:
    return needs.people > ticket.approvals_needed or _by_manager(needs) > ticket.needs_manager


def _by_manager(needs: ReleaseRequirement) -> bool:
    return needs.role.rank >= Role.MANAGER.rank


def _tighten(
    ticket: Ticket,
    needs: ReleaseRequirement,
    shown: dict[str, Any],
    *,
    forgotten: int,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Raise what a locked release ticket takes, show what has happened since, and tell of it."""
    ticket.approvals_needed = max(needs.people, ticket.approvals_needed)
    ticket.needs_manager = ticket.needs_manager or _by_manager(needs)
    ticket.snapshot = shown
    ticket.version += 1
    # Those called may no longer be enough for what it takes now.
    escalation_look_again(ticket, now=now)
    ticket.save(
        update_fields=["approvals_needed", "needs_manager", "snapshot", "escalate_at", "version"]
    )
    tightened = TicketTightened(
        **told_of(ticket, actor=actor),
        sentence=shown["transitions"][0]["reason"],
        approvals_needed=ticket.approvals_needed,
        needs_manager=ticket.needs_manager,
        votes_withdrawn=forgotten,
    )
    return (tightened, *wake_step(ticket, actor=actor, woken_by=WokenBy.EVIDENCE, now=now))
