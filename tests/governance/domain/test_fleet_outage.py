from __future__ import annotations

from collections.abc import Mapping

import pytest

from governance.domain.drift_state import DriftKind
from governance.domain.fleet_factor import NO_WORK, Work
from governance.domain.fleet_incident import Incident, Traits
from governance.domain.fleet_outage import (
    incident_begins,
    incident_ends,
    is_outage,
    is_outage_over,
)
from governance.domain.policy.drift import DriftPolicy

POLICY = DriftPolicy()
EVENTS = 5000
TRAITS: dict[str, Traits] = {
    f"agent{n}": {"model": ["large-3" if n < 10 else "small-2"]} for n in range(20)
}


def shares_of(failing: int, *, failures: float) -> dict[str, Work]:
    """Return 20 agents with 5 expected failures each, of which some have more."""
    return {f"agent{n}": Work(failures if n < failing else 5.0, 5.0, EVENTS) for n in range(20)}


def fleet_of(shares: Mapping[str, Work]) -> Work:
    return Work(
        sum(share.failures for share in shares.values()),
        sum(share.expected for share in shares.values()),
        EVENTS,
    )


def begun(shares: Mapping[str, Work], *, kind: DriftKind = DriftKind.OUTCOMES) -> Incident | None:
    return incident_begins(
        kind,
        (),
        fleet_of(shares),
        most=5,
        shares=lambda: shares,
        traits=lambda: TRAITS,
        policy=POLICY,
    )


def test_half_the_fleet_failing_three_times_as_often_is_an_incident_with_its_model() -> None:
    incident = begun(shares_of(10, failures=15.0))

    assert incident is not None
    assert incident.agents == tuple(sorted(f"agent{n}" for n in range(10)))
    assert incident.sentence == (
        "The fleet fails 2.0 times as often as normal, over its last 2,000 tasks or so; 10 of 20"
        " agents fail more than they normally do. 10 of them share the model large-3, as 10 of"
        " all 20 agents do."
    )


def test_what_three_agents_fail_is_no_incident_of_the_fleet() -> None:
    # 105 + 85 failures where 100 are normal, but none beyond the normal without the three.
    shares = shares_of(3, failures=35.0)

    assert is_outage(fleet_of(shares), POLICY)
    assert begun(shares) is None


def test_a_normal_fleet_has_no_incident() -> None:
    assert begun(shares_of(0, failures=5.0)) is None


def test_what_a_few_tasks_say_is_not_sure_enough() -> None:
    # 1.5 times as often by the counts with their prior: (6 + 3) / (3 + 3).
    assert not is_outage(Work(6.0, 3.0, 60), POLICY)
    assert is_outage(Work(60.0, 30.0, 600), POLICY)
    assert not is_outage(NO_WORK, POLICY)


def test_cost_and_duration_have_incidents_only_by_their_alarms() -> None:
    assert begun(shares_of(20, failures=20.0), kind=DriftKind.COST) is None


def test_more_alarms_than_chance_allows_are_an_incident_without_any_outage() -> None:
    found = incident_begins(
        DriftKind.COST,
        [f"agent{n}" for n in range(6)],
        NO_WORK,
        most=5,
        shares=dict,
        traits=lambda: TRAITS,
        policy=POLICY,
    )

    assert found is not None
    assert found.kind is DriftKind.COST


@pytest.mark.parametrize(
    ("kind", "alarming", "work", "over"),
    [
        (DriftKind.OUTCOMES, 2, Work(120.0, 100.0, EVENTS), True),
        (DriftKind.OUTCOMES, 2, Work(130.0, 100.0, EVENTS), False),
        (DriftKind.OUTCOMES, 3, Work(100.0, 100.0, EVENTS), False),
        (DriftKind.COST, 2, Work(130.0, 100.0, EVENTS), True),
    ],
)
def test_an_incident_ends_once_alarms_and_failures_are_half_the_way_back(
    kind: DriftKind, alarming: int, work: Work, over: bool
) -> None:
    assert incident_ends(kind, alarming, work, most=5, policy=POLICY) is over


def test_an_outage_is_over_half_the_way_back() -> None:
    # (122 + 3) / (97 + 3) = 1.25
    assert is_outage_over(Work(121.9, 97.0, EVENTS), POLICY)
    assert not is_outage_over(Work(122.1, 97.0, EVENTS), POLICY)
