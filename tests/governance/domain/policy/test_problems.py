from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.policy import (
    Policy,
    PolicyError,
    policy_default,
    policy_from_plain,
    policy_problems,
    policy_to_plain,
)
from governance.domain.policy.blast import BlastPolicy
from governance.domain.policy.matrix import MatrixPolicy
from governance.domain.policy.timing import TicketTiming
from governance.domain.policy.trust import TrustPolicy
from governance.domain.types import Preset, TaskType, Tier


def _problems(**plain: Any) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        policy_from_plain(plain)
    return str(refused.value).splitlines()


def test_the_defaults_have_no_problem() -> None:
    assert policy_problems(policy_default()) == ()


def test_the_matrix_is_never_looser_when_trust_falls_or_the_type_is_riskier() -> None:
    assert _problems(matrix={"pipeline_low": "balanced"}) == [
        "matrix.pipeline_low must be conservative or stricter, because of matrix.stateless_low,"
        " got balanced",
    ]


def test_a_cell_above_is_compared_too() -> None:
    assert _problems(matrix={"pipeline_high": "conservative"}) == [
        "matrix.pipeline_medium must be conservative or stricter, because of"
        " matrix.pipeline_high,"
        " got balanced",
        "matrix.coordination_high must be conservative or stricter, because of"
        " matrix.pipeline_high,"
        " got balanced",
    ]


def test_the_approval_table_is_monotone_in_level_and_preset() -> None:
    assert _problems(approvals={"balanced": {"high": "run"}}) == [
        "approvals.balanced.high must be run_sampled or stricter, because of"
        " approvals.balanced.medium,"
        " got run",
        "approvals.balanced.high must be one_approval or stricter, because of"
        " approvals.aggressive.high,"
        " got run",
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (
            "budget_factor",
            2,
            "must be at most 1.5 x the declared budget, because of presets.aggressive.budget_factor,"
            " got 2",
        ),
        (
            "parallel_max",
            21,
            "must be at most 20 tasks, because of presets.aggressive.parallel_max, got 21",
        ),
        (
            "audit_probability",
            0.01,
            "must be at least 0.05 share of finished tasks, because of"
            " presets.aggressive.audit_probability, got 0.01",
        ),
        (
            "tax_share",
            0,
            "must be at least 0.02 share of the value, because of presets.aggressive.tax_share,"
            " got 0",
        ),
    ],
)
def test_a_stricter_preset_never_has_a_looser_limit(name: str, value: float, problem: str) -> None:
    found = _problems(presets={"balanced": {name: value}})

    assert f"presets.balanced.{name} {problem}" in found


def test_blast_cuts_rise() -> None:
    policy = replace(policy_default(), blast=BlastPolicy(high_from=20, money_medium_share=0.005))

    assert [str(problem) for problem in policy_problems(policy)] == [
        "blast.high_from must be at least 21 points, because of blast.medium_from, got 20",
        "blast.money_medium_share must be at least 0.01 share of the monthly budget, because of"
        " blast.money_low_share, got 0.005",
    ]


def test_a_lease_is_not_longer_than_the_longest_lease() -> None:
    policy = replace(policy_default(), tickets=TicketTiming(lease_min=40))

    assert [str(problem) for problem in policy_problems(policy)] == [
        "tickets.lease_longest_min must be at least 40 min, because of tickets.lease_min, got 30"
    ]


def test_a_bypass_usually_lasts_no_longer_than_it_may() -> None:
    assert _problems(breaker={"bypass_usual_h": 4.0, "bypass_longest_h": 2.0}) == [
        "breaker.bypass_usual_h must be at most 2 hours, because of breaker.bypass_longest_h, got 4",
    ]


def test_a_window_must_hold_as_many_outcomes_as_its_rate_needs() -> None:
    assert _problems(breaker={"rules": {"rate_window": 8, "rate_least": 10}}) == [
        "breaker.rules.rate_window must be at least 10 outcomes, because of breaker.rules.rate_least,"
        " got 8",
    ]


def test_a_time_outside_its_range_is_refused_for_that_alone() -> None:
    assert _problems(retention={"events_days": -1}) == [
        "retention.events_days must be from 0 to 36500 days, got -1",
    ]


def test_contradictions_inside_trust_and_breaker_are_listed() -> None:
    policy = replace(policy_default(), trust=TrustPolicy(class_prior_failures=30))

    assert [str(problem) for problem in policy_problems(policy)] == [
        "trust.class_prior_failures must be below 30 failures, because of"
        " trust.class_prior_outcomes, got 30"
    ]


MATRICES = st.builds(
    MatrixPolicy,
    **{
        f"{task_type}_{tier}": st.sampled_from(list(Preset))
        for task_type in TaskType
        for tier in Tier
    },
)


@given(MATRICES)
def test_a_matrix_without_problems_is_monotone_everywhere(matrix: MatrixPolicy) -> None:
    policy = replace(policy_default(), matrix=matrix)

    accepted = policy_problems(policy) == ()

    assert accepted == _is_monotone(matrix)


def _is_monotone(matrix: MatrixPolicy) -> bool:
    cells = [(task_type, tier) for task_type in TaskType for tier in Tier]
    return all(
        matrix.cell(*riskier).rank >= matrix.cell(*milder).rank
        for riskier in cells
        for milder in cells
        if riskier[0].rank >= milder[0].rank and riskier[1].rank >= milder[1].rank
    )


@given(st.data())
def test_any_single_number_out_of_range_is_refused(data: st.DataObject) -> None:
    plain = policy_to_plain(Policy())
    name = data.draw(st.sampled_from(["medium_from", "high_from", "critical_from"]))
    plain["blast"][name] = data.draw(st.integers(105, 10**9) | st.integers(-(10**9), 0))

    with pytest.raises(PolicyError) as refused:
        policy_from_plain(plain)

    assert f"blast.{name}" in {problem.path for problem in refused.value.problems}
