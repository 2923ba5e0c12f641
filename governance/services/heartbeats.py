"""Heartbeats: a running task reports its totals, and is told to go on or to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.blast import level_outgrown
from governance.domain.critical import cap_broken, tool_forbidden
from governance.domain.facts import Progress, ToolEntry
from governance.domain.gate import Moment
from governance.domain.money import usd
from governance.domain.types import BlastLevel, TaskState, Verdict
from governance.events import TaskStopRequested
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.known_work import tool_entries
from governance.selectors.tasks import task_lock
from governance.services.critical import critical_latch_step
from governance.services.delivery import answer_told_step
from governance.services.events import events_publish
from governance.services.own_tasks import task_of_key
from governance.services.rechecking import task_recheck
from governance.services.rows import row_update, rows_insert
from governance.services.standing import agent_seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.critical import Critical
    from governance.domain.facts import Mandate
    from governance.domain.policy import Policy
    from governance.domain.reasons import Reason
    from governance.events import FleetEvent
    from governance.models import Task
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import HeartbeatBody


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """``continue`` or ``stop``, with the reasons for a stop."""

    verdict: str
    reasons: list[dict[str, str]]


def task_heartbeat(*, key: KeyPrincipal, task_id: UUID | str, body: HeartbeatBody) -> Heartbeat:
    """Take a running task's totals and score it again; a task told to stop stays told.

    Totals never shrink: a late message cannot hide what an earlier one reported. A tool that
    nobody allowed, and spending beyond the hard cap, freeze the agent at once.

    Raises:
        MissingError, ForbiddenError: as `task_of_key`.
        ConflictError: not_running.
        MoneyError: if ``spent_usd`` is no amount.
    """
    found = task_of_key(key=key, task_id=task_id)
    with transaction.atomic():
        now = clock_now()
        task = task_lock(task_id=found.pk, agent_id=found.agent_id)
        if task.state == TaskState.RUNNING:
            return _heartbeat(key, task, body, now)
        answer_told_step(task=task, actor=key.actor, now=now)
    # Outside, so that it stays written what the caller learns here.
    raise ConflictError(
        f"Task {task.external_id} is {task.state}, not running.",
        code="not_running",
        state=task.state,
    )


def _heartbeat(key: KeyPrincipal, task: Task, body: HeartbeatBody, now: datetime) -> Heartbeat:
    """Score a locked, running task with its new totals, and stop it where they go too far."""
    joined = _take(task, body, now)
    agent_seen(agent=task.agent, now=now)
    again = task_recheck(task=task, moment=Moment.HEARTBEAT, now=now, progress=_progress(key, task))
    decision = again.decision
    _observe(task, level_outgrown(again.question, decision.blast, again.policy.blast))
    critical = _critical(task, joined, again.question.mandate, again.policy)
    if decision.verdict is Verdict.ALLOW:
        if critical is not None:
            events_publish(*_latch(task, critical, now), now=now)
        if task.stop_requested_at is not None:
            return Heartbeat("stop", [{"code": "stop_requested", "sentence": "Stop was asked."}])
        return Heartbeat("continue", [])
    rows_insert(again.row())
    # First the stop, with its own reason; the freeze then finds nothing of this task to stop.
    events = _stop(key, task, decision.reasons, now)
    if critical is not None:
        events += _latch(task, critical, now)
    events_publish(*events, now=now)
    return Heartbeat(
        "stop",
        [{"code": each.code.value, "sentence": each.sentence} for each in decision.reasons],
    )


def _take(task: Task, body: HeartbeatBody, now: datetime) -> tuple[str, ...]:
    """Store the totals and return the tools that joined with this report."""
    joined = {*body.tools_used} - {*task.tools_used, task.tool}
    task.spent_usd = max(task.spent_usd, usd(body.spent_usd, field="spent_usd"))
    task.steps = max(task.steps, body.steps)
    task.agents_spawned = max(task.agents_spawned, body.agents_spawned)
    task.tools_used = sorted({*task.tools_used, *body.tools_used})
    task.heartbeat_at = now
    row_update(task, "spent_usd", "steps", "agents_spawned", "tools_used", "heartbeat_at")
    return tuple(sorted(joined))


def _observe(task: Task, level: BlastLevel | None) -> None:
    """Remember the highest level the task's own reports have raised it to."""
    known = BlastLevel(task.observed_level).rank if task.observed_level else -1
    if level is not None and level.rank > known:
        task.observed_level = level.value
        row_update(task, "observed_level")


def _critical(
    task: Task, joined: Sequence[str], mandate: Mandate, policy: Policy
) -> Critical | None:
    return tool_forbidden(mandate, joined, tool=task.tool) or cap_broken(
        task.spent_usd, task.spend_cap_usd, policy.breaker
    )


def _latch(task: Task, critical: Critical, now: datetime) -> tuple[FleetEvent, ...]:
    agent = task.agent
    return critical_latch_step(agent=agent, fleet=agent.fleet, critical=critical, now=now)


def _progress(key: KeyPrincipal, task: Task) -> Progress:
    """Return what the task has reported; a tool nobody registered counts with its worst values."""
    joined = [name for name in task.tools_used if name != task.tool]
    known = tool_entries(fleet=key.fleet, names=joined) if joined else {}
    return Progress(
        spent_usd=task.spent_usd,
        steps=task.steps,
        agents_spawned=task.agents_spawned,
        tools=tuple(known.get(name, ToolEntry(name=name, confirmed=None)) for name in joined),
    )


def _stop(
    key: KeyPrincipal, task: Task, reasons: Sequence[Reason], now: datetime
) -> tuple[FleetEvent, ...]:
    if task.stop_requested_at is not None:
        return ()
    task.stop_requested_at = now
    row_update(task, "stop_requested_at")
    return (
        TaskStopRequested(
            fleet_id=task.fleet_id,
            actor=key.actor,
            task_id=task.pk,
            agent_id=task.agent_id,
            reason=reasons[0].sentence,
        ),
    )
