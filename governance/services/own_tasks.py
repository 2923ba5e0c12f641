"""Which agents and tasks a key may speak for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.refusals import ForbiddenError
from governance.selectors.tasks import task_get

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Agent, Task
    from governance.selectors.access import KeyPrincipal


def task_of_key(*, key: KeyPrincipal, task_id: UUID | str) -> Task:
    """Return a task the key may act for.

    Raises:
        MissingError: for a task of another fleet.
        ForbiddenError: if the key is bound to other agents or to another environment.
    """
    task = task_get(fleet=key.fleet, task_id=task_id)
    agent_require(key=key, agent=task.agent)
    environment_require(key=key, task=task)
    return task


def environment_require(*, key: KeyPrincipal, task: Task) -> None:
    """Refuse a key of another environment than the task's.

    Raises:
        ForbiddenError: environment_of_key.
    """
    if task.environment != key.environment:
        raise ForbiddenError(
            f"This key is for {key.environment.value}; the task runs in {task.environment}.",
            code="environment_of_key",
            field="environment",
            value=key.environment.value,
            allowed=task.environment,
        )


def agent_require(*, key: KeyPrincipal, agent: Agent) -> None:
    """Refuse a key that is bound to other agents.

    Raises:
        ForbiddenError: agent_not_of_key.
    """
    if not key.speaks_for(agent):
        raise ForbiddenError(
            f"This key is not for agent {agent.external_id}.",
            code="agent_not_of_key",
            field="agent",
            value=agent.external_id,
        )
