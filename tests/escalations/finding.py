"""Findings made by the rules themselves, from what an orchestrator reports, and answers to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from escalations.models import Ticket
from escalations.services.decisions import Decided, ticket_decide
from governance.domain.types import Result
from governance.models import Task
from governance.selectors.clock import clock_now
from governance.services.batches import outcomes_load
from governance.services.schemas import OutcomeItem

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.governance.services.orchestrator import Orchestrator

REASON_OF = {
    "rebaseline": "work_changed",
    "pause": "cause_unknown",
    "lower_mandate": "cause_not_mended",
    "pass": "work_good",
    "fail": "result_wrong",
    "unclear": "no_access",
    "resume": "cause_mended",
    "cancel": "input_spoiled",
    "rerun": "input_spoiled",
    "approve": "owner_told",
    "deny": "other",
    "confirm": "work_checked",
    "dismiss": "known_team",
    "verify": "too_few_checks",
}


def answer(ticket: Ticket, user: User, choice: str, **fields: Any) -> Decided:
    """Answer the ticket at the version the test holds, or the one it names."""
    return ticket_decide(
        **{
            "ticket_id": ticket.pk,
            "user": user,
            "choice": choice,
            "reason_code": REASON_OF[choice],
            "reason_text": "Looked at its last tasks.",
            "expected_version": ticket.version,
            "via": "browser",
            **fields,
        }
    )


def drift(shop: Orchestrator, *, agent: str = "shop-bot", signal: str = "duration_s") -> Ticket:
    """Let an agent's work take four times its usual time, or cost; return the drift ticket."""
    outcomes_load(key=shop.key, items=drifting(agent, signal))
    return Ticket.objects.get(kind="drift", agent__external_id=agent, state="PENDING")


def drifting(agent: str = "shop-bot", signal: str = "duration_s") -> list[OutcomeItem]:
    """Return outcomes of which the last 50 take four times the usual time, or cost."""
    usual, unusual = ("2.0", "8.0")
    now, count = clock_now(), 200
    items = []
    for place in range(count):
        # Two values in turn, so that there is a spread to be unusual in.
        base = Decimal(usual if place < 150 else unusual)
        value = base * (Decimal("1.1") if place % 2 else Decimal("0.9"))
        items.append(
            OutcomeItem(
                task_id=f"{signal}-{agent}-{place}",
                agent=agent,
                finished_at=now - timedelta(hours=count - place),
                result=Result.SUCCESS,
                requested_by=f"person:{place % 3}",
                duration_s=float(value) if signal == "duration_s" else None,
                cost_usd=value if signal == "cost_usd" else None,
            )
        )
    return items


def cascade(shop: Orchestrator) -> tuple[Ticket, list[Task]]:
    """Let failures spread from the reader; return the ticket and the four held tasks."""
    for name in ("reader", "writer"):
        shop.agent_new(name)
    for name in ("shop-bot", "reader", "writer"):
        shop.load(["success"] * 100, agent=name)
    root = shop.ask(title="Monthly report").task
    held = [shop.ask(parent=root.external_id, title="Send the report").task]
    for place in range(3):
        read = shop.ask(parent=root.external_id, agent="reader", title=f"Read {place}").task
        draft = shop.ask(parent=read.external_id, agent="writer", title=f"Draft {place}").task
        check = shop.ask(parent=draft.external_id, title=f"Check {place}").task
        held.append(check)
        if place == 0:
            held.append(shop.ask(parent=check.external_id, title="Publish").task)
        for task in (read, draft):
            shop.start(task)
            shop.report(task, "failure")
    return Ticket.objects.get(kind="cascade", fleet=shop.fleet), [
        Task.objects.get(pk=each.pk) for each in held
    ]
