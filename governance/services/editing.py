"""People edit what a waiting task asks with: new arguments, a new digest, the gate asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from governance.domain.digest import action_digest
from governance.domain.gate import Moment
from governance.domain.types import BlastLevel, Environment, Verdict
from governance.refusals import ConflictError
from governance.services.rechecking import task_recheck
from governance.services.rows import rows_insert

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Task


def task_edit_step(*, task: Task, arguments: str, now: datetime) -> None:
    """Let a waiting task ask with other canonical arguments (a step: the caller holds the task).

    What the caller asked with is kept; putting just that back takes the edit back. The gate looks
    at the task again, because what it knows of agent, registry and budget may have changed: an
    edit never stands on a task that has outgrown what people were shown.

    Raises:
        ConflictError: with the gate's own code and sentence, if the task is above its blast level,
            its approvals, its mandate or what its budget has left.
    """
    asked = task.arguments_asked or task.arguments
    task.arguments = arguments
    task.arguments_asked = "" if arguments == asked else asked
    task.action_digest = digest_of(task)
    _recheck(task, now)
    task.save(update_fields=["arguments", "arguments_asked", "action_digest"])


def digest_of(task: Task, *, arguments: str = "") -> str:
    """Return what binds an approval to exactly this task, or to it with other ``arguments``."""
    return action_digest(
        fleet=task.fleet.slug,
        environment=Environment(task.environment),
        agent=task.agent.external_id,
        operation=task.operation,
        tool=task.tool,
        target=task.target or None,
        arguments=msgspec.json.decode(arguments or task.arguments),
        spend_cap=task.spend_cap_usd,
        envelope_level=BlastLevel(task.level),
    )


def _recheck(task: Task, now: datetime) -> None:
    again = task_recheck(task=task, moment=Moment.EDIT, now=now)
    decision = again.decision
    if decision.verdict is not Verdict.ALLOW:
        reason = decision.reasons[0]
        raise ConflictError(
            reason.sentence,
            code=reason.code.value,
            reasons=[each.sentence for each in decision.reasons],
        )
    rows_insert(again.row())
