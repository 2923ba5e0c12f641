"""Cascades and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from governance.domain.containment import Fate
from governance.models import Cascade, CascadeTask, Lineage, Outcome, Task
from governance.refusals import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from governance.models import Fleet

TREE_MOST = 400
LISTED_MOST = 100
WATCHED_FOR = timedelta(hours=24)

_ABOVE_SQL = """
WITH RECURSIVE above(id, parent_id, depth, tainted_at) AS (
  SELECT id, parent_id, depth, tainted_at FROM governance_task WHERE id = ANY(%(tasks)s::uuid[])
  UNION
  SELECT task.id, task.parent_id, task.depth, task.tainted_at
  FROM governance_task task JOIN above ON task.id = above.parent_id
  WHERE above.depth - task.depth < 200)
SELECT id, depth, tainted_at IS NOT NULL FROM above ORDER BY depth, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeNode:
    """One task of an incident's tree.

    ``fate`` is what containment did to it, empty for a task that it did not reach; ``settled`` is
    what became of it after it was held. ``first`` is what must be settled before it, if anything.
    """

    task_id: UUID
    parent_id: UUID | None
    external_id: str
    title: str
    agent: str
    agent_id: UUID
    owner_id: int
    requested_by: str
    state: str
    level: str
    result: str
    error_code: str
    is_tainted: bool
    fate: str
    settled: str
    settled_by: str
    settled_at: datetime | None
    reason: str
    first: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeTree:
    """An incident with its tasks, parents before children; ``left_out`` counts those not shown."""

    cascade: Cascade
    nodes: tuple[CascadeNode, ...]
    left_out: int

    def count(self, fate: Fate) -> int:
        """Return how many tasks met this fate."""
        return sum(node.fate == fate for node in self.nodes)

    @property
    def waiting(self) -> int:
        """Return how many held tasks nobody has settled."""
        return sum(node.fate == Fate.HELD and not node.settled for node in self.nodes)


def cascade_get(*, fleet: Fleet, cascade_id: UUID) -> Cascade:
    """Return one incident of the fleet with its agent and root.

    Raises:
        MissingError: if the fleet has no such incident.
    """
    found = Cascade.objects.select_related("agent", "root", "policy")
    cascade = found.filter(fleet=fleet, pk=cascade_id).first()
    if cascade is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no cascade {cascade_id}.",
            code="cascade_unknown",
            field="cascade",
            value=str(cascade_id),
        )
    return cascade


def held_get(*, cascade: Cascade, task_id: UUID) -> CascadeTask:
    """Return a task that the incident held, settled or not.

    Raises:
        MissingError: if it never held the task.
    """
    held = cascade.tasks.select_related("task").filter(task_id=task_id, fate=Fate.HELD.value)
    found = held.first()
    if found is None:
        raise MissingError(
            f"Cascade {cascade.pk} holds no task {task_id}.",
            code="task_not_held",
            field="task",
            value=str(task_id),
        )
    return found


def cascade_tree(cascade_id: UUID) -> CascadeTree:
    """Return an incident's tree: what it reached with everything above, and for failures down a
    lineage the other tasks of that root too, at most 400.

    Raises:
        Cascade.DoesNotExist: if there is no such incident.
    """
    cascade = Cascade.objects.select_related("agent", "root", "fleet", "policy").get(pk=cascade_id)
    reached = {each.task_id: each for each in cascade.tasks.all()}
    wanted = {*reached, *_all_above(reached)}
    shown = Q(pk__in=wanted)
    if "spread" in cascade.evidence:
        shown |= Q(root_id=cascade.root_id)
    tasks = Task.objects.filter(shown).select_related("agent").order_by("depth", "created_at", "pk")
    listed = list(tasks[: TREE_MOST + 1])
    left_out = 0 if len(listed) <= TREE_MOST else tasks.count() - TREE_MOST
    listed = listed[:TREE_MOST]
    outcomes = {
        each.task_id: each for each in Outcome.objects.filter(task__in=[one.pk for one in listed])
    }
    nodes = _nodes(listed, reached, outcomes)
    return CascadeTree(cascade=cascade, nodes=nodes, left_out=left_out)


