from __future__ import annotations

import math

import pytest

from governance.domain.drift_state import DriftKind
from governance.domain.drift_threshold import drift_threshold, false_alarms_day
from governance.domain.policy.drift import DriftPolicy


def threshold(agents: int, a_day: float, weekly: float) -> float:
    policy = DriftPolicy(false_alarms_week=weekly)
    return drift_threshold(agents=agents, tasks_a_day=a_day, policy=policy)


def test_a_thousand_agents_and_seven_false_alarms_a_week_give_the_published_threshold() -> None:
    # science.md 2.1: 1000 agents, r = 20: b = 7 -> h 6.6; b = 1 -> h 8.7.
    assert threshold(1000, 20.0, 7.0) == pytest.approx(6.6, abs=0.05)
    assert threshold(1000, 20.0, 1.0) == pytest.approx(8.7, abs=0.05)


@pytest.mark.parametrize(
    ("agents", "a_day", "weekly", "expected"),
    [(5, 20.0, 1.0, 5.0), (100_000, 100.0, 0.1, 11.0), (0, 0.0, 1.0, 5.0)],
)
def test_the_threshold_stays_within_what_was_measured(
    agents: int, a_day: float, weekly: float, expected: float
) -> None:
    assert threshold(agents, a_day, weekly) == expected


def test_the_false_alarms_of_a_threshold_are_those_it_was_chosen_for() -> None:
    h = threshold(1000, 20.0, 7.0)

    a_day = false_alarms_day(DriftKind.OUTCOMES, agents=1000, tasks_a_day=20.0, threshold=h)

    assert a_day * 7.0 == pytest.approx(7.0)


def test_cost_and_duration_raise_two_false_alarms_in_a_thousand_agent_days_each() -> None:
    # Science.md 2.2 has one a direction, whatever the threshold of outcomes.
    a_day = false_alarms_day(DriftKind.COST, agents=500, tasks_a_day=20.0, threshold=math.inf)

    assert a_day == pytest.approx(1.0)
