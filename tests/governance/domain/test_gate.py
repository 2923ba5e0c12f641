from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from governance.domain.facts import BreakerView, GateRequest, Mandate, MoneyFacts, TaskFacts
from governance.domain.gate import Decision, gate_decide
from governance.domain.policy import policy_default
from governance.domain.reasons import REASON_MEANING, ReasonCode
from governance.domain.types import (
    Approval,
    BlastLevel,
    BreakerState,
    Environment,
    Hold,
    HoldOrigin,
    Preset,
    TaskType,
    Tier,
    Verdict,
)
from tests.governance.domain.asking import (
    CRITICAL_TASK,
    HIGH,
    HIGH_TASK,
    LOW,
    MEDIUM,
    MEDIUM_TASK,
    NEW,
    NOW_S,
    READ_TASK,
    gate_request,
)

POLICY = policy_default()


def _decide(**changes: Any) -> Decision:
    return gate_decide(gate_request(**changes), POLICY, now_s=NOW_S)


def _codes(decision: Decision) -> list[str]:
    return [reason.code.value for reason in decision.reasons]


def test_a_low_stateless_task_of_a_trusted_agent_simply_runs() -> None:
    decision = _decide()

    assert (decision.verdict, decision.would_be, decision.enforced) == ("allow", "allow", True)
    assert (decision.tier, decision.task_type, decision.preset, decision.level) == (
        Tier.HIGH,
        TaskType.STATELESS,
        Preset.AGGRESSIVE,
        BlastLevel.LOW,
    )
    assert (decision.limits.approvals, decision.limits.audit_probability) == (0, 0.0)


def test_every_reason_is_a_code_and_a_sentence_with_its_numbers() -> None:
    decision = _decide()

    assert [(reason.code.value, reason.sentence) for reason in decision.reasons] == [
        ("approval_table", "Low task, high trust, preset aggressive: runs."),
        ("within_mandate", "Within the mandate: orders.read, production, alone up to Critical."),
        ("budget_ok", "May spend up to $0.00, the budget it asked for."),
        ("blast_level", "Low: 15 of 104 points: production, internal data."),
        ("task_type", "Stateless: one agent, one step, nothing kept."),
        ("trust", "Trust 0.93 from 412 tasks: tier high."),
    ]


@pytest.mark.parametrize(
    ("standing", "task", "verdict", "approvals", "needs_manager"),
    [
        (HIGH, MEDIUM_TASK, "allow", 0, False),
        (HIGH, HIGH_TASK, "escalate", 1, False),
        (HIGH, CRITICAL_TASK, "escalate", 2, False),
        (MEDIUM, MEDIUM_TASK, "allow", 0, False),
        (MEDIUM, CRITICAL_TASK, "escalate", 2, False),
        (LOW, READ_TASK, "allow", 0, False),
        (LOW, MEDIUM_TASK, "escalate", 1, False),
        (LOW, HIGH_TASK, "escalate", 2, True),
        (LOW, CRITICAL_TASK, "deny", 0, False),
    ],
)
def test_trust_and_blast_radius_decide_together(
    standing: Any, task: TaskFacts, verdict: str, approvals: int, needs_manager: bool
) -> None:
    decision = _decide(standing=standing, task=task)

    assert decision.verdict == verdict
    assert (decision.limits.approvals, decision.limits.needs_manager) == (approvals, needs_manager)


def test_a_low_trust_agent_that_attempts_something_critical_is_denied_with_an_incident() -> None:
    decision = _decide(standing=LOW, task=CRITICAL_TASK)

    assert (decision.verdict, decision.incident) == (Verdict.DENY, True)
    assert decision.reasons[0].sentence == (
        "Critical task, low trust, preset conservative: denied."
    )


def test_a_new_agent_has_tier_low_whatever_is_stored() -> None:
    decision = _decide(standing=NEW)

    assert (decision.tier, decision.preset) == (Tier.LOW, Preset.CONSERVATIVE)
    assert decision.reasons[-1].sentence == "Not enough data (0 of 10 tasks) for trust."


def test_nothing_stated_is_critical_and_names_what_would_help() -> None:
    task = TaskFacts(environment=Environment.PRODUCTION, operation="x", tool="shop.wipe")

    decision = _decide(task=task)

    assert decision.level is BlastLevel.CRITICAL
    assert _codes(decision).count("blast_unknown") == 7
    assert [gap.field for gap in decision.blast.missing] == [
        "blast.W",
        "blast.R",
        "blast.D",
        "blast.X",
        "plan.agents",
        "plan.steps",
        "blast.U",
    ]


def test_outside_the_mandate_a_harmless_task_needs_a_person() -> None:
    decision = _decide(mandate=Mandate(tools=("refunds.*",), environments=tuple(Environment)))

    assert (decision.verdict, decision.limits.approval) == (Verdict.ESCALATE, Approval.ONE)
    assert decision.reasons[0].code is ReasonCode.OUTSIDE_MANDATE_TOOL


def test_outside_the_mandate_a_critical_task_is_denied_with_an_incident() -> None:
    decision = _decide(task=CRITICAL_TASK, mandate=Mandate(level=BlastLevel.CRITICAL))

    assert (decision.verdict, decision.incident) == (Verdict.DENY, True)


