"""Cascades that time ends: held tasks expire, and an incident that holds nothing more is over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.containment import Fate, SettledBy
from governance.domain.types import TaskState
from governance.models import Cascade, CascadeTask
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.cascades import cascade_end_step, held_end_step
from governance.services.events import events_publish
from governance.services.grants import grants_revoke, grants_unused
from governance.services.resolutions import task_expire_step
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from uuid import UUID

SWEPT_AT_ONCE = 100
SWEEPER = "sweeper"
TOO_LONG = "Held by a cascade; nobody settled it in its time to start."


def cascades_sweep() -> int:
    """Expire held tasks whose time to start is over and end cascades that hold nothing more."""
    now = clock_now()
    late = CascadeTask.objects.filter(
        fate=Fate.HELD.value, settled="", task__start_by__lte=now, task__fleet__archived_at=None
    )
    ids = late.order_by("task_id").values_list("task_id", "task__agent_id")[:SWEPT_AT_ONCE]
    expired = sum(
        moved_or_logged(
            partial(_held_expire, *each), "held task %s of agent %s cannot be ended", *each
        )
        for each in ids
    )
    return expired + sum(
        moved_or_logged(partial(_end_over, pk), "cascade %s is over and cannot be ended", pk)
        for pk in _over()
    )


@transaction.atomic
def _held_expire(task_id: UUID, agent_id: UUID) -> bool:
    task, now = task_lock(task_id=task_id, agent_id=agent_id), clock_now()
    over = task.start_by is not None and task.start_by <= now
    if task.state != TaskState.HELD or not over:
        return False
    told = task_expire_step(
        task=task,
        resolution={
            "answer": "expired",
            "by": "",
            "at": now.isoformat(),
            "reason_code": "held_too_long",
            "reason_text": TOO_LONG,
        },
        actor=SWEEPER,
    )
    task.finished_at = now
    task.save(update_fields=["finished_at"])
    unused = grants_unused(task=task)
    revoked = grants_revoke(grants=unused, actor=SWEEPER, reason=TOO_LONG, now=now)
    settled = held_end_step(task=task, how=SettledBy.EXPIRED, actor=SWEEPER, now=now)
    events_publish(*told, *revoked, *settled, now=now)
    return True


def _over() -> list[UUID]:
    waits = CascadeTask.objects.filter(fate=Fate.HELD.value, settled="")
    held = CascadeTask.objects.filter(fate=Fate.HELD.value)
    over = Cascade.objects.filter(
        resolved_at=None, pk__in=held.values("cascade_id"), fleet__archived_at=None
    ).exclude(pk__in=waits.values("cascade_id"))
    return list(over.values_list("pk", flat=True)[:SWEPT_AT_ONCE])


@transaction.atomic
def _end_over(cascade_id: UUID) -> bool:
    now = clock_now()
    events = cascade_end_step(cascade_id, actor=SWEEPER, reason="", now=now)
    events_publish(*events, now=now)
    return bool(events)
