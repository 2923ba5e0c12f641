"""What the gate is told of an agent that asks: live, and when its decisions are decided again."""

from __future__ import annotations

from governance.domain.agent_state import AgentState
from governance.domain.facts import AgentStanding, BreakerView
from governance.domain.policy.trust import TrustPolicy
from governance.domain.probation import probe_free
from governance.domain.standing import tier_now
from governance.domain.types import BreakerMode, BreakerState


def standing_asked(
    state: AgentState,
    policy: TrustPolicy,
    *,
    trust: float | None,
    penal_until_s: float | None,
    now_s: float,
) -> AgentStanding:
    """Return what an agent has earned at ``now_s`` (epoch seconds); an idle one's tier decays.

    Args:
        state: after its newest fact.
        policy: in force.
        trust: the score in [0, 1] after its newest outcome, None under 10.
        penal_until_s: until when a confirmed ring keeps it in tier low, epoch seconds.
        now_s: when it asks.
    """
    return AgentStanding(
        tier=tier_now(state, policy, now_s=now_s),
        trust=trust,
        outcomes=state.trust.outcomes,
        penal_until_s=penal_until_s,
    )


def breaker_asked(
    state: AgentState, *, mode: BreakerMode, is_paused: bool, paused_until_s: float | None
) -> BreakerView:
    """Return the breaker as the gate sees it; modes and pauses are what people set."""
    breaker = state.breaker
    return BreakerView(
        state=breaker.state,
        hold=breaker.hold,
        hold_origin=breaker.hold_origin,
        mode=mode,
        is_paused=is_paused,
        paused_until_s=paused_until_s,
        frozen_until_s=breaker.frozen_until_s,
    )


def probe_asked(state: AgentState, task: str, *, now_s: float) -> bool:
    """Return whether ``task`` finds a place as a probe: free, or leased to this very task."""
    if state.breaker.state is not BreakerState.HALF_OPEN:
        return False
    return probe_free(state.breaker.probation, task, now_s)
