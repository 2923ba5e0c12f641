"""Grants: issued by an approval, used once by a start, else revoked or lapsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.grants import GrantFacts, GrantMove, grant_apply
from governance.domain.types import GrantState
from governance.events import GrantLapsed, GrantRevoked
from governance.models import Grant
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Agent, Task

LAPSED_AT_ONCE = 200


def grant_move(grant: Grant, move: GrantMove, *, asked: str, now: datetime, why: str) -> None:
    """Move a locked grant by the table of legal moves and store it.

    Args:
        asked: the digest of what wants to run; for other moves the grant's own.
        why: a sentence that stays on the row.

    Raises:
        IllegalMoveError: if the grant is used, revoked or lapsed already.
        GuardFailedError: naming the guard: other action, lapsed, or not usable yet.
    """
    facts = GrantFacts(
        now=now,
        usable_from=grant.usable_from,
        expires_at=grant.expires_at,
        digest=grant.action_digest,
        asked=asked,
    )
    grant.state = grant_apply(GrantState(grant.state), move, facts).value
    grant.ended_at, grant.end_reason = now, why
    grant.save(update_fields=["state", "ended_at", "end_reason"])


def grants_revoke(
    *, grants: Iterable[Grant], actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Take unused grants back (a step: the caller holds their tasks and publishes the events)."""
    events = []
    for grant in grants:
        grant_move(grant, GrantMove.REVOKE, asked=grant.action_digest, now=now, why=reason)
        events.append(
            GrantRevoked(
                fleet_id=grant.task.fleet_id, actor=actor, task_id=grant.task_id, reason=reason
            )
        )
    return tuple(events)


def grants_unused(*, agent: Agent | None = None, task: Task | None = None) -> list[Grant]:
    """Return the issued grants of one agent or one task, locked."""
    grants = Grant.objects.select_related("task").select_for_update(of=("self",))
    issued = grants.filter(state=GrantState.ISSUED.value)
    chosen = issued.filter(task=task) if task is not None else issued.filter(task__agent=agent)
    return list(chosen.order_by("pk"))


def grants_lapse() -> int:
    """Mark unused grants whose time is over, and return how many; runs from the sweeper."""
    overdue = Grant.objects.filter(state=GrantState.ISSUED.value, expires_at__lte=clock_now())
    tasks = list(overdue.order_by("pk").values_list("task_id", flat=True)[:LAPSED_AT_ONCE])
    return sum(_grant_lapse(task_id) for task_id in tasks)


@transaction.atomic
def _grant_lapse(task_id: UUID) -> int:
    # Under the task's lock like every writer of grants, so that no two lock them crosswise.
    task, now = task_lock(task_id=task_id), clock_now()
    overdue = [grant for grant in grants_unused(task=task) if grant.expires_at <= now]
    for grant in overdue:
        grant_move(grant, GrantMove.LAPSE, asked=grant.action_digest, now=now, why="Never started.")
    events_publish(
        *(GrantLapsed(fleet_id=task.fleet_id, actor="sweeper", task_id=task_id) for _ in overdue),
        now=now,
    )
    return len(overdue)
