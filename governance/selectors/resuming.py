"""What was under way in an installation that was away, such as one that was just restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.types import GrantState, TaskState
from governance.models import Grant, Task

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Interrupted:
    """How many tasks run, as far as is known, and how many approvals nobody has used yet;
    ``lapsed`` of these are past their time."""

    running: int
    granted: int
    lapsed: int


def work_interrupted(*, now: datetime) -> Interrupted:
    """Return what was under way, over all fleets."""
    granted = Grant.objects.filter(state=GrantState.ISSUED.value)
    return Interrupted(
        running=Task.objects.filter(state=TaskState.RUNNING.value).count(),
        granted=granted.count(),
        lapsed=granted.filter(expires_at__lte=now).count(),
    )
