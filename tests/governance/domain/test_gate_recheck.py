from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from governance.domain.facts import BreakerView, Envelope, Mandate, MoneyFacts, Progress, ToolEntry
from governance.domain.gate import Decision, Moment, gate_recheck
from governance.domain.policy import policy_default
from governance.domain.types import (
    Approval,
    BlastLevel,
    BreakerState,
    Enforcement,
    Environment,
    Hold,
    TaskType,
    Verdict,
)
from tests.governance.domain.asking import (
    CRITICAL_TASK,
    HIGH_TASK,
    LOW,
    MEDIUM_TASK,
    NOW_S,
    gate_request,
    task_with,
)

ENVELOPE = Envelope(
    level=BlastLevel.LOW,
    task_type=TaskType.STATELESS,
    approval=Approval.RUN,
    spend_cap_usd=Decimal(20),
)
APPROVED_HIGH = Envelope(
    level=BlastLevel.HIGH,
    task_type=TaskType.STATELESS,
    approval=Approval.ONE,
    spend_cap_usd=Decimal(20),
)
FROZEN = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 900)


def _recheck(moment: Moment, **changes: Any) -> Decision:
    request = gate_request(**{"envelope": ENVELOPE, **changes})
    return gate_recheck(request, policy_default(), moment=moment, now_s=NOW_S)


@pytest.mark.parametrize("moment", list(Moment))
def test_an_unchanged_task_goes_on(moment: Moment) -> None:
    decision = _recheck(moment)

    assert (decision.verdict, decision.would_be, decision.enforced) == ("allow", "allow", True)


@pytest.mark.parametrize("moment", [Moment.START, Moment.HEARTBEAT])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"breaker": FROZEN}, "frozen"),
        ({"fleet_halted": True}, "fleet_halted"),
        ({"breaker": BreakerView(is_paused=True)}, "agent_paused"),
        ({"breaker": BreakerView(state=BreakerState.HALF_OPEN)}, "probation_busy"),
        ({"task": MEDIUM_TASK}, "envelope_level"),
        ({"task": task_with(progress=Progress(spent_usd=Decimal("20.01")))}, "envelope_level"),
    ],
)
def test_the_ladder_and_the_envelope_stop_at_start_and_heartbeat(
    moment: Moment, changes: dict[str, Any], code: str
) -> None:
    decision = _recheck(
        moment,
        **{
            "money": MoneyFacts(task_budget_usd=Decimal(1), month_budget_usd=Decimal(1000)),
            **changes,
        },
    )

    assert (decision.verdict, decision.reasons[0].code) == (Verdict.DENY, code)


@pytest.mark.parametrize(
    "changes", [{"breaker": FROZEN}, {"fleet_halted": True}, {"running": 1_000}]
)
def test_an_edit_may_wait_for_what_is_lifted_before_it_starts(changes: dict[str, Any]) -> None:
    assert _recheck(Moment.EDIT, **changes).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"task": MEDIUM_TASK}, "envelope_level"),
        ({"mandate": Mandate()}, "approval_too_small"),
        ({"money": MoneyFacts(task_budget_usd=Decimal(2), month_budget_usd=Decimal(1))},
         "over_budget"),
    ],
)  # fmt: skip
def test_an_edit_is_refused_where_the_task_has_outgrown_what_was_shown(
    changes: dict[str, Any], code: str
) -> None:
    decision = _recheck(Moment.EDIT, **changes)

    assert decision.verdict is Verdict.DENY
    assert code in {reason.code for reason in decision.reasons}


def test_the_reason_names_what_was_approved_and_why_it_grew() -> None:
    decision = _recheck(Moment.HEARTBEAT, task=HIGH_TASK)

    assert decision.reasons[0].sentence == (
        "Now High, approved as Low. High because it is hard to undo in production;"
        " next highest: internal data."
    )


def test_spending_over_the_cap_stops_a_running_task() -> None:
    money = MoneyFacts(task_budget_usd=Decimal(20), month_budget_usd=Decimal(10_000))
    task = task_with(progress=Progress(spent_usd=Decimal("20.01")))

    decision = _recheck(Moment.HEARTBEAT, task=task, money=money, envelope=ENVELOPE)

    assert decision.verdict is Verdict.DENY
    assert decision.reasons[0].sentence == "Spent $20.01; the cap is $20.00."


def test_spending_exactly_the_cap_goes_on() -> None:
    money = MoneyFacts(task_budget_usd=Decimal(20), month_budget_usd=Decimal(10_000))
    task = task_with(progress=Progress(spent_usd=Decimal(20)))

    assert _recheck(Moment.HEARTBEAT, task=task, money=money).verdict is Verdict.ALLOW


