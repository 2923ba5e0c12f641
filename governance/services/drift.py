"""Drift: what follows from an alarm, and what people make of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from governance.domain.settling import drift_acknowledge
from governance.events import DriftAcknowledged, DriftFound, DriftHeld
from governance.models import DriftAlarm
from governance.refusals import ConflictError
from governance.selectors.drift import alarms_open
from governance.selectors.fleets import in_shadow
from governance.selectors.policies import policy_in_force
from governance.services.standing import settled_store, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from governance.domain.transitions import DriftAlarmed
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet


class Found(NamedTuple):
    """An alarm and the outcome that raised it."""

    alarm: DriftAlarmed
    outcome_id: UUID


def alarms_store(
    *, agent: Agent, fleet: Fleet, found: Sequence[Found], actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Store the alarms of a locked agent (a step; the caller stores the outcomes and publishes)."""
    if not found:
        return ()
    policy = policy_in_force(fleet=fleet)[0]
    DriftAlarm.objects.bulk_create(
        DriftAlarm(
            agent=agent,
            # The outcome follows in this transaction; the constraint is checked at its end.
            outcome_id=outcome_id,
            kind=alarm.signal.kind.value,
            signal=alarm.signal.value,
            sentence=alarm.sentence,
            evidence=alarm_evidence(alarm),
            held=alarm.held,
            policy=policy,
            since_at=datetime.fromtimestamp(alarm.since_s, UTC),
            raised_at=datetime.fromtimestamp(alarm.at_s, UTC),
            created_at=now,
        )
        for alarm, outcome_id in found
    )
    enforced = not in_shadow(agent, fleet)
    return tuple(_told(agent, each, actor, enforced=enforced) for each in found)


def _told(agent: Agent, found: Found, actor: str, *, enforced: bool) -> FleetEvent:
    alarm = found.alarm
    about: dict[str, Any] = {
        "fleet_id": agent.fleet_id,
        "actor": actor,
        "agent_id": agent.pk,
        "signal": alarm.signal.value,
        "sentence": alarm.sentence,
        "evidence": alarm_evidence(alarm),
        "outcome_id": found.outcome_id,
    }
    return DriftHeld(**about) if alarm.held else DriftFound(**about, enforced=enforced)


def alarm_evidence(alarm: DriftAlarmed) -> dict[str, Any]:
    """Return the numbers of an alarm; times as ISO 8601, rates and amounts as in the rules."""
    return {
        "kind": alarm.signal.kind.value,
        "tasks": alarm.tasks,
        "normal": alarm.normal,
        "now": alarm.now,
        "score": alarm.score,
        "threshold": alarm.threshold,
        "fleet_factor": alarm.factor,
        "since": datetime.fromtimestamp(alarm.since_s, UTC).isoformat(),
        "at": datetime.fromtimestamp(alarm.at_s, UTC).isoformat(),
    }


def drift_acknowledge_step(
    *, agent: Agent, rebaseline: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Close every open alarm of a locked agent (a step; the caller publishes).

    With ``rebaseline`` the present counts as normal and is learned anew; without, the agent is
    held to what was normal before, and alarms again if nothing has been mended. Its tier returns
    only with its evidence.

    Raises:
        ConflictError: no_drift, if nothing is open.
    """
    state = state_of(agent.standing)
    if not state.drift.open:
        raise ConflictError(f"Agent {agent.external_id} has no open drift alarm.", code="no_drift")
    agent.standing.facts += 1
    signals = tuple(alarm.signal.value for alarm in state.drift.open)
    events = settled_store(
        agent=agent,
        fleet=agent.fleet,
        state=drift_acknowledge(state, rebaseline=rebaseline),
        transitions=(),
        actor=actor,
        now=now,
    )
    alarms_open(agent=agent).update(
        acknowledged_at=now,
        acknowledged_by=actor,
        acknowledged_fact=agent.standing.facts,
        rebaselined=rebaseline,
    )
    return (
        *events,
        DriftAcknowledged(
            fleet_id=agent.fleet_id,
            actor=actor,
            agent_id=agent.pk,
            signals=signals,
            rebaselined=rebaseline,
        ),
    )
