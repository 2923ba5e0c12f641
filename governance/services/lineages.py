"""Lineages: every outcome below a failed parent moves its root's numbers; a cascade is contained.

Rows are locked by root before an outcome is folded, because folding may take the fleet's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F

from governance.domain.cascade import Child, LineageStat, Spread, lineage_fold, lineage_spread
from governance.domain.containment import CascadeOrigin
from governance.domain.types import Enforcement, Result, TaskState
from governance.models import Agent, Cascade, Lineage, Outcome
from governance.selectors.fleets import fleet_lock
from governance.selectors.policies import policy_in_force
from governance.services.asked import asked_lock
from governance.services.containment import (
    Found,
    cascade_contain_step,
    cascade_open_for,
    tasks_reached,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from governance.domain.policy.cascade import CascadePolicy
    from governance.events import FleetEvent
    from governance.models import Fleet, PolicyVersion, Task

_COUNTED = (Result.SUCCESS.value, Result.PARTIAL.value, Result.FAILURE.value)


@dataclass(frozen=True, slots=True)
class Ended:
    """A stored outcome of a task with a parent; ``usual`` is how often its agent fails on such."""

    task: Task
    outcome: Outcome
    usual: float


def lineages_lock(
    *, tasks: Iterable[Task], failing: Collection[UUID] = (), now: datetime
) -> dict[UUID, Lineage]:
    """Return the locked rows, by root, of the tasks that stand below a failed parent.

    Args:
        tasks: locked, about to end.
        failing: tasks that are about to be stored as failed in the same transaction.
        now: the transaction's time.
    """
    children = [task for task in tasks if task.parent_id is not None]
    if not children:
        return {}
    failed = {*failing, *_failed_parents(children)}
    below = {task.root_id: task.fleet_id for task in children if task.parent_id in failed}
    if not below:
        return {}
    Lineage.objects.bulk_create(
        [Lineage(root_id=root, fleet_id=fleet, updated_at=now) for root, fleet in below.items()],
        ignore_conflicts=True,
    )
    rows = Lineage.objects.select_for_update(no_key=True).filter(pk__in=below)
    return {row.root_id: row for row in rows.order_by("pk")}


def lineages_fold_step(
    *, rows: dict[UUID, Lineage], ended: Sequence[Ended], fleet: Fleet, now: datetime
) -> tuple[FleetEvent, ...]:
    """Fold stored outcomes into their locked lineages; contain what has become a cascade.

    A child counts if its parent had failed by the time the child finished. The caller publishes.
    """
    if not rows:
        return ()
    version, policy = policy_in_force(fleet=fleet)
    alarms: dict[UUID, Spread] = {}
    for root_id, child in _children(ended):
        # Without a row the parent's failure came while this was stored: it is not above it in time.
        if root_id in rows:
            spread = _folded(rows[root_id], child, policy.cascade, now)
            if spread.is_cascade and child.failed:
                alarms[root_id] = spread
    if not alarms:
        return ()
    asked_lock({each.task.agent_id for each in ended})
    fleet = fleet_lock(fleet.pk)
    events: list[FleetEvent] = []
    for root_id, spread in alarms.items():
        found = _found(root_id, spread, fleet, _spreader(root_id), version)
        events.extend(_contained(found, policy.cascade, now))
    return tuple(events)


def _children(ended: Sequence[Ended]) -> Iterator[tuple[UUID, Child]]:
    """Yield root and child of each outcome that counts: its parent had failed before it ended."""
    parents = _failed_parents([each.task for each in ended])
    seen = _parents_counted(parents, ended)
    for each in ended:
        parent = parents.get(each.task.parent_id) if each.task.parent_id else None
        result = each.outcome.result
        if parent is None or result not in _COUNTED:
            continue
        if parent.finished_at > each.outcome.finished_at:
            continue
        child = Child(
            agent=str(each.task.agent_id),
            parent_agent=str(parent.agent_id),
            failed=result == Result.FAILURE,
            usual=each.usual,
            is_first=parent.task_id not in seen,
        )
        seen.add(parent.task_id)
        yield each.task.root_id, child


def _folded(row: Lineage, child: Child, policy: CascadePolicy, now: datetime) -> Spread:
    stat = LineageStat(row.children, row.failures, row.expected, row.parents, tuple(row.agents))
    if child.failed and _is_over(row):
        # People have settled what was found here; what comes now is counted anew.
        stat = LineageStat()
    stat = lineage_fold(stat, child, policy)
    spread = lineage_spread(stat, policy)
    row.children, row.failures, row.expected, row.parents = stat[:4]
    row.agents, row.chance, row.updated_at = list(stat.agents), spread.chance, now
    row.save()
    return spread


def _is_over(row: Lineage) -> bool:
    return Cascade.objects.filter(root_id=row.root_id, resolved_at__gt=row.updated_at).exists()


def _contained(found: Found, policy: CascadePolicy, now: datetime) -> tuple[FleetEvent, ...]:
    """Taint what failed in the lineage and hold everything unstarted below the root."""
    failed = Outcome.objects.filter(
        task__root_id=found.root_id,
        task__state=TaskState.FINISHED.value,
        result=Result.FAILURE.value,
    )
    tainted = list(failed.values_list("task_id", flat=True))
    reach = tasks_reached(
        tainted=tainted,
        through=() if found.root_id in tainted else (found.root_id,),
        policy=policy,
        fleet=found.fleet,
    )
    cascade = cascade_open_for(fleet=found.fleet, roots=[found.root_id])
    if cascade is not None:
        cascade.evidence = {**cascade.evidence, **found.evidence}
        if cascade.origin == CascadeOrigin.LINEAGE:
            cascade.sentence = found.sentence
        cascade.save(update_fields=["evidence", "sentence"])
    return cascade_contain_step(found=found, reach=reach, cascade=cascade, now=now)[1]


def _found(
    root_id: UUID, spread: Spread, fleet: Fleet, agent: Agent, version: PolicyVersion
) -> Found:
    stat = spread.stat
    shown = {
        "children": stat.children,
        "failures": stat.failures,
        "expected": stat.expected,
        "parents": stat.parents,
        "agents": len(stat.agents),
        "chance": spread.chance,
        "ratio": spread.ratio,
        "low": spread.low,
        "high": spread.high,
    }
    return Found(
        origin=CascadeOrigin.LINEAGE,
        fleet=fleet,
        root_id=root_id,
        agent=agent,
        sentence=spread.sentence,
        evidence={"spread": shown},
        enforced=fleet.enforcement == Enforcement.ENFORCE,
        policy=version,
    )


def _spreader(root_id: UUID) -> Agent:
    """Return the agent below whose failed tasks the most others failed."""
    failing = Outcome.objects.filter(
        task__root_id=root_id,
        result=Result.FAILURE.value,
        task__parent__outcome__result=Result.FAILURE.value,
    )
    by_agent = failing.values("task__parent__agent_id").annotate(children=Count("pk"))
    most = by_agent.order_by("-children", "task__parent__agent_id")[0]
    return Agent.objects.get(pk=most["task__parent__agent_id"])


def _failed_parents(children: Iterable[Task]) -> dict[UUID, Outcome]:
    parents = {task.parent_id for task in children if task.parent_id is not None}
    failed = Outcome.objects.filter(task_id__in=parents, result=Result.FAILURE.value)
    found = failed.only("task_id", "agent_id", "finished_at") if parents else ()
    return {each.task_id: each for each in found if each.task_id is not None}


def _parents_counted(parents: dict[UUID, Outcome], ended: Sequence[Ended]) -> set[UUID | None]:
    """Return which of the failed parents have a child that was counted before."""
    counted = Outcome.objects.filter(
        task__parent_id__in=parents,
        result__in=_COUNTED,
        finished_at__gte=F("task__parent__outcome__finished_at"),
    ).exclude(pk__in=[each.outcome.pk for each in ended])
    return set(counted.values_list("task__parent_id", flat=True))