def test_above_the_mandates_level_a_person_is_asked() -> None:
    mandate = Mandate(tools=("*",), environments=tuple(Environment), level=BlastLevel.LOW)

    decision = _decide(task=MEDIUM_TASK, mandate=mandate)

    assert (decision.verdict, decision.limits.approvals) == (Verdict.ESCALATE, 1)
    assert decision.reasons[0].code is ReasonCode.ABOVE_MANDATE_LEVEL


def test_over_the_parallel_limit_is_denied_with_a_time_to_ask_again() -> None:
    decision = _decide(running=20)

    assert (decision.verdict, decision.retry_after_s, decision.incident) == ("deny", 10.0, False)


def test_over_the_budget_is_denied_until_the_next_month() -> None:
    money = MoneyFacts(
        task_budget_usd=Decimal(5),
        month_budget_usd=Decimal(1000),
        month_spent_usd=Decimal(1000),
    )

    decision = _decide(money=money)

    assert (decision.verdict, decision.retry_after_s) == (Verdict.DENY, 8.5 * 86_400)


def test_the_longest_wait_counts() -> None:
    frozen = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 900)

    decision = _decide(breaker=frozen, running=20)

    assert decision.retry_after_s == 900.0


def test_waiting_does_not_help_where_a_person_must_act() -> None:
    frozen = BreakerView(
        state=BreakerState.OPEN,
        frozen_until_s=NOW_S + 900,
        hold=Hold.FORCED_OPEN,
        hold_origin=HoldOrigin.PERSON,
    )

    assert _decide(breaker=frozen).retry_after_s is None


def test_the_strictest_of_ladder_table_and_mandate_wins_and_comes_first() -> None:
    frozen = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 900)
    mandate = Mandate(tools=("*",), environments=tuple(Environment), level=BlastLevel.LOW)

    decision = _decide(task=HIGH_TASK, breaker=frozen, mandate=mandate)

    assert decision.verdict is Verdict.DENY
    assert _codes(decision)[:3] == ["frozen", "approval_table", "above_mandate_level"]
    assert [reason.verdict for reason in decision.reasons[:3]] == ["deny", "escalate", "escalate"]


def test_supervision_turns_a_medium_run_into_a_ticket() -> None:
    decision = _decide(task=MEDIUM_TASK, breaker=BreakerView(hold=Hold.SUPERVISED))

    assert (decision.verdict, decision.limits.approvals) == (Verdict.ESCALATE, 1)


def test_on_probation_a_low_task_runs_as_a_probe() -> None:
    breaker = BreakerView(state=BreakerState.HALF_OPEN)

    decision = _decide(breaker=breaker, probe_available=True)

    assert (decision.verdict, decision.is_probe) == (Verdict.ALLOW, True)
    assert decision.reasons[-1].code is ReasonCode.TRUST


def test_a_denied_task_is_no_probe() -> None:
    breaker = BreakerView(state=BreakerState.HALF_OPEN)

    decision = _decide(breaker=breaker, probe_available=True, fleet_halted=True)

    assert decision.is_probe is False


def test_the_limits_come_from_the_preset() -> None:
    money = MoneyFacts(task_budget_usd=Decimal(5), month_budget_usd=Decimal(1000))

    limits = _decide(money=money, standing=LOW).limits

    assert (limits.budget_usd, limits.parallel, limits.tax_share) == (Decimal("2.5"), 5, 0.10)
    assert (limits.audit_probability, limits.start_by_s) == (0.25, NOW_S + 86_400)


@pytest.mark.parametrize(
    ("task", "cap", "sentence"),
    [
        (
            READ_TASK,
            "861.345",
            "May spend up to $861.34: 1.5 × the $574.23 it asked for, by preset aggressive.",
        ),
        (HIGH_TASK, "574.23", "May spend up to $574.23, the budget it asked for."),
    ],
)
def test_people_agree_to_no_more_than_was_asked_for(
    task: TaskFacts, cap: str, sentence: str
) -> None:
    money = MoneyFacts(
        task_budget_usd=Decimal("574.23"),
        month_budget_usd=Decimal(100_000),
    )

    decision = _decide(task=task, money=money)

    assert decision.preset is Preset.AGGRESSIVE
    assert decision.limits.budget_usd == Decimal(cap)
    assert sentence in [reason.sentence for reason in decision.reasons]


def test_less_than_was_asked_for_stays_less_where_people_agree() -> None:
    money = MoneyFacts(task_budget_usd=Decimal(20), month_budget_usd=Decimal(10_000))

    decision = _decide(task=MEDIUM_TASK, standing=LOW, money=money)

    assert (decision.verdict, decision.limits.budget_usd) == (Verdict.ESCALATE, Decimal(10))


def test_a_stored_request_is_decided_again_the_same() -> None:
    request = gate_request(
        task=replace(HIGH_TASK, declared_type=TaskType.PIPELINE),
        money=MoneyFacts(task_budget_usd=Decimal("12.5"), month_budget_usd=Decimal(1000)),
    )
    stored = msgspec.json.encode(request)

    again = msgspec.json.decode(stored, type=GateRequest)

    assert again == request
    assert gate_decide(again, POLICY, now_s=NOW_S) == gate_decide(request, POLICY, now_s=NOW_S)


def test_every_reason_code_is_documented() -> None:
    assert set(REASON_MEANING) == set(ReasonCode)
