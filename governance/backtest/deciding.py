"""A recorded decision decided again: by the base, by the draft, and by whoever decided it then."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from governance.backtest.followed import Followed
from governance.backtest.record import DecisionStep, Recorded
from governance.domain.asking import breaker_asked, probe_asked, standing_asked
from governance.domain.backtest.answers import Answer
from governance.domain.blast import level_stated
from governance.domain.facts import GateRequest
from governance.domain.gate import Decision, gate_decide
from governance.domain.policy import Policy
from governance.domain.score import points
from governance.domain.types import BlastLevel, TaskType, Verdict


class Classed(NamedTuple):
    """What an answer makes of the outcome that follows: its class, what it may cost in dollars.

    ``understated`` says that the caller's words alone would have meant a lower level.
    """

    task_type: TaskType
    level: BlastLevel
    budget_usd: float | None
    understated: bool


class Decided(NamedTuple):
    """The gate's answer on one side; ``keeps`` says that it keeps work from running that ran."""

    answer: Answer
    classed: Classed
    recorded: Recorded
    is_probe: bool
    keeps: bool


def question(agent: Followed, step: DecisionStep, policy: Policy) -> GateRequest:
    """Return what the gate is asked: as it was, but for what the policy makes of the agent.

    The score is left as it was: it decides nothing, and takes as long as all else.
    """
    request, state = step.request, agent.state
    standing = standing_asked(
        state,
        policy.trust,
        trust=request.standing.trust,
        penal_until_s=request.standing.penal_until_s,
        now_s=step.at_s,
    )
    if agent.is_with:
        return replace(request, standing=standing)
    seen = request.breaker
    breaker = breaker_asked(
        state, mode=seen.mode, is_paused=seen.is_paused, paused_until_s=seen.paused_until_s
    )
    free = probe_asked(state, str(step.task), now_s=step.at_s)
    return replace(request, standing=standing, breaker=breaker, probe_available=free)


def decided(request: GateRequest, step: DecisionStep, policy: Policy) -> Decided:
    """Return what a policy answers to a question about a recorded task."""
    decision = gate_decide(request, policy, now_s=step.at_s)
    limits, ran = decision.limits, step.recorded.verdict is not Verdict.DENY
    answer = Answer(
        decision.would_be,
        limits.approvals,
        limits.needs_manager,
        decision.preset,
        decision.tier,
        decision.level,
        decision.reasons[0].sentence if decision.reasons else "",
    )
    keeps = ran and decision.verdict is Verdict.DENY
    return Decided(
        answer, _classed(request, decision, policy), recorded(decision), decision.is_probe, keeps
    )


def _classed(request: GateRequest, decision: Decision, policy: Policy) -> Classed:
    cap = decision.limits.budget_usd
    budget = request.money.task_budget_usd if cap is None else cap
    words = request.task.declared_blast
    understated = bool(words) and level_stated(request, decision.blast, policy.blast) is not None
    return Classed(
        decision.task_type,
        decision.level,
        None if budget is None else float(budget),
        understated,
    )


def recorded(decision: Decision) -> Recorded:
    """Return what is kept of an answer to compare with."""
    return Recorded(
        decision.verdict,
        decision.would_be,
        decision.tier,
        decision.preset,
        decision.level,
        decision.limits.approvals,
    )


def with_score(request: GateRequest, agent: Followed, policy: Policy) -> GateRequest:
    """Return the question with the score that the policy gives the agent, for its sentences."""
    trust = agent.state.trust
    score = None
    if trust.outcomes >= policy.trust.outcomes_shown:
        score = points(trust.evidence, policy.trust, trust.prior.ratio).score
    return replace(request, standing=replace(request.standing, trust=score))


def is_same_question(one: GateRequest, other: GateRequest) -> bool:
    """Return whether two questions about one task differ at most in what decides nothing."""
    first, second = one.standing, other.standing
    return (
        first.tier is second.tier
        and (first.outcomes == 0) is (second.outcomes == 0)
        and one.probe_available is other.probe_available
        and one.breaker == other.breaker
    )
