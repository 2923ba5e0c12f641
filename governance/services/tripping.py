"""What follows from a trip for others: the frozen agent's output is tainted, its queue is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.containment import CascadeOrigin, Fate
from governance.domain.types import BreakerState, Result, TaskState
from governance.models import Agent, BreakerTransition, Outcome, Task
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
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.events import BreakerMoved, FleetEvent
    from governance.models import Cascade

_BAD = (Result.FAILURE.value, Result.PARTIAL.value)


def trip_contained(event: BreakerMoved, now: datetime) -> Sequence[FleetEvent]:
    """Contain what an agent that a detector just froze may have spoiled; its holder publishes.

    Nothing is raised where nothing waits: marks of taint stay on the tasks, and the gate reads
    them. A trip that is only recorded holds nothing.
    """
    if not event.enforced or not event.after.startswith(BreakerState.OPEN.value):
        return ()
    agent = Agent.objects.get(pk=event.agent_id)
    asked_lock([agent.pk])
    fleet = fleet_lock(agent.fleet_id)
    version, policy = policy_in_force(fleet=fleet)
    reach = tasks_reached(tainted=_tainted(agent, event), policy=policy.cascade, fleet=fleet)
    _add_own(reach.fates, agent)
    if not reach.held:
        _mark(reach.fates, now)
        return ()
    tasks = Task.objects.filter(pk__in=reach.held).order_by("created_at", "pk")
    roots = list(dict.fromkeys(tasks.values_list("root_id", flat=True)))
    cascade, events = cascade_contain_step(
        found=Found(
            origin=CascadeOrigin.TRIP,
            fleet=fleet,
            root_id=roots[0],
            agent=agent,
            sentence=_sentence(agent, event),
            evidence={"trip": dict(event.evidence), "transition": str(event.transition_id)},
            enforced=True,
            policy=version,
        ),
        reach=reach,
        cascade=cascade_open_for(fleet=fleet, roots=roots),
        now=now,
    )
    _incident(event, cascade)
    return events


def _tainted(agent: Agent, event: BreakerMoved) -> list[UUID]:
    """Return the tasks whose output came at or after the first failure of the tripping window."""
    first = _first_failure(agent, event)
    if first is None:
        return []
    since = Outcome.objects.filter(agent=agent, fact__gte=first, task__isnull=False)
    return list(since.values_list("task_id", flat=True))


def _first_failure(agent: Agent, event: BreakerMoved) -> int | None:
    """Return the place of the first outcome of the window that failed, even partly.

    The window is the run of outcomes that the alarm counted, else all since the move before: a
    failed probation has no run.
    """
    counted = Outcome.objects.filter(agent=agent, late=False, result__in=[*_BAD, "success"])
    tasks = int(event.evidence.get("tasks") or 0)
    if tasks:
        facts = counted.order_by("-fact").values_list("fact", flat=True)[:tasks]
        begun = min(facts, default=0)
    else:
        moves = BreakerTransition.objects.filter(agent=agent).exclude(pk=event.transition_id)
        last = moves.order_by("-fact").values_list("fact", flat=True).first()
        begun = (last or 0) + 1
    bad = counted.filter(fact__gte=begun, result__in=_BAD)
    return bad.order_by("fact").values_list("fact", flat=True).first()


def _add_own(fates: dict[UUID, tuple[int, Fate]], agent: Agent) -> None:
    """Add the frozen agent's own tasks: what waits is held, what runs was told to stop."""
    own = Task.objects.filter(
        agent=agent, state__in=[TaskState.READY.value, TaskState.RUNNING.value]
    )
    for pk, state in own.values_list("pk", "state"):
        fates[pk] = (0, Fate.HELD if state == TaskState.READY else Fate.STOPPED)


def _mark(fates: dict[UUID, tuple[int, Fate]], now: datetime) -> None:
    tainted = [pk for pk, (_, fate) in fates.items() if fate in {Fate.TAINTED, Fate.STOPPED}]
    Task.objects.filter(pk__in=tainted, tainted_at=None).update(tainted_at=now)


def _incident(event: BreakerMoved, cascade: Cascade) -> None:
    """Note on the trip which incident it belongs to: several trips may share one."""
    move = BreakerTransition.objects.get(pk=event.transition_id)
    move.evidence = {**move.evidence, "incident_id": str(cascade.pk)}
    move.save(update_fields=["evidence"])


def _sentence(agent: Agent, event: BreakerMoved) -> str:
    return (
        f"{agent.name} was frozen: {event.sentence} What it gave out since the first of these"
        " failures is tainted; what would build on it, and what it had not started, is held."
    )
