"""The threshold of drift from the false alarms a fleet accepts, and back.

Source: science.md 2.1: a fit of the measured curve between thresholds 6.5 and 9; false alarms
fall by a factor of e^0.92 for each unit.
"""

from __future__ import annotations

import math

from governance.domain.drift_state import DriftKind
from governance.domain.policy.drift import DriftPolicy

# False alarms per 1,000 agent-days at threshold 6.5 and 20 tasks a day, and how they fall.
_AT_SIX_AND_A_HALF, _TASKS_A_DAY, _FALL = 1.05, 20.0, 0.92
# Cost and duration: at the default threshold, for each direction.
_AMOUNT_A_THOUSAND_DAYS = 1.0


def drift_threshold(*, agents: int, tasks_a_day: float, policy: DriftPolicy) -> float:
    """Return h, the score that raises an alarm, in log odds.

    Args:
        agents: agents at work in the fleet.
        tasks_a_day: outcomes of one of them a day.
        policy: the accepted false alarms a week, and the bounds of h.
    """
    weekly = _AT_SIX_AND_A_HALF * (tasks_a_day / _TASKS_A_DAY) * 7.0 * agents / 1000.0
    if weekly <= 0.0:
        return policy.threshold_least
    fitted = 6.5 + math.log(weekly / policy.false_alarms_week) / _FALL
    return min(policy.threshold_most, max(policy.threshold_least, fitted))


def false_alarms_day(
    kind: DriftKind, *, agents: int, tasks_a_day: float, threshold: float
) -> float:
    """Return how many false alarms of one kind the whole fleet raises a day, all agents honest."""
    a_thousand = (
        _AT_SIX_AND_A_HALF * math.exp(-_FALL * (threshold - 6.5))
        if kind is DriftKind.OUTCOMES
        else 2.0 * _AMOUNT_A_THOUSAND_DAYS
    )
    return a_thousand * (tasks_a_day / _TASKS_A_DAY) * agents / 1000.0
