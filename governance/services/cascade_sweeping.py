"""Cascades that time ends: held tasks expire, and an incident that holds nothing more is over."""

from __future__ import annotations

import logging
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

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

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
    return sum(_expire_guarded(*each) for each in ids) + sum(_end_over(pk) for pk in _over())


def _expire_guarded(task_id: UUID, agent_id: UUID) -> bool:
    """Expire one held task; one that cannot be is logged and holds up no other."""
    try:
        return _held_expire(task_id, agent_id)
    except Exception:
        logger.exception("task %s is held past its time and cannot be ended", task_id)
        return False


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
