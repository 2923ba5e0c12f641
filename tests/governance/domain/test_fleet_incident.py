from __future__ import annotations

import pytest

from governance.domain.drift_state import DriftKind
from governance.domain.fleet_incident import (
    Shared,
    Traits,
    alarms_most,
    alarms_usual,
    incident_found,
    poisson_quantile,
)
from governance.domain.policy.drift import DriftPolicy

POLICY = DriftPolicy()


def fleet(*, agents: int = 20, ill: int = 6) -> dict[str, Traits]:
    """Return agents of which the first ``ill`` use the model large-3, with one owner for all."""
    return {
        f"agent{n}": {
            "model": ["large-3" if n < ill else "small-2"],
            "tool": ["orders.*", "mail.*"] if n % 2 else ["orders.*"],
            "owner": ["lena"],
        }
        for n in range(agents)
    }


def test_the_quantile_of_one_alarm_a_day_is_five() -> None:
    # P(N <= 4) = 0.99634, P(N <= 5) = 0.99941 for mean 1.
    assert poisson_quantile(1.0, 0.999) == 5
    assert poisson_quantile(1.0, 0.996) == 4
    assert poisson_quantile(0.0, 0.999) == 0


def test_alarms_that_were_usual_before_are_usual_today() -> None:
    # 28 days with 2 a day, and 7 days' worth of the expected 1.
    assert alarms_usual(1.0, 56, 28.0) == pytest.approx((7.0 + 56.0) / 35.0)


def test_quiet_days_do_not_make_the_expected_false_alarms_suspect() -> None:
    assert alarms_usual(1.0, 0, 28.0) == 1.0


def test_a_few_agents_of_a_small_fleet_never_share_a_cause() -> None:
    assert alarms_most(0.01, POLICY) == 3
    assert alarms_most(1.0, POLICY) == 8


def test_as_many_as_chance_allows_are_no_incident() -> None:
    alarming = [f"agent{n}" for n in range(5)]

    found = incident_found(DriftKind.OUTCOMES, alarming, fleet(), most=5, policy=POLICY)

    assert found is None


def test_one_more_is_an_incident_that_names_what_they_share() -> None:
    alarming = [f"agent{n}" for n in range(6)]

    found = incident_found(DriftKind.OUTCOMES, alarming, fleet(), most=5, policy=POLICY)

    assert found is not None
    assert found.agents == tuple(alarming)
    assert found.shared[0] == Shared("model", "large-3", 6, 6, 6, 20)
    assert found.sentence == (
        "6 of 20 agents fail more often than they normally do, all within 24.0 h; by chance at"
        " most 5 would. 6 of them share the model large-3, as 6 of all 20 agents do."
    )


def test_what_everybody_has_does_not_stand_out() -> None:
    agents: dict[str, Traits] = {f"agent{n}": {"owner": ["lena"]} for n in range(6)}

    found = incident_found(DriftKind.COST, list(agents), agents, most=3, policy=POLICY)

    assert found is not None
    assert found.shared == (Shared("owner", "lena", 6, 6, 6, 6),)
    assert found.sentence.endswith("No model, tool, owner or template stands out among them.")


def test_agents_without_traits_share_nothing() -> None:
    agents: dict[str, Traits] = {
        **{f"agent{n}": {"model": []} for n in range(4)},
        "other": {"model": ["small-2"]},
    }
    alarming = [f"agent{n}" for n in range(4)]

    found = incident_found(DriftKind.DURATION, alarming, agents, most=3, policy=POLICY)

    assert found is not None
    assert found.shared == ()
