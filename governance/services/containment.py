"""Containment: what a frozen agent gave out is tainted, what would build on it is held.

Every step here runs under the fleet's lock, so that alarms about one incident meet in one cascade.
Rows of other agents' tasks are only taken where nobody holds them: whoever does is starting or
ending the task at this moment, and waiting for it here could wait in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from governance.domain.containment import CascadeOrigin, Fate, fate_below
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import TaskState
from governance.events import CascadeContained, CascadeDetected, CascadeTruncated
from governance.models import Cascade, CascadeTask, Task
from governance.selectors.fleets import in_shadow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.policy.cascade import CascadePolicy
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet, PolicyVersion

HELD_CODE = "cascade"
# Tasks that went on, so that they may fail after the cascade has met them.
_UNHELD = frozenset({Fate.RUNNING.value, Fate.ASKED.value, Fate.MISSED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Why a cascade is raised; ``agent`` is whose failures spread."""

    origin: CascadeOrigin
    fleet: Fleet
    root_id: UUID
    agent: Agent
    sentence: str
    evidence: dict[str, Any]
    enforced: bool
    policy: PolicyVersion


@dataclass(slots=True)
class Reach:
    """The tasks a cascade reaches, each with its level and fate, and how many a cap left out."""

    fates: dict[UUID, tuple[int, Fate]] = field(default_factory=dict)
    beyond: int = 0

    @property
    def held(self) -> list[UUID]:
        """Return the ids of the tasks to hold."""
        return [pk for pk, (_, fate) in self.fates.items() if fate is Fate.HELD]


def tasks_reached(
    *,
    tainted: Collection[UUID],
    through: Collection[UUID] = (),
    policy: CascadePolicy,
    fleet: Fleet,
) -> Reach:
    """Return what stands below tainted tasks, breadth first, to the policy's depth and number.

    Args:
        tainted: the tasks whose output is not to be relied on.
        through: tasks that are looked below as well, though nothing is wrong with them.
        policy: how far.
        fleet: whether what it finds acts, where an agent does not say otherwise.
    """
    reach = Reach(dict.fromkeys(tainted, (0, Fate.TAINTED)))
    frontier, seen = [*tainted, *through], {*tainted, *through}
    for level in range(1, policy.depth_most + 1):
        below = [each for each in _children(frontier) if each.pk not in seen]
        room = max(0, policy.tasks_most - len(reach.fates))
        reach.beyond += sum(each.state == TaskState.READY for each in below[room:])
        taken = below[:room]
        for task in taken:
            fate = fate_below(TaskState(task.state), shadow=in_shadow(task.agent, fleet))
            if fate is not None:
                reach.fates[task.pk] = (level, fate)
        frontier = [task.pk for task in taken]
        seen.update(frontier)
        if not frontier:
            return reach
    reach.beyond += Task.objects.filter(parent_id__in=frontier, state=TaskState.READY.value).count()
    return reach


def cascade_open_for(*, fleet: Fleet, roots: Collection[UUID]) -> Cascade | None:
    """Return the cascade that is open about one of these roots, if any; the fleet is locked."""
    unsettled = Cascade.objects.filter(fleet=fleet, resolved_at=None)
    about = unsettled.filter(root_id__in=roots).order_by("opened_at").first()
    if about is not None:
        return about
    holding = unsettled.filter(tasks__task__root_id__in=roots, tasks__fate=Fate.HELD.value)
    return holding.order_by("opened_at").first()


