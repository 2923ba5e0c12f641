"""What the shop's agent ran before: approved by people, or allowed by the gate itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from governance.domain.types import Result
from governance.models import Task
from governance.services.outcomes import task_outcome
from governance.services.schemas import BlastBody, OutcomeBody, PlanBody, TaskBody, ToolBody
from governance.services.starts import task_start
from governance.services.tasks import task_submit
from governance.services.tools import tool_confirm, tool_put
from tests.dashboard.shop import AGENT, asked
from tests.escalations.answering import approve

if TYPE_CHECKING:
    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.shop import Shop


def approved_and_started(shop: Shop, clock: Clock, **fields: Any) -> Ticket:
    """Return the ticket of a refund that mona approved and that started 20 s later."""
    ticket = shop.refund(**fields)
    approve(ticket, shop.people.mona)
    clock.forward(seconds=20)
    start(shop, asked(ticket))
    return ticket


def allowed(shop: Shop, *, operation: str = "refund.issue", tool: str = "shop.note") -> Task:
    """Return a task that the gate allowed without a person."""
    found, _ = tool_put(
        key=shop.key, name=tool, body=ToolBody(write="N", reversibility="A", reach="N", data="N")
    )
    if found.proposed_sha256:
        tool_confirm(
            fleet=shop.people.fleet,
            user=shop.people.adam,
            name=tool,
            sha256=found.proposed_sha256,
        )
    body = TaskBody(
        agent=AGENT,
        requested_by="job:nightly",
        external_id=f"note-{next(shop.numbers)}",
        title="Note a refund",
        operation=operation,
        tool=tool,
        target="order/1",
        arguments={"order": 1},
        plan=PlanBody(steps=1, agents=1, delegations=0),
        blast=BlastBody(D="N", U="T"),
        budget_usd=Decimal(0),
    )
    submitted = task_submit(key=shop.key, body=body)
    assert submitted.decision.verdict == "allow", submitted.decision.reasons
    return submitted.task


def start(shop: Shop, task: Task) -> None:
    task_start(key=shop.key, task_id=task.pk, action_digest=task.action_digest)


def finish(shop: Shop, task: Task, result: Result = Result.SUCCESS) -> None:
    """Start the task where it has not, and report how it ended."""
    if Task.objects.get(pk=task.pk).started_at is None:
        start(shop, task)
    task_outcome(key=shop.key, task_id=task.pk, body=OutcomeBody(result=result))
