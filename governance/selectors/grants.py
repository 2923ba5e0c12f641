"""Permissions that approvals gave, and what was done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.types import GrantState, Result, TaskState
from governance.models import Correction, Grant, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

# How long a permission that was never used stays on the list of those.
UNUSED_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantGiven:
    """One permission, where it stands, and how its task ended.

    ``result`` is as it counts now: a later check by a person may have corrected what was reported,
    which ``is_corrected`` says. ``why`` says how a permission ended that was not used.
    """

    authority: UUID
    state: GrantState
    usable_from: datetime
    expires_at: datetime
    why: str
    task_state: TaskState
    started_at: datetime | None
    result: Result | None
    result_at: datetime | None
    is_corrected: bool


def grants_given(*, authorities: Collection[UUID]) -> dict[UUID, GrantGiven]:
    """Return the latest permission of each of these records; those that gave none are left out.

    A fixed number of queries, however many there are.
    """
    # The last of several wins: what was undone and approved again.
    grants = Grant.objects.select_related("task").filter(authority__in=authorities)
    return _given(
        {grant.authority: grant for grant in grants.order_by("created_at", "id")}.values()
    )


def grants_idle(*, fleet_ids: Collection[UUID], now: datetime, most: int) -> tuple[GrantGiven, ...]:
    """Return permissions that nothing was started with: those still good first, then the lapsed.

    Args:
        now: what ended longer than `UNUSED_SHOWN` before is left out.
        most: of those that lapsed; all that are still good come back.
    """
    of_fleets = Grant.objects.select_related("task").filter(task__fleet_id__in=fleet_ids)
    waiting = of_fleets.filter(state=GrantState.ISSUED.value, expires_at__gt=now)
    lapsed = of_fleets.filter(
        state__in=[GrantState.ISSUED.value, GrantState.LAPSED.value],
        expires_at__lte=now,
        expires_at__gt=now - UNUSED_SHOWN,
    )
    found = [*waiting.order_by("expires_at", "id"), *lapsed.order_by("-expires_at", "-id")[:most]]
    return tuple(_given(found).values())


def _given(grants: Iterable[Grant]) -> dict[UUID, GrantGiven]:
    kept = list(grants)
    outcomes = {
        outcome.task_id: outcome
        for outcome in Outcome.objects.filter(task_id__in={grant.task_id for grant in kept})
    }
    corrected = dict(
        Correction.objects.filter(outcome_id__in=[outcome.pk for outcome in outcomes.values()])
        .order_by("fact")
        .values_list("outcome_id", "after")
    )
    return {grant.authority: _one(grant, outcomes.get(grant.task_id), corrected) for grant in kept}


def _one(grant: Grant, outcome: Outcome | None, corrected: dict[UUID, str]) -> GrantGiven:
    after = None if outcome is None else corrected.get(outcome.pk)
    reported = None if outcome is None else outcome.result
    counts = after or reported
    return GrantGiven(
        authority=grant.authority,
        state=GrantState(grant.state),
        usable_from=grant.usable_from,
        expires_at=grant.expires_at,
        why=grant.end_reason,
        task_state=TaskState(grant.task.state),
        started_at=grant.task.started_at,
        result=Result(counts) if counts else None,
        result_at=None if outcome is None else outcome.finished_at,
        is_corrected=after is not None and after != reported,
    )
