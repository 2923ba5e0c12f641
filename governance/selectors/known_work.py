"""What is known of a kind of work before it runs: its tool's letters, and the agent's own past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from governance.domain.blast.scale import BlastMetric, blast_place
from governance.domain.facts import History, ToolEntry
from governance.domain.types import TaskType
from governance.models import Tool

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from governance.models import Agent, Fleet, Task

LETTERS = {"write": "W", "reversibility": "R", "reach": "X", "data": "D"}

# One statement for both, because the gate asks for both of every task.
_SQL = """
SELECT tool.name, tool.confirmed::text, tool.proposed::text,
  work.tasks, work.metrics::text, work.task_type
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
        name, confirmed, proposed, tasks, metrics, task_type = cursor.fetchone()
    entry = None if name is None else _entry(name, _parsed(confirmed), _parsed(proposed))
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
    return {tool.name: _entry(tool.name, tool.confirmed, tool.proposed) for tool in tools}


def letters_in_force(
    confirmed: Mapping[str, Any] | None, proposed: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return the letters that count; None where no admin has confirmed anything.

    A description that waits is only a declaration, so it can make a tool stricter, never milder.
    """
    if confirmed is None:
        return None
    letters = letters_of(confirmed)
    for letter, value in letters_of(proposed).items():
        metric, known = BlastMetric(letter), letters.get(letter)
        if known is None or blast_place(metric, value) > blast_place(metric, known):
            letters[letter] = value
    return letters


def letters_of(described: Mapping[str, Any]) -> dict[str, str]:
    """Return a description as metric letters."""
    return {letter: described[field] for field, letter in LETTERS.items() if described.get(field)}


def _entry(
    name: str, confirmed: Mapping[str, Any] | None, proposed: Mapping[str, Any]
) -> ToolEntry:
    return ToolEntry(name=name, confirmed=letters_in_force(confirmed, proposed))


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)
