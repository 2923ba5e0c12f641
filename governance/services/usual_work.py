"""What agents' tasks really did, added up when refresh facts are, and aged once a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.blast import observed_letters
from governance.domain.classifier import classify
from governance.domain.facts import Plan, Progress, TaskFacts, ToolEntry
from governance.domain.types import Environment, Result
from governance.domain.usual_work import WorkSeen, days_add, days_summary, days_within
from governance.models import Outcome, UsualWork
from governance.selectors.clock import clock_now
from governance.selectors.known_work import tool_entries
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from governance.domain.policy.blast import BlastPolicy
    from governance.models import Fleet, Task

    Kind = tuple[UUID, str, str]

AGED_AT_ONCE = 500
_DONE = [Result.SUCCESS.value, Result.PARTIAL.value, Result.FAILURE.value]


def usual_work_step(*, fleet: Fleet, first: int, before: int, now: datetime) -> None:
    """Add the governed tasks whose outcomes a refresh reads (a step of the refresh).

    Args:
        fleet: with the policy in force.
        first: the refresh's watermark before, as in `services.refresh`.
        before: its watermark now; so that each task is counted once.
        now: the transaction's time.
    """
    ended = Outcome.objects.filter(
        fleet=fleet,
        transaction__gte=first,
        transaction__lt=before,
        task__isnull=False,
        result__in=_DONE,
    ).select_related("task")
    tasks = [outcome.task for outcome in ended if outcome.task is not None]
    if not tasks:
        return
    policy = policy_in_force(fleet=fleet)[1].blast
    tools = tool_entries(
        fleet=fleet, names={name for task in tasks for name in (task.tool, *task.tools_used)}
    )
    kinds: dict[Kind, list[WorkSeen]] = defaultdict(list)
    for task in tasks:
        kinds[task.agent_id, task.operation, task.tool].append(_seen(task, tools, policy))
    for kind in sorted(kinds):
        _add(kind, kinds[kind], policy, now)


def usual_work_age() -> int:
    """Let old days fall out of histories that nothing was added to for a day; return how many."""
    now = clock_now()
    idle = UsualWork.objects.filter(updated_at__lte=now - timedelta(days=1), tasks__gt=0)
    return sum(
        _aged(pk) for pk in idle.order_by("updated_at").values_list("pk", flat=True)[:AGED_AT_ONCE]
    )


@transaction.atomic
def _aged(pk: UUID) -> bool:
    rows = UsualWork.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    row = rows.select_related("agent__fleet").filter(pk=pk).first()
    if row is None:
        return False
    _summarise(row, policy_in_force(fleet=row.agent.fleet)[1].blast, clock_now())
    row.save()
    return True


def _add(kind: Kind, seen: list[WorkSeen], policy: BlastPolicy, now: datetime) -> None:
    agent_id, operation, tool = kind
    rows = UsualWork.objects.select_for_update(no_key=True)
    row, _ = rows.get_or_create(
        agent_id=agent_id, operation=operation, tool=tool, defaults={"updated_at": now}
    )
    row.days = days_add(row.days, now.astimezone(UTC).date(), seen)
    _summarise(row, policy, now)
    row.save()


def _summarise(row: UsualWork, policy: BlastPolicy, now: datetime) -> None:
    row.days = days_within(row.days, today=now.astimezone(UTC).date(), policy=policy)
    found = days_summary(row.days, policy)
    row.tasks, row.metrics = found.tasks, found.metrics
    row.task_type = found.task_type.value if found.task_type else ""
    row.updated_at = now


def _seen(task: Task, tools: Mapping[str, ToolEntry], policy: BlastPolicy) -> WorkSeen:
    joined = [name for name in task.tools_used if name != task.tool]
    facts = TaskFacts(
        environment=Environment(task.environment),
        operation=task.operation,
        tool=task.tool,
        tool_entry=tools.get(task.tool),
        declared_blast=task.declared_blast,
        plan=Plan(**task.plan),
        progress=Progress(
            spent_usd=task.spent_usd,
            steps=task.steps,
            agents_spawned=task.agents_spawned,
            tools=tuple(tools.get(name, ToolEntry(name=name, confirmed=None)) for name in joined),
        ),
    )
    return WorkSeen(
        letters=observed_letters(facts, policy),
        task_type=classify(facts, history_tasks_min=policy.history_tasks_min).task_type,
    )
