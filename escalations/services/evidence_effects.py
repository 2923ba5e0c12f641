"""What an answer about a finding changes: the agent's baseline, mandate or pause, the audited
outcome, the held tasks of a cascade, the members of a ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from escalations.domain.lifecycle import Move, Resolution, TicketKind
from escalations.domain.voting import ABOUT_HELD, Choice
from governance.domain.audits import AuditVerdict
from governance.domain.cascade import HeldChoice
from governance.domain.collusion.states import RingVerdict
from governance.domain.types import BlastLevel
from governance.refusals import ConflictError
from governance.selectors.held_tasks import held_waiting
from governance.services.audits import audit_settle_step
from governance.services.breakers import agent_pause_step
from governance.services.cascades import cascade_close_step, cascade_task_settle_step
from governance.services.drift import drift_acknowledge_step
from governance.services.mandates import mandate_lower_step
from governance.services.ring_verdicts import ring_settle_step

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.models import Ticket
    from escalations.services.ballots import Ballot
    from escalations.services.holding import HeldTicket
    from governance.events import FleetEvent
    from governance.models import Agent

MOVE_OF: Mapping[Choice, Move] = {
    Choice.RESPOND: Move.RESPOND,
    Choice.REBASELINE: Move.REBASELINE,
    Choice.PAUSE: Move.PAUSE_AGENT,
    Choice.LOWER_MANDATE: Move.LOWER_MANDATE,
    Choice.PASS: Move.PASS,
    Choice.FAIL: Move.FAIL,
    Choice.UNCLEAR: Move.LEAVE_UNCLEAR,
    Choice.CONFIRM: Move.CONFIRM,
    Choice.DISMISS: Move.DISMISS,
    Choice.VERIFY: Move.ASK_CHECKS,
    **dict.fromkeys(ABOUT_HELD, Move.ANSWER_HELD),
}
VERDICT_OF: Mapping[Resolution, AuditVerdict] = {
    Resolution.PASSED: AuditVerdict.PASSED,
    Resolution.FAILED: AuditVerdict.FAILED,
    Resolution.UNCLEAR: AuditVerdict.UNCLEAR,
}
RING_VERDICT_OF: Mapping[Resolution, RingVerdict] = {
    Resolution.CONFIRMED: RingVerdict.CONFIRM,
    Resolution.DISMISSED: RingVerdict.DISMISS,
    Resolution.VERIFYING: RingVerdict.VERIFY,
}


def held_left(ticket: Ticket) -> int | None:
    """Return how many tasks the ticket's cascade still holds; None for other kinds."""
    if ticket.kind != TicketKind.CASCADE or ticket.subject is None:
        return None
    return held_waiting(cascade_id=ticket.subject)


def held_settle(held: HeldTicket, ballot: Ballot, *, now: datetime) -> tuple[FleetEvent, ...]:
    """Settle the locked tasks that the answer is about, those above others first.

    Raises:
        ConflictError: held_above, if the answer leaves out what must be settled first.
    """
    cascade_id = held.ticket.subject
    if cascade_id is None:
        return ()
    told: list[FleetEvent] = []
    for task in held.answered:
        told += cascade_task_settle_step(
            cascade_id=cascade_id,
            task=task,
            choice=HeldChoice(ballot.choice.value),
            actor=ballot.actor,
            reason=ballot.reason_text,
            now=now,
        )
    return tuple(told)


def finding_follow(
    held: HeldTicket, ballot: Ballot, resolution: Resolution, *, now: datetime
) -> tuple[FleetEvent, ...]:
    """Return the events of what follows from an answer about a finding, whatever its kind."""
    ticket, agent = held.ticket, held.agent
    if resolution in VERDICT_OF and agent is not None and ticket.subject is not None:
        return audit_settle_step(
            outcome_id=ticket.subject,
            agent=agent,
            verdict=VERDICT_OF[resolution],
            actor=ballot.actor,
            reason=ballot.reason_text,
            now=now,
        )
    if resolution is Resolution.SETTLED and not held.answered and ticket.subject is not None:
        return cascade_close_step(
            cascade_id=ticket.subject, actor=ballot.actor, reason=ballot.reason_text, now=now
        )
    if resolution in RING_VERDICT_OF and held.ring is not None:
        return ring_settle_step(
            ring=held.ring,
            agents=held.members,
            verdict=RING_VERDICT_OF[resolution],
            actor=ballot.actor,
            reason=ballot.reason_text,
            now=now,
        )
    if ticket.kind == TicketKind.DRIFT and agent is not None:
        return _drift_follow(agent, ballot, resolution, now)
    return ()


def _drift_follow(
    agent: Agent, ballot: Ballot, resolution: Resolution, now: datetime
) -> tuple[FleetEvent, ...]:
    """Acknowledge the alarm; only a re-baseline makes the present its new normal."""
    followed: tuple[FleetEvent, ...] = ()
    match resolution:
        case Resolution.AGENT_PAUSED:
            followed = agent_pause_step(
                agent=agent, actor=ballot.actor, reason=ballot.reason_text, now=now
            )
        case Resolution.MANDATE_LOWERED:
            _lower_check(agent)
            followed = mandate_lower_step(
                agent=agent, actor=ballot.actor, reason=ballot.reason_text, now=now
            )
    acknowledged = drift_acknowledge_step(
        agent=agent,
        rebaseline=resolution is Resolution.REBASELINED,
        actor=ballot.actor,
        now=now,
    )
    return (*followed, *acknowledged)


def _lower_check(agent: Agent) -> None:
    """Refuse an answer that would change nothing: people would take the agent for held back."""
    if agent.level_alone is BlastLevel.LOW:
        sentence = f"{agent.external_id} reaches LOW alone already; nothing lower is left."
        raise ConflictError(sentence, code="mandate_lowest")
