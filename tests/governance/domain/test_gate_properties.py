"""What holds for every question: never milder when something gets worse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from governance.domain.blast import SCALE, BlastMetric
from governance.domain.facts import (
    AgentStanding,
    BreakerView,
    GateRequest,
    Lineage,
    Mandate,
    MoneyFacts,
    Plan,
    TaskFacts,
    ToolEntry,
)
from governance.domain.gate import Decision, gate_decide
from governance.domain.policy import policy_default
from governance.domain.types import (
    BlastLevel,
    BreakerMode,
    BreakerState,
    Enforcement,
    Environment,
    Hold,
    HoldOrigin,
    TaskType,
    Tier,
    Verdict,
)
from tests.governance.domain.asking import NOW_S

POLICY = policy_default()
DOLLARS = st.decimals(0, 2000, places=2)
LETTERS = st.fixed_dictionaries(
    {},
    optional={
        metric.value: st.sampled_from([step.letter for step in described.steps])
        for metric, described in SCALE.items()
        if metric is not BlastMetric.ENVIRONMENT
    },
)
TASKS = st.builds(
    TaskFacts,
    environment=st.sampled_from(list(Environment)),
    operation=st.just("order.read"),
    tool=st.sampled_from(["orders.read", "shell.run"]),
    tool_entry=st.none() | st.builds(ToolEntry, name=st.just("x"), confirmed=st.none() | LETTERS),
    declared_type=st.none() | st.sampled_from(list(TaskType)),
    declared_blast=LETTERS,
    plan=st.builds(
        Plan,
        steps=st.none() | st.integers(0, 30),
        agents=st.none() | st.integers(0, 15),
        delegations=st.none() | st.integers(0, 5),
    ),
    lineage=st.builds(Lineage, agents=st.integers(1, 12), steps=st.integers(0, 30)),
)
BREAKERS = st.builds(
    BreakerView,
    state=st.sampled_from(list(BreakerState)),
    hold=st.sampled_from(list(Hold)),
    hold_origin=st.sampled_from(list(HoldOrigin)),
    mode=st.sampled_from(list(BreakerMode)),
    is_paused=st.booleans(),
    paused_until_s=st.none() | st.floats(NOW_S - 100, NOW_S + 1000),
    frozen_until_s=st.none() | st.floats(NOW_S - 100, NOW_S + 1000),
)
REQUESTS = st.builds(
    GateRequest,
    standing=st.builds(
        AgentStanding,
        tier=st.sampled_from(list(Tier)),
        trust=st.none() | st.floats(0, 1),
        outcomes=st.integers(0, 500),
    ),
    breaker=BREAKERS,
    task=TASKS,
    money=st.builds(
        MoneyFacts,
        task_budget_usd=st.none() | DOLLARS,
        month_budget_usd=st.none() | DOLLARS,
        month_spent_usd=DOLLARS,
        lineage_spent_usd=DOLLARS,
        owner_spent_usd=DOLLARS,
    ),
    mandate=st.builds(
        Mandate,
        tools=st.sampled_from([("*",), ("orders.*",), ()]),
        environments=st.sampled_from([tuple(Environment), (Environment.SANDBOX,)]),
        level=st.sampled_from(list(BlastLevel)),
    ),
    running=st.integers(0, 25),
    probe_available=st.booleans(),
    fleet_halted=st.booleans(),
    enforcement=st.sampled_from(list(Enforcement)),
)


def _decide(request: GateRequest) -> Decision:
    return gate_decide(request, POLICY, now_s=NOW_S)


@given(REQUESTS)
def test_lower_trust_never_yields_a_milder_answer(request: GateRequest) -> None:
    fallen = replace(request, standing=replace(request.standing, tier=Tier.LOW))

    assert _decide(fallen).would_be.rank >= _decide(request).would_be.rank
    assert _decide(fallen).verdict.rank >= _decide(request).verdict.rank


@given(REQUESTS, LETTERS, st.sampled_from(list(TaskType)))
def test_declaring_never_loosens_an_answer(
    request: GateRequest, declared: dict[str, str], declared_type: TaskType
) -> None:
    known = {metric.value: described.steps[0].letter for metric, described in SCALE.items()}
    entry = ToolEntry(name="x", confirmed=known)
    silent = replace(request.task, tool_entry=entry, declared_blast={}, declared_type=None)
    speaking = replace(silent, declared_blast=declared, declared_type=declared_type)

    before = _decide(replace(request, task=silent))
    after = _decide(replace(request, task=speaking))

    assert after.level.rank >= before.level.rank
    assert after.would_be.rank >= before.would_be.rank


@given(REQUESTS, st.sampled_from([Hold.FORCED_OPEN, Hold.LATCHED]), st.booleans())
def test_nothing_runs_past_what_a_person_stopped(
    request: GateRequest, hold: Hold, fleet_halted: bool
) -> None:
    held = replace(request.breaker, hold=hold, hold_origin=HoldOrigin.PERSON)

    decision = _decide(replace(request, breaker=held, fleet_halted=fleet_halted))

    assert (decision.verdict, decision.enforced) == (Verdict.DENY, True)


@given(REQUESTS)
def test_the_first_reason_is_as_strict_as_the_answer(request: GateRequest) -> None:
    decision = _decide(replace(request, enforcement=Enforcement.ENFORCE))

    assert decision.reasons[0].verdict is decision.verdict or not decision.enforced


@given(REQUESTS)
def test_the_answer_is_never_stricter_than_what_would_be(request: GateRequest) -> None:
    decision = _decide(request)

    assert decision.verdict.rank <= decision.would_be.rank


@given(REQUESTS)
def test_approvals_are_asked_exactly_where_people_decide(request: GateRequest) -> None:
    decision = _decide(replace(request, enforcement=Enforcement.ENFORCE))

    asks_people = Verdict.ESCALATE in {decision.verdict, decision.would_be}
    assert (decision.limits.approvals > 0) == (asks_people and decision.verdict is not Verdict.DENY)


@given(REQUESTS, DOLLARS)
def test_the_cap_never_exceeds_what_the_month_has_left(
    request: GateRequest, spent: Decimal
) -> None:
    money = replace(request.money, month_budget_usd=Decimal(1000), month_spent_usd=spent)

    limits: Any = _decide(replace(request, money=money)).limits

    assert limits.budget_usd <= max(Decimal(0), Decimal(1000) - spent)
