"""Runs in which failures spread from task to task, as the services meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from governance.domain.cascade import HeldChoice
from governance.models import Cascade, Event, Task
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.cascades import cascade_close_step, cascade_task_settle_step
from governance.services.events import events_publish

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def asked(run: Orchestrator, parent: Task | None, agent: str, tool: str = "read") -> Task:
    fields: dict[str, Any] = {} if parent is None else {"parent": parent.external_id}
    return run.ask(tool, agent=agent, **fields).task


def ended(run: Orchestrator, task: Task, result: str = "failure") -> None:
    """Start the task and report how it ended."""
    run.start(task)
    run.report(task, result)


def spread(run: Orchestrator) -> tuple[Task, list[Task]]:
    """Let a cascade happen: three failed reads, each with a failed draft; return what waits."""
    root = asked(run, None, "shop-bot")
    waiting = [asked(run, root, "shop-bot")]
    for _ in range(3):
        read = asked(run, root, "scout")
        draft = asked(run, read, "writer")
        waiting.append(asked(run, draft, "shop-bot"))
        ended(run, read)
        ended(run, draft)
    return root, waiting


@transaction.atomic
def settle(
    task: Task, choice: HeldChoice = HeldChoice.CANCEL, *, reason: str = "Not needed."
) -> None:
    """Settle a held task of the one cascade, as the answer to its ticket does."""
    locked, now = task_lock(task_id=task.pk, agent_id=task.agent_id), clock_now()
    events = cascade_task_settle_step(
        cascade_id=Cascade.objects.get().pk,
        task=locked,
        choice=choice,
        actor="rita",
        reason=reason,
        now=now,
    )
    events_publish(*events, now=now)


@transaction.atomic
def close() -> Cascade:
    """Close the one cascade, as the answer to its ticket does."""
    now = clock_now()
    events = cascade_close_step(
        cascade_id=Cascade.objects.get().pk, actor="rita", reason="Seen.", now=now
    )
    events_publish(*events, now=now)
    return Cascade.objects.get()


def states(tasks: list[Task]) -> list[str]:
    return [Task.objects.get(pk=task.pk).state for task in tasks]


def named(name: str) -> list[Event]:
    return list(Event.objects.filter(name=name).order_by("seq"))


def drafts_of_failed_reads(run: Orchestrator) -> list[Task]:
    """Return four drafts that run below two reads that have failed."""
    root = asked(run, None, "shop-bot")
    reads = [asked(run, root, "scout") for _ in range(2)]
    drafts = [asked(run, read, "writer") for read in reads for _ in range(2)]
    for task in (*reads, *drafts):
        run.start(task)
    for read in reads:
        run.report(read, "failure")
    return drafts


def spread_below(run: Orchestrator, root: Task) -> None:
    for _ in range(3):
        read = asked(run, root, "scout")
        ended(run, read)
        ended(run, asked(run, read, "writer"))


def trip(run: Orchestrator) -> None:
    """Four failures of an agent that never failed freeze it: see `test_judging`."""
    for _ in range(4):
        ended(run, asked(run, None, "scout"))
