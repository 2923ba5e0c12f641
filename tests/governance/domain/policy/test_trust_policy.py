from __future__ import annotations

from dataclasses import replace

import pytest

from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.fields import settings_of
from governance.domain.policy.trust import TrustPolicy
from governance.domain.types import Tier


@pytest.mark.parametrize("policy", [TrustPolicy(), BreakerPolicy()])
def test_every_default_is_within_its_own_range(policy: TrustPolicy | BreakerPolicy) -> None:
    assert [name for name, each, value in settings_of(policy) if each.problem(value)] == []


@pytest.mark.parametrize("policy", [TrustPolicy(), BreakerPolicy()])
def test_every_field_says_what_it_means_and_where_it_comes_from(
    policy: TrustPolicy | BreakerPolicy,
) -> None:
    assert [
        name for name, each, _ in settings_of(policy) if not (each.meaning and each.reference)
    ] == []


@pytest.mark.parametrize("policy", [TrustPolicy(), BreakerPolicy()])
def test_defaults_do_not_contradict_each_other(policy: TrustPolicy | BreakerPolicy) -> None:
    assert policy.conflicts() == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (replace(TrustPolicy(), level_medium=0.85), "level_medium"),
        (replace(TrustPolicy(), evidence_medium=21.0), "evidence_medium"),
        (replace(TrustPolicy(), evidence_cap=19.0), "evidence_high"),
        (replace(TrustPolicy(), class_prior_failures=30.0), "class_prior_failures"),
        (replace(TrustPolicy(), earn_high_proof=0.19), "earn_high_proof"),
        (replace(BreakerPolicy(), suspicion_low=8.1), "suspicion_low"),
        (replace(BreakerPolicy(), suspicion_medium=9.3), "suspicion_medium"),
        (replace(BreakerPolicy(), expected_floor=0.9), "expected_floor"),
        (replace(BreakerPolicy(), freeze_first_min=1441.0), "freeze_first_min"),
    ],
)
def test_fields_that_contradict_each_other_are_named(
    changed: TrustPolicy | BreakerPolicy, field: str
) -> None:
    assert [name for name, _ in changed.conflicts()] == [field]


@pytest.mark.parametrize(
    ("tier", "threshold"), [(Tier.LOW, 8.0), (Tier.MEDIUM, 8.0), (Tier.HIGH, 8.0)]
)
def test_more_trust_takes_more_suspicion_to_freeze(tier: Tier, threshold: float) -> None:
    assert BreakerPolicy().threshold(tier) == threshold
