from __future__ import annotations

from dataclasses import replace

import pytest

from governance.domain.policy import Guard, policy_default, policy_fields
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.drafts import guarded_changes
from governance.domain.policy.paths import policy_with
from governance.domain.types import Preset, RuleMode

# Every field whose change one way needs a second admin: a field is added here when it gets one.
RAISING = """
trust: dead_band sources_window_days source_share source_floor self_report_weight prior_most_ratio
    class_prior_failures component_prior consistency_sigmas consistency_learning
breaker: suspicion_low suspicion_medium suspicion_high least_failures expected_floor
    expected_ceiling latch_trips probation_error probation_limit_h early_release_level
    hard_cap_factor hard_cap_least_usd bypass_longest_h bypass_usual_h rules.in_a_row_failures
    rules.rate_share rules.rate_least
drift: threshold_least threshold_most severe_margin normal_floor normal_ceiling amount_threshold
    amount_slack amount_least learning
cascade: expected_factor failures_min agents_min
collusion: tie_least open_least circular_least circular_returned penal_budget_share team_days
    margin_over_rated least_over_rated margin_favoured least_favoured margin_waved_through
    least_waved_through margin_joint_benefit least_joint_benefit margin_lockstep pair_spread
presets: aggressive.budget_factor aggressive.parallel_max balanced.budget_factor
    balanced.parallel_max conservative.budget_factor conservative.parallel_max
blast: medium_from high_from critical_from money_low_share money_medium_share
admission: ready_h
flood: open_most window_most
tickets: grant_low_min grant_medium_min grant_high_min grant_critical_min emergency_min
    preapproval_longest_h
"""
LOWERING = """
trust: level_high level_medium promote_probability demote_probability own_proof earn_high_proof
    earn_medium_level earn_medium_proof evidence_high evidence_medium dwell_hours sources_needed
    floor_budget_high floor_consistency_high inheritance_days inheritance_share
    reference_failure_rate class_prior_outcomes
breaker: freeze_first_min freeze_cap_h level_decay_days latch_window_days supervised_clean
    rules.in_a_row rules.rate
drift: false_alarms_week tiers_lost audit_factor amount_limit fleet_doubt fleet_prior
flood: window_min
audits: open_most day_most
cascade: act_below depth_most tasks_most
collusion: tie_rate alarm_rate open_rate own_chance lockstep_rate circular_rate circular_chance
    penal_days fine_share verify_jobs
matrix: stateless_high stateless_medium stateless_low pipeline_high pipeline_medium pipeline_low
    coordination_high coordination_medium coordination_low
presets: aggressive.audit_probability balanced.audit_probability conservative.audit_probability
approvals: aggressive.low aggressive.medium aggressive.high aggressive.critical balanced.low
    balanced.medium balanced.high balanced.critical conservative.low conservative.medium
    conservative.high conservative.critical
blast: money_window_h history_quantile
tickets: undo_s
"""


def _paths(table: str) -> set[str]:
    branches = [line for line in table.replace("\n    ", " ").splitlines() if line]
    named = [line.split(": ") for line in branches]
    return {f"{branch}.{name}" for branch, names in named for name in names.split()}


def _guarded(guard: Guard) -> set[str]:
    return {
        each.path
        for each in policy_fields()
        if each.guard is guard and not each.path.startswith("retention.")
    }


@pytest.mark.parametrize(
    ("guard", "paths"),
    [
        (Guard.RAISING, _paths(RAISING)),
        (Guard.LOWERING, _paths(LOWERING)),
        (Guard.ANY, {"breaker.frozen_share_cap"}),
    ],
)
def test_every_guarded_field_and_its_direction(guard: Guard, paths: set[str]) -> None:
    assert _guarded(guard) == paths


@pytest.mark.parametrize(
    ("path", "value", "is_guarded"),
    [
        ("breaker.latch_trips", 5, True),
        ("breaker.latch_trips", 3, False),
        ("breaker.freeze_first_min", 10.0, True),
        ("breaker.freeze_first_min", 20.0, False),
        ("breaker.frozen_share_cap", 0.2, True),
        ("breaker.frozen_share_cap", 0.4, True),
        ("matrix.pipeline_high", "aggressive", True),
        ("matrix.stateless_high", "balanced", False),
        ("approvals.aggressive.critical", "one_approval", True),
        ("approvals.balanced.critical", "two_approvals_one_manager", False),
        ("breaker.rules.rate", "off", True),
        ("breaker.rules.rate", "enforce", False),
        ("tickets.claims_max", 6, False),
        # An agent that fails as often as all others is tier high the sooner the less they are
        # said to fail; one whose class is said to fail often has little to answer for.
        ("trust.reference_failure_rate", 0.05, True),
        ("trust.reference_failure_rate", 0.2, False),
        ("trust.class_prior_failures", 29.0, True),
        ("trust.class_prior_outcomes", 4.0, True),
        ("drift.learning", 500, True),
        ("flood.window_min", 1.0, True),
    ],
)
def test_only_what_loosens_needs_a_second_admin(path: str, value: object, is_guarded: bool) -> None:
    before = policy_default()
    after = policy_with(before, {path: value})

    assert [change.path for change in guarded_changes(before, after)] == [path] * is_guarded


def test_what_stays_needs_nobody() -> None:
    assert guarded_changes(policy_default(), policy_default()) == ()
    assert not Guard.ANY.holds(0.3, 0.3)
    assert Guard.LOWERING.holds(Preset.BALANCED, Preset.AGGRESSIVE)
    assert not Guard.LOWERING.holds(RuleMode.OFF, RuleMode.ENFORCE)


def test_several_changes_are_told_apart() -> None:
    before = policy_default()
    breaker: BreakerPolicy = replace(before.breaker, latch_trips=5, freeze_first_min=20.0)

    found = guarded_changes(before, replace(before, breaker=breaker))

    assert [(each.path, each.before, each.after) for each in found] == [
        ("breaker.latch_trips", 4, 5)
    ]
