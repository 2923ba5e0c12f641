"""One outcome as the rules take it, and what it was judged by."""

from __future__ import annotations

from governance.domain.types import BlastLevel, Result, TaskType, Tier
from governance.domain.value_object import ValueObject

_FAILURE = {Result.SUCCESS: 0.0, Result.PARTIAL: 0.5, Result.FAILURE: 1.0}


class OutcomeFact(ValueObject, frozen=True):
    """What a rule may know of one outcome.

    ``at_s`` is when the task finished and ``received_s`` when we learned of it, in epoch seconds;
    for recorded history the caller passes the same for both, so that old freezes are over.
    ``source`` is the task's ``requested_by``. ``late`` marks a task that began before the current
    freeze: it counts for trust and never moves the breaker. ``probe`` names the task if it ran as
    a probe, so that it gives back its own place and no other. ``declared_honestly`` says whether it
    was what it was said to be, None where nobody can tell. ``vouched_inside`` says that nobody but
    another member of a ring vouches for it (`collusion.vouching`): it weighs nothing in trust.
    """

    at_s: float
    received_s: float
    result: Result
    task_type: TaskType
    level: BlastLevel
    source: str
    self_report: bool
    verified: bool
    cost_usd: float | None
    budget_usd: float | None
    duration_s: float | None
    value_usd: float | None
    late: bool
    probe: str | None
    declared_honestly: bool | None = None
    vouched_inside: bool = False


class Judgement(ValueObject, frozen=True):
    """What one outcome was judged by, to be stored with it.

    ``failure`` is 0, 0.5 or 1, None for a neutral outcome. ``expected`` is the failure rate of
    the rest of the fleet on the class, ``usual`` that of this agent on it. ``weight`` is what the
    outcome counts for in trust. Suspicion is in log odds, as it stands before an alarm is settled.
    ``normal`` is what the agent fails on the class by the longer memory of drift.
    """

    class_key: str
    refresh: int
    failure: float | None
    expected: float
    usual: float
    weight: float
    tier_before: Tier
    tier_after: Tier
    suspicion_before: float
    suspicion_after: float
    normal: float


def failure_of(result: Result) -> float | None:
    """Return how much of a failure a result is: 0, 0.5 or 1; None for a neutral one."""
    return _FAILURE.get(result)
