"""What is known of a kind of work before it runs: its tool's letters, and the agent's own past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from governance.domain.facts import History, ToolEntry
from governance.domain.types import TaskType
from governance.models import Tool

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from governance.models import Agent, Fleet, Task

LETTERS = {"write": "W", "reversibility": "R", "reach": "X", "data": "D"}

# One statement for both, because the gate asks for both of every task.
_SQL = """
SELECT tool.name, tool.confirmed::text, work.tasks, work.metrics::text, work.task_type
FROM (SELECT 1) AS one
LEFT JOIN governance_tool tool ON tool.fleet_id = %(fleet)s AND tool.name = %(tool)s
LEFT JOIN governance_usualwork work
  ON work.agent_id = %(agent)s AND work.operation = %(operation)s AND work.tool = %(tool)s
"""


def known_work(
    *, fleet: Fleet, agent: Agent, task: Task
) -> tuple[ToolEntry | None, History | None]:
    """Return the registry's entry of the task's tool, and the agent's history of such work.

    Either is None where there is none; one query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "fleet": fleet.pk,
                "agent": agent.pk,
                "operation": task.operation,
                "tool": task.tool,
            },
        )
        name, confirmed, tasks, metrics, task_type = cursor.fetchone()
    entry = None if name is None else ToolEntry(name=name, confirmed=_confirmed(confirmed))
    if not tasks:
        return entry, None
    history = History(
        tasks=tasks,
        metrics=json.loads(metrics),
        task_type=TaskType(task_type) if task_type else None,
    )
    return entry, history


def tool_entries(*, fleet: Fleet, names: Collection[str]) -> dict[str, ToolEntry]:
    """Return the registered tools among ``names`` with the letters an admin confirmed."""
    tools = Tool.objects.filter(fleet=fleet, name__in=names)
    return {
        tool.name: ToolEntry(name=tool.name, confirmed=letters_of(tool.confirmed)) for tool in tools
    }


def letters_of(confirmed: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return a confirmed description as metric letters; None where nothing is confirmed."""
    if confirmed is None:
        return None
    return {letter: confirmed[field] for field, letter in LETTERS.items() if confirmed.get(field)}


def _confirmed(text: str | None) -> dict[str, str] | None:
    return None if text is None else letters_of(json.loads(text))