def cascade_contain_step(
    *, found: Found, reach: Reach, cascade: Cascade | None, now: datetime
) -> tuple[Cascade, tuple[FleetEvent, ...]]:
    """Hold and taint what was reached, in a new cascade or in one that is open already.

    One that was only recorded and comes to hold something is told once more, in earnest. The
    caller holds the fleet's lock and publishes the events.
    """
    is_new = cascade is None
    if cascade is None:
        cascade = Cascade.objects.create(
            fleet=found.fleet,
            origin=found.origin.value,
            root_id=found.root_id,
            agent=found.agent,
            sentence=found.sentence,
            evidence=found.evidence,
            enforced=found.enforced,
            policy=found.policy,
            opened_at=now,
        )
    _taint(reach, now)
    _known_apart(reach, cascade)
    _hold(reach, cascade, now)
    if reach.held and not cascade.enforced:
        # What is held waits for people, whoever was only watched before.
        cascade.enforced = is_new = True
        cascade.save(update_fields=["enforced"])
    CascadeTask.objects.bulk_create(
        CascadeTask(cascade=cascade, task_id=pk, level=level, fate=fate.value)
        for pk, (level, fate) in reach.fates.items()
    )
    if reach.beyond:
        cascade.beyond += reach.beyond
        cascade.save(update_fields=["beyond"])
    return cascade, _told(found, cascade, reach, is_new=is_new)


def _children(parents: Sequence[UUID]) -> list[Task]:
    return list(
        Task.objects.filter(parent_id__in=parents)
        .select_related("agent")
        .only("pk", "state", "parent_id", "agent__enforcement")
        .order_by("created_at", "pk")
    )


def _known_apart(reach: Reach, cascade: Cascade) -> None:
    """Leave out what the cascade has met before, but for tasks that have failed meanwhile."""
    known = dict(cascade.tasks.values_list("task_id", "fate"))
    failed = [
        pk
        for pk, (_, fate) in reach.fates.items()
        if fate is Fate.TAINTED and known.get(pk) in _UNHELD
    ]
    cascade.tasks.filter(task_id__in=failed).update(fate=Fate.TAINTED.value)
    reach.fates = {pk: each for pk, each in reach.fates.items() if pk not in known}


def _taint(reach: Reach, now: datetime) -> None:
    tainted = [pk for pk, (_, fate) in reach.fates.items() if fate in {Fate.TAINTED, Fate.STOPPED}]
    Task.objects.filter(pk__in=tainted, tainted_at=None).update(tainted_at=now)


def _hold(reach: Reach, cascade: Cascade, now: datetime) -> None:
    """Hold what is still ready; a task that somebody moves at this moment is noted as missed."""
    ready = Task.objects.filter(pk__in=reach.held, state=TaskState.READY.value)
    free = ready.select_for_update(of=("self",), no_key=True, skip_locked=True)
    taken = list(free.order_by("pk").values_list("pk", flat=True))
    for pk in set(reach.held).difference(taken):
        reach.fates[pk] = (reach.fates[pk][0], Fate.MISSED)
    held = task_move(TaskState.READY, TaskMove.HOLD, needs_start=True)
    resolution = {
        "answer": "held",
        "by": "detector",
        "at": now.isoformat(),
        "reason_code": HELD_CODE,
        "reason_text": f"Held before its start until a person settles it. {cascade.sentence}",
    }
    Task.objects.filter(pk__in=taken).update(state=held.value, resolution=resolution)


def _told(found: Found, cascade: Cascade, reach: Reach, *, is_new: bool) -> tuple[FleetEvent, ...]:
    about: dict[str, Any] = {
        "fleet_id": cascade.fleet_id,
        "actor": "detector",
        "cascade_id": cascade.pk,
        "root_task_id": cascade.root_id,
        "agent_id": found.agent.pk,
    }
    events: list[FleetEvent] = []
    if is_new:
        events.append(
            CascadeDetected(
                **about,
                sentence=cascade.sentence,
                evidence=cascade.evidence,
                enforced=cascade.enforced,
            )
        )
    fates = [fate for _, fate in reach.fates.values()]
    if fates:
        held = fates.count(Fate.HELD)
        tainted = fates.count(Fate.TAINTED) + fates.count(Fate.STOPPED)
        events.append(
            CascadeContained(
                **about,
                sentence=found.sentence,
                held=held,
                tainted=tainted,
                not_held=len(fates) - held - tainted,
            )
        )
    if reach.beyond:
        events.append(
            CascadeTruncated(
                **about,
                sentence=f"{reach.beyond} more unstarted tasks are out of reach of the policy's"
                " caps and were not held.",
                beyond=reach.beyond,
            )
        )
    return tuple(events)
