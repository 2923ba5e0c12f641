"""Tasks, their decisions and their lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from governance.domain.types import GrantState, TaskState
from governance.models import Decision, Grant, Outcome, Task
from governance.refusals import MissingError
from governance.selectors.agents import agent_lock
from governance.selectors.compiled import CompiledQuery

if TYPE_CHECKING:
    from collections.abc import Collection

    from governance.domain.types import Tier
    from governance.models import Fleet

LIVE_GRANT = (GrantState.ISSUED.value, GrantState.CONSUMED.value)


_TASK = CompiledQuery(
    lambda fleet, pk: Task.objects.select_related("agent").filter(fleet_id=fleet, pk=pk),
    UUID,
    UUID,
)
_NAMED = CompiledQuery(
    lambda fleet, name: Task.objects.select_related("agent").filter(
        fleet_id=fleet, external_id=name
    ),
    UUID,
    str,
)
_OUTCOME = CompiledQuery(
    lambda fleet, name: Outcome.objects.filter(fleet_id=fleet, task_external_id=name), UUID, str
)
_TAKEN_SQL = """
SELECT EXISTS (SELECT FROM governance_task
    WHERE fleet_id = %(fleet)s AND external_id = %(name)s)
  OR EXISTS (SELECT FROM governance_outcome
    WHERE fleet_id = %(fleet)s AND task_external_id = %(name)s)
"""
_LOCK = CompiledQuery(
    lambda pk: Task.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk), UUID
)


def first_asked_at(tier: Tier, *, task: str) -> Exists:
    """Return the filter of rows whose task was at this tier when the gate first answered.

    Args:
        task: the rows' column with the id of the task.
    """
    first = Decision.objects.filter(task=OuterRef(task), moment="submit", tier=tier.value)
    return Exists(first)


def task_get(*, fleet: Fleet, task_id: UUID | str) -> Task:
    """Return a task of the fleet with its agent, by id or by external id.

    Raises:
        MissingError: for another fleet's task and for an unknown one, alike.
    """
    wanted = _as_uuid(task_id)
    found = _TASK.first(fleet.pk, wanted) if wanted else None
    if found is None:
        # Callers may number their own tasks by UUIDs or by other 32 hexadecimal digits.
        found = task_named(fleet=fleet, external_id=str(task_id))
    if found is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no task {task_id}.",
            code="task_unknown",
            field="task",
            value=str(task_id),
        )
    return found


def task_named(*, fleet: Fleet, external_id: str) -> Task | None:
    """Return the task the fleet knows by this external id, with its agent."""
    return _NAMED.first(fleet.pk, external_id)


def name_is_taken(*, fleet_id: UUID, external_id: str) -> bool:
    """Return whether the fleet has a task, or a recorded outcome, with this external id."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_SQL, {"fleet": fleet_id, "name": external_id})
        (taken,) = cursor.fetchone()
    return bool(taken)


def outcome_named(*, fleet_id: UUID, external_id: str) -> Outcome | None:
    """Return the outcome reported under a task's external id, of whatever task."""
    return _OUTCOME.first(fleet_id, external_id)


def task_lock(*, task_id: UUID, agent_id: UUID) -> Task:
    """Return the task under its row lock, its agent's taken first (the lock order).

    The agent comes with its standing as ``task.agent``.

    Args:
        task_id: the task.
        agent_id: its agent, which never changes.

    Raises:
        Task.DoesNotExist: if it is gone.
    """
    agent = agent_lock(agent_id)
    task = _LOCK.first(task_id)
    if task is None:
        raise Task.DoesNotExist
    task.agent = agent
    return task


def grant_live(*, task: Task) -> Grant | None:
    """Return the task's grant that is issued or consumed, if there is one."""
    return Grant.objects.filter(task=task, state__in=LIVE_GRANT).first()


def tasks_unstarted_lock(task_ids: Collection[UUID]) -> list[Task]:
    """Return those of these approved tasks that have not started, locked, by id.

    The caller holds their agents.
    """
    if not task_ids:
        return []
    unused = Grant.objects.filter(task_id__in=task_ids, state=GrantState.ISSUED.value)
    tasks = Task.objects.select_for_update(no_key=True).filter(
        pk__in=unused.values("task_id"), state=TaskState.READY.value
    )
    return list(tasks.order_by("pk"))


def decision_first(*, task: Task) -> Decision:
    """Return the answer the gate gave when the task was submitted, with its policy version."""
    return task.decisions.select_related("policy").order_by("created_at", "id")[0]


def lineage_of(*, task: Task, most: int = 200) -> list[Task]:
    """Return the tasks of the same root with their agents, oldest first, at most ``most``."""
    return list(
        Task.objects.select_related("agent")
        .filter(fleet_id=task.fleet_id, root_id=task.root_id)
        .order_by("created_at", "id")[:most]
    )


def _as_uuid(text: UUID | str) -> UUID | None:
    if isinstance(text, UUID):
        return text
    try:
        return UUID(text)
    except ValueError:
        return None
