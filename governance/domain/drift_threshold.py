"""The threshold of drift from the false alarms a fleet accepts, and back.

Source: the form is docs/evidence.md, Drift, the numbers are a
fit of what tests/bench/drift.py measures
between 3.8 and 5.8: 2.6, 1.3, 0.6 and 0.2 false alarms per 1,000 agent-days of honest fleets at
3.8, 4.4, 5.0 and 5.8, and an eighth more where one agent in twenty drifts. Above, they fall faster
than the fit, which then is cautious.
"""

from __future__ import annotations

import math

from governance.domain.drift_state import DriftKind
from governance.domain.policy.drift import DriftPolicy

# One false alarm per 1,000 agent-days at this threshold and 20 tasks a day, and how they fall.
_AT_ONE, _TASKS_A_DAY, _FALL = 4.7, 20.0, 1.22
# Cost and duration: at the default threshold, for each direction.
_AMOUNT_A_THOUSAND_DAYS = 1.0


def drift_threshold(*, agents: int, tasks_a_day: float, policy: DriftPolicy) -> float:
    """Return h, the score that raises an alarm, in log odds.

    Args:
        agents: agents at work in the fleet.
        tasks_a_day: outcomes of one of them a day.
        policy: the accepted false alarms a week, and the bounds of h.
    """
    weekly = (tasks_a_day / _TASKS_A_DAY) * 7.0 * agents / 1000.0
    if weekly <= 0.0:
        return policy.threshold_least
    fitted = _AT_ONE + math.log(weekly / policy.false_alarms_week) / _FALL
    return min(policy.threshold_most, max(policy.threshold_least, fitted))


def false_alarms_day(
    kind: DriftKind, *, agents: int, tasks_a_day: float, threshold: float
) -> float:
    """Return how many false alarms of one kind the whole fleet raises a day, all agents honest."""
    a_thousand = (
        math.exp(-_FALL * (threshold - _AT_ONE))
        if kind is DriftKind.OUTCOMES
        else 2.0 * _AMOUNT_A_THOUSAND_DAYS
    )
    return a_thousand * (tasks_a_day / _TASKS_A_DAY) * agents / 1000.0
