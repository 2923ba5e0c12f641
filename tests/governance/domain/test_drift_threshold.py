from __future__ import annotations

import math

import pytest

from governance.domain.drift_state import DriftKind
from governance.domain.drift_threshold import drift_threshold, false_alarms_day
from governance.domain.policy.drift import DriftPolicy


def threshold(agents: int, a_day: float, weekly: float) -> float:
    policy = DriftPolicy(false_alarms_week=weekly)
    return drift_threshold(agents=agents, tasks_a_day=a_day, policy=policy)


def test_one_false_alarm_in_a_thousand_agent_days_is_accepted_at_4_7() -> None:
    # 1,000 agents for a week are 7,000 agent-days.
    assert threshold(1000, 20.0, 7.0) == pytest.approx(4.7)
    # A seventh of the alarms: ln 7 / 1.22 more.
    assert threshold(1000, 20.0, 1.0) == pytest.approx(4.7 + math.log(7.0) / 1.22)
    # Twice the tasks, twice the alarms: ln 2 / 1.22 more.
    assert threshold(1000, 40.0, 7.0) == pytest.approx(4.7 + math.log(2.0) / 1.22)


@pytest.mark.parametrize(
    ("agents", "a_day", "weekly", "expected"),
    [(5, 20.0, 1.0, 3.8), (1_000_000, 100.0, 0.01, 11.0), (0, 0.0, 1.0, 3.8)],
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
    # One a direction was measured, whatever the threshold of outcomes.
    a_day = false_alarms_day(DriftKind.COST, agents=500, tasks_a_day=20.0, threshold=math.inf)

    assert a_day == pytest.approx(1.0)