def cascades_listed(*, fleet: Fleet, most: int) -> list[tuple[Cascade, int, int]]:
    """Return the fleet's incidents, open ones first, each with how many tasks it held and how
    many of them wait."""
    held = Q(tasks__fate=Fate.HELD.value)
    found = (
        Cascade.objects.filter(fleet=fleet)
        .select_related("agent", "root")
        .annotate(
            held=Count("tasks", filter=held),
            waiting=Count("tasks", filter=held & Q(tasks__settled="")),
        )
        .order_by(F("resolved_at").desc(nulls_first=True), "-opened_at")
    )
    return [(each, each.held, each.waiting) for each in found[:most]]


def cascade_held(*, cascade: Cascade) -> list[CascadeTask]:
    """Return what an incident reached with task and agent, the nearest to its fault first."""
    reached = cascade.tasks.select_related("task__agent")
    return list(reached.order_by("level", "task__created_at", "task_id"))


def cascades_of_agent(*, agent_id: UUID, most: int = 5) -> list[tuple[Cascade, int]]:
    """Return the latest incidents that an agent spread, or that reached tasks of it, each with
    how many tasks it held."""
    touching = CascadeTask.objects.filter(task__agent_id=agent_id).values("cascade_id")
    found = Cascade.objects.filter(Q(agent_id=agent_id) | Q(pk__in=touching))
    counted = found.annotate(held=Count("tasks", filter=Q(tasks__fate=Fate.HELD.value)))
    latest = counted.select_related("agent", "root").order_by("-opened_at")[:most]
    return [(each, each.held) for each in latest]


def lineages_watched(*, fleet: Fleet, below: float, now: datetime) -> list[Lineage]:
    """Return the roots of the last 24 h whose failures are unusual and no incident yet.

    Args:
        fleet: whose.
        below: the chance that counts as unusual, in [0, 1].
        now: the time.
    """
    known = Cascade.objects.filter(fleet=fleet).values("root_id")
    rows = Lineage.objects.select_related("root__agent").filter(
        fleet=fleet, chance__lt=below, updated_at__gte=now - WATCHED_FOR
    )
    return list(rows.exclude(root_id__in=known).order_by("chance")[:LISTED_MOST])


def ancestors_of(*, task_id: UUID) -> list[UUID]:
    """Return the ids above a task, the root first."""
    return [pk for pk, _ in _above([task_id]) if pk != task_id]


def tainted_above(*, parent_id: UUID, depth: int) -> str | None:
    """Return the external id of the nearest task with tainted output among a parent and those
    above it, ``depth`` levels in all; None if there is none."""
    nearest = [pk for pk, tainted in _above([parent_id])[-depth:] if tainted]
    return Task.objects.get(pk=nearest[-1]).external_id if nearest else None


def was_resumed(*, task_id: UUID) -> bool:
    """Return whether a person let this task go on after a cascade had held it."""
    return CascadeTask.objects.filter(task_id=task_id, settled="resume").exists()


def _above(task_ids: Collection[UUID]) -> list[tuple[UUID, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE_SQL, {"tasks": list(task_ids)})
        return [(pk, tainted) for pk, _, tainted in cursor.fetchall()]


def _all_above(task_ids: Collection[UUID]) -> set[UUID]:
    return {pk for pk, _ in _above(task_ids)} if task_ids else set()


def _nodes(
    tasks: Iterable[Task],
    reached: dict[UUID, CascadeTask],
    outcomes: dict[UUID | None, Outcome],
) -> tuple[CascadeNode, ...]:
    # Parents come first, so what is open above a task is known when its turn comes.
    open_above: dict[UUID, UUID | None] = {}
    nodes = []
    for task in tasks:
        part, outcome = reached.get(task.pk), outcomes.get(task.pk)
        above = open_above.get(task.parent_id) if task.parent_id else None
        waits = part is not None and part.fate == Fate.HELD and not part.settled
        open_above[task.pk] = above or (task.pk if waits else None)
        nodes.append(
            CascadeNode(
                task_id=task.pk,
                parent_id=task.parent_id,
                external_id=task.external_id,
                title=task.title,
                agent=task.agent.external_id,
                agent_id=task.agent_id,
                owner_id=task.agent.owner_id,
                requested_by=task.requested_by,
                state=task.state,
                level=task.level,
                result=outcome.result if outcome else "",
                error_code=outcome.error_code if outcome else "",
                is_tainted=task.tainted_at is not None,
                fate=part.fate if part else "",
                settled=part.settled if part else "",
                settled_by=part.settled_by if part else "",
                settled_at=part.settled_at if part else None,
                reason=part.reason if part else "",
                first=above,
            )
        )
    return tuple(nodes)
