from __future__ import annotations

from typing import Any

import pytest

from governance.domain.facts import BreakerView
from governance.domain.gate import Decision, gate_decide
from governance.domain.policy import policy_default
from governance.domain.types import (
    BreakerMode,
    BreakerState,
    Enforcement,
    Hold,
    HoldOrigin,
    Verdict,
)
from tests.governance.domain.asking import (
    CRITICAL_TASK,
    HIGH_TASK,
    LOW,
    MEDIUM_TASK,
    NOW_S,
    gate_request,
)

FROZEN = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 900)


def _decide(**changes: Any) -> Decision:
    return gate_decide(gate_request(**changes), policy_default(), now_s=NOW_S)


def _shadow(**changes: Any) -> Decision:
    return _decide(enforcement=Enforcement.SHADOW, **changes)


def _answer(decision: Decision) -> tuple[str, str, bool]:
    return decision.verdict.value, decision.would_be.value, decision.enforced


def test_in_shadow_the_answer_is_allow_and_what_would_be_is_kept() -> None:
    assert _answer(_shadow(task=HIGH_TASK)) == ("allow", "escalate", False)
    assert _answer(_shadow(breaker=FROZEN)) == ("allow", "deny", False)
    assert _answer(_shadow()) == ("allow", "allow", False)


def test_a_practice_ticket_asks_for_what_would_have_been_needed() -> None:
    decision = _shadow(task=HIGH_TASK, standing=LOW)

    assert (decision.limits.approvals, decision.limits.needs_manager) == (2, True)


def test_a_practice_incident_is_marked_by_enforced_being_false() -> None:
    decision = _shadow(task=CRITICAL_TASK, standing=LOW)

    assert (decision.incident, decision.enforced) == (True, False)


def test_the_deciding_reason_still_comes_first_and_is_marked_as_recorded() -> None:
    reason = _shadow(task=HIGH_TASK).reasons[0]

    assert (reason.code, reason.verdict, reason.enforced) == ("approval_table", "escalate", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"fleet_halted": True},
        {"breaker": BreakerView(is_paused=True)},
        {"breaker": BreakerView(hold=Hold.FORCED_OPEN, hold_origin=HoldOrigin.PERSON)},
        {"breaker": BreakerView(hold=Hold.LATCHED, hold_origin=HoldOrigin.PERSON)},
    ],
)
def test_what_a_person_or_a_halt_did_acts_in_shadow_too(changes: dict[str, Any]) -> None:
    assert _answer(_shadow(**changes)) == ("deny", "deny", True)


def test_a_detectors_latch_does_not_act_in_shadow() -> None:
    latched = BreakerView(hold=Hold.LATCHED, hold_origin=HoldOrigin.DETECTOR)

    assert _answer(_shadow(breaker=latched)) == ("allow", "deny", False)


@pytest.mark.parametrize("mode", [BreakerMode.SHADOW, BreakerMode.BYPASS])
def test_a_breaker_that_does_not_act_leaves_the_rest_in_force(mode: BreakerMode) -> None:
    breaker = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 900, mode=mode)

    decision = _decide(task=HIGH_TASK, breaker=breaker)

    assert _answer(decision) == ("escalate", "deny", False)
    assert decision.limits.approvals == 1
    assert [(reason.code.value, reason.enforced) for reason in decision.reasons[:2]] == [
        ("approval_table", True),
        ("frozen", False),
    ]


def test_bypass_never_skips_a_persons_hold() -> None:
    breaker = BreakerView(
        hold=Hold.FORCED_OPEN, hold_origin=HoldOrigin.PERSON, mode=BreakerMode.BYPASS
    )

    assert _decide(breaker=breaker).verdict is Verdict.DENY


def test_supervision_in_a_shadow_breaker_is_only_practice() -> None:
    breaker = BreakerView(hold=Hold.SUPERVISED, mode=BreakerMode.SHADOW)

    decision = _decide(task=MEDIUM_TASK, breaker=breaker)

    assert _answer(decision) == ("allow", "escalate", False)
    assert decision.limits.approvals == 1


def test_a_recorded_denial_gives_no_time_to_wait() -> None:
    assert _shadow(breaker=FROZEN).retry_after_s is None
