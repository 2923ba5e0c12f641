"""Why a recorded decision is left out of what a backtest compares: the record does not bear it."""

from __future__ import annotations

from collections.abc import Mapping

from governance.backtest.deciding import recorded
from governance.backtest.followed import Followed
from governance.backtest.past import Past
from governance.backtest.record import DecisionStep, Recorded
from governance.domain.breaker_state import Breaker
from governance.domain.facts import BreakerView
from governance.domain.gate import gate_decide
from governance.domain.policy import Policy
from governance.domain.types import Tier

STRAYED = "The outcomes of its agent, judged again, do not come to what the record says."
ELSEWHERE = "The breaker of its agent, folded again, does not stand where the record has it."
OTHER_TIER = "The tier of its agent, folded again, is not the recorded one."
DIFFERS = "Decided again by the same version, the answer is not the recorded one."
UNKNOWN = "Nobody knows the version of the policy that decided it."

# Freezes of earlier versions were stored to the microsecond.
_SAME_S = 1e-3


def doubt_about(
    step: DecisionStep,
    again: Recorded,
    *,
    tier: Tier,
    agent: Followed,
    past: Past,
    policies: Mapping[int, Policy],
) -> str | None:
    """Return why a decision cannot be compared, None if it can.

    What the base's own engine made is folded again and must come out as it is recorded. Where
    another version judged the agent before, only the answer itself can be checked, by the version
    that gave it.

    Args:
        step: the decision.
        again: what the base answers.
        tier: the agent's by then, under the base.
        agent: as the base has it.
        past: where the record has it.
        policies: by number.
    """
    number = step.agent
    if past.is_base[number]:
        if past.strayed[number]:
            return STRAYED
        if not (agent.is_with and _stands_as_asked(agent.state.breaker, step.request.breaker)):
            return ELSEWHERE
        if tier is not step.request.standing.tier:
            return OTHER_TIER
        if past.is_bases(step.policy):
            return None if again == step.recorded else DIFFERS
    version = policies.get(step.policy)
    if version is None:
        return UNKNOWN
    answer = recorded(gate_decide(step.request, version, now_s=step.at_s))
    return None if answer == step.recorded else DIFFERS


def _stands_as_asked(breaker: Breaker, asked: BreakerView) -> bool:
    """Return whether a breaker stands where the gate saw it, the end of its freeze to the milli."""
    until_s, seen_s = breaker.frozen_until_s, asked.frozen_until_s
    return (
        breaker.state is asked.state
        and breaker.hold is asked.hold
        and (until_s is None) is (seen_s is None)
        and abs((until_s or 0.0) - (seen_s or 0.0)) < _SAME_S
    )
