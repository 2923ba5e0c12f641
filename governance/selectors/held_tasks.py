"""What a cascade holds: the tasks that wait for a person, and those that did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.containment import Fate
from governance.models import CascadeTask

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from governance.models import Task


def held_waiting(*, cascade_id: UUID) -> int:
    """Return how many held tasks of the cascade nobody has settled."""
    return CascadeTask.objects.filter(
        cascade_id=cascade_id, fate=Fate.HELD.value, settled=""
    ).count()


def held_named(*, cascade_id: UUID, names: Collection[str]) -> list[Task]:
    """Return the tasks of these external ids that the cascade holds or held, root first."""
    held = CascadeTask.objects.select_related("task__agent").filter(
        cascade_id=cascade_id, fate=Fate.HELD.value, task__external_id__in=names
    )
    return [each.task for each in held.order_by("task__depth", "task_id")]
