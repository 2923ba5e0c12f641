"""What an agent's tasks of one operation and tool usually do, counted day by day.

Counts instead of tasks: adding a task and dropping a day cost the same however many there were,
and the quantile of counted values is the quantile of the tasks.

Source: docs/evidence.md, Blast radius.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from governance.domain.blast.scale import SCALE, BlastMetric, blast_place
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import TaskType

# Day (ISO) -> what was counted -> value -> tasks. "tasks" counts all under the empty value.
Days = Mapping[str, Mapping[str, Mapping[str, int]]]

_TASKS, _TYPE, _ALL = "tasks", "type", ""


class WorkSeen(NamedTuple):
    """What one finished task really did: metric letters, and the type its structure had."""

    letters: Mapping[BlastMetric, str]
    task_type: TaskType


class UsualSummary(NamedTuple):
    """Tasks counted, and metrics and type at the policy's quantile of them.

    A metric seen in fewer tasks than the policy's minimum is left out; so is the type, as None.
    """

    tasks: int
    metrics: dict[str, str]
    task_type: TaskType | None


def days_add(days: Days, day: date, seen: Iterable[WorkSeen]) -> dict[str, dict[str, Counter[str]]]:
    """Return the counts with more tasks of one day (UTC); the arguments stay as they are."""
    added = {
        known: {what: Counter(values) for what, values in counts.items()}
        for known, counts in days.items()
    }
    today = added.setdefault(day.isoformat(), {})
    for each in seen:
        today.setdefault(_TASKS, Counter())[_ALL] += 1
        today.setdefault(_TYPE, Counter())[each.task_type.value] += 1
        for metric, letter in each.letters.items():
            today.setdefault(metric.value, Counter())[letter] += 1
    return added


def days_within(
    days: Days, *, today: date, policy: BlastPolicy
) -> dict[str, dict[str, dict[str, int]]]:
    """Return the days that still count: today and the policy's days before it."""
    first = (today - timedelta(days=math.floor(policy.history_days))).isoformat()
    return {
        day: {what: dict(values) for what, values in counts.items()}
        for day, counts in days.items()
        if day >= first
    }


def days_summary(days: Days, policy: BlastPolicy) -> UsualSummary:
    """Return what the gate reads of the counts; the quantile is by nearest rank."""
    totals: dict[str, Counter[str]] = {}
    for counts in days.values():
        for what, values in counts.items():
            totals.setdefault(what, Counter()).update(values)
    metrics: dict[str, str] = {}
    for metric in BlastMetric:
        counted = {
            blast_place(metric, letter): tasks
            for letter, tasks in totals.get(metric.value, Counter()).items()
        }
        place = _at_quantile(counted, policy)
        if place is not None:
            metrics[metric.value] = SCALE[metric].steps[place].letter
    types = {TaskType(name).rank: tasks for name, tasks in totals.get(_TYPE, Counter()).items()}
    rank = _at_quantile(types, policy)
    return UsualSummary(
        tasks=totals.get(_TASKS, Counter())[_ALL],
        metrics=metrics,
        task_type=None if rank is None else list(TaskType)[rank],
    )


def _at_quantile(counted: Mapping[int, int], policy: BlastPolicy) -> int | None:
    """Return the place at the quantile of all tasks, mildest first; None for too few."""
    tasks = sum(counted.values())
    if tasks < policy.history_tasks_min:
        return None
    # Nearest rank: a whole number of tasks, so that 0.9 of 10 is the ninth and not the tenth.
    rank = math.ceil(round(policy.history_quantile * tasks, 9))
    places = sorted(counted)
    reached = accumulate(counted[place] for place in places)
    return next(place for place, many in zip(places, reached, strict=True) if many >= rank)
