from __future__ import annotations

from dataclasses import replace

import pytest

from governance.domain.policy import policy_default, policy_from_plain, policy_problems
from governance.domain.policy.drift import DriftPolicy


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (
            DriftPolicy(threshold_least=9.0, threshold_most=8.0),
            "drift.threshold_least must be at most 8 log odds, because of drift.threshold_most, got 9",
        ),
        (
            DriftPolicy(odds_ratio=4.0, severe_ratio=4.0),
            "drift.odds_ratio must be below 4 times the odds, because of drift.severe_ratio, got 4",
        ),
        (
            DriftPolicy(amount_slack=1.5, amount_limit=1.5),
            "drift.amount_slack must be below 1.5 standard deviations, because of"
            " drift.amount_limit, got 1.5",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_named(policy: DriftPolicy, problem: str) -> None:
    found = policy_problems(replace(policy_default(), drift=policy))

    assert [str(each) for each in found] == [problem]


def test_a_policy_stored_before_drift_was_watched_has_the_defaults() -> None:
    assert policy_from_plain({"trust": {}}).drift == DriftPolicy()


def test_the_defaults_are_those_that_were_measured() -> None:
    policy = DriftPolicy()

    assert (policy.odds_ratio, policy.learning, policy.memory) == (1.6, 40, 1000)
    assert (policy.severe_ratio, policy.severe_margin) == (4.0, 2.5)
    assert (policy.threshold_least, policy.threshold_most) == (3.8, 11.0)
    assert (policy.amount_threshold, policy.amount_slack, policy.amount_limit) == (15.0, 0.25, 2.5)
