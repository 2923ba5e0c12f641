from __future__ import annotations

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


@pytest.mark.parametrize(
    ("tier", "threshold"), [(Tier.LOW, 8.0), (Tier.MEDIUM, 8.0), (Tier.HIGH, 8.0)]
)
def test_more_trust_takes_more_suspicion_to_freeze(tier: Tier, threshold: float) -> None:
    assert BreakerPolicy().threshold(tier) == threshold