def test_without_a_cap_spending_alone_does_not_stop() -> None:
    envelope = Envelope(
        level=BlastLevel.CRITICAL,
        task_type=TaskType.STATELESS,
        approval=Approval.TWO,
        spend_cap_usd=None,
    )
    task = task_with(progress=Progress(spent_usd=Decimal(500)))

    decision = _recheck(Moment.HEARTBEAT, task=task, envelope=envelope)

    assert (decision.verdict, decision.limits.budget_usd) == (Verdict.ALLOW, None)


def test_a_tool_that_joins_outside_the_mandate_stops_the_task() -> None:
    mail = ToolEntry(name="mail.send", confirmed={"W": "N", "R": "A", "X": "N"})
    task = task_with(progress=Progress(tools=(mail,)))
    mandate = Mandate(tools=("orders.*",), environments=tuple(Environment))

    decision = _recheck(Moment.HEARTBEAT, task=task, mandate=mandate)

    assert decision.verdict is Verdict.DENY
    assert decision.reasons[0].sentence == "mail.send joined the task and is outside the mandate."


def test_a_tool_that_joins_inside_mandate_and_envelope_goes_on() -> None:
    lines = ToolEntry(name="orders.lines", confirmed={"W": "N", "R": "A", "X": "N"})

    decision = _recheck(Moment.HEARTBEAT, task=task_with(progress=Progress(tools=(lines,))))

    assert decision.verdict is Verdict.ALLOW


def test_an_approved_task_starts() -> None:
    decision = _recheck(Moment.START, task=HIGH_TASK, envelope=APPROVED_HIGH)

    assert decision.verdict is Verdict.ALLOW
    assert (decision.limits.approval, decision.limits.budget_usd) == (Approval.ONE, Decimal(20))


def test_trust_that_fell_since_the_approval_asks_for_more_people() -> None:
    decision = _recheck(Moment.START, task=HIGH_TASK, envelope=APPROVED_HIGH, standing=LOW)

    assert decision.verdict is Verdict.DENY
    assert "Now 2 approvals, one by a manager; it was 1 approval. Ask again." in [
        reason.sentence for reason in decision.reasons
    ]


def test_trust_that_fell_does_not_interrupt_running_work() -> None:
    decision = _recheck(Moment.HEARTBEAT, task=HIGH_TASK, envelope=APPROVED_HIGH, standing=LOW)

    assert decision.verdict is Verdict.ALLOW


def test_supervision_asks_before_the_start_but_not_in_the_middle() -> None:
    envelope = Envelope(
        level=BlastLevel.MEDIUM,
        task_type=TaskType.STATELESS,
        approval=Approval.RUN,
        spend_cap_usd=None,
    )
    changes = {
        "task": MEDIUM_TASK,
        "envelope": envelope,
        "breaker": BreakerView(hold=Hold.SUPERVISED),
    }

    assert _recheck(Moment.START, **changes).verdict is Verdict.DENY
    assert _recheck(Moment.HEARTBEAT, **changes).verdict is Verdict.ALLOW


def test_too_many_running_tasks_delay_the_start() -> None:
    decision = _recheck(Moment.START, running=20)

    assert (decision.verdict, decision.retry_after_s) == (Verdict.DENY, 10.0)


def test_a_critical_task_of_an_agent_that_lost_its_trust_is_an_incident() -> None:
    envelope = Envelope(
        level=BlastLevel.CRITICAL,
        task_type=TaskType.STATELESS,
        approval=Approval.TWO,
        spend_cap_usd=None,
    )

    decision = _recheck(Moment.START, task=CRITICAL_TASK, envelope=envelope, standing=LOW)

    assert (decision.verdict, decision.incident) == (Verdict.DENY, True)


def test_a_probe_that_holds_its_slot_goes_on() -> None:
    decision = _recheck(
        Moment.HEARTBEAT,
        breaker=BreakerView(state=BreakerState.HALF_OPEN),
        probe_available=True,
    )

    assert (decision.verdict, decision.is_probe) == (Verdict.ALLOW, True)


def test_a_type_only_rises_during_a_task() -> None:
    envelope = Envelope(
        level=BlastLevel.LOW,
        task_type=TaskType.PIPELINE,
        approval=Approval.RUN,
        spend_cap_usd=None,
    )

    assert _recheck(Moment.HEARTBEAT, envelope=envelope).task_type is TaskType.PIPELINE


def test_in_shadow_leaving_the_envelope_is_only_recorded() -> None:
    decision = _recheck(Moment.HEARTBEAT, task=HIGH_TASK, enforcement=Enforcement.SHADOW)

    assert (decision.verdict, decision.would_be, decision.enforced) == ("allow", "deny", False)


def test_a_halt_stops_running_work_in_shadow_too() -> None:
    decision = _recheck(Moment.HEARTBEAT, fleet_halted=True, enforcement=Enforcement.SHADOW)

    assert (decision.verdict, decision.enforced) == (Verdict.DENY, True)


def test_a_recheck_needs_an_envelope() -> None:
    with pytest.raises(ValueError, match="a recheck at start needs the envelope"):
        _recheck(Moment.START, envelope=None)
