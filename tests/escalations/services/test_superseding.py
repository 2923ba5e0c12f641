"""An agent that changes its arguments asks afresh, and its former ticket is superseded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from escalations.selectors.superseding import ticket_after, ticket_before
from governance.models import Event, Task
from governance.refusals import ConflictError, GoneError, InvalidFieldError
from governance.services.cancelling import task_cancel
from governance.services.tasks import task_submit
from tests.escalations.answering import approve, deny
from tests.escalations.holders import claim
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def former(shop: Orchestrator) -> Ticket:
    """The ticket of a refund for order 4711, which is t-1."""
    shop.ask("refund")
    return Ticket.objects.get()


def _ask_again(shop: Orchestrator, tool: str = "refund", **fields: Any) -> Task:
    asked = {"operation": "shop.refund", "arguments": {"order": 12}, "supersedes": "t-1"}
    return shop.ask(tool, **{**asked, **fields}).task


def test_the_former_ticket_is_superseded_and_leads_to_the_new_one(
    former: Ticket, shop: Orchestrator, crew: Crew
) -> None:
    approve(former, crew.mona)
    claim(former, crew.rita)

    task = _ask_again(shop)

    former.refresh_from_db()
    new = Ticket.objects.get(task=task)
    assert (former.state, former.claimed_by) == ("SUPERSEDED", None)
    assert former.reason_text == "Superseded by task t-2: the agent changed its arguments."
    assert (ticket_after(former), ticket_before(new)) == (new, former)
    assert (ticket_after(new), ticket_before(former)) == (None, None)
    assert (new.state, new.action_digest != former.action_digest) == ("PENDING", True)
    assert [former.votes.filter(withdrawn_at=None).count(), new.votes.count()] == [1, 0]


def test_the_former_task_is_withdrawn_and_each_step_told_once(
    former: Ticket, shop: Orchestrator
) -> None:
    before = Event.objects.count()

    _ask_again(shop)

    task = Task.objects.get(external_id="t-1")
    assert (task.state, (task.resolution or {})["reason_text"]) == (
        "CANCELLED",
        "Superseded by t-2.",
    )
    names = list(Event.objects.order_by("seq").values_list("name", flat=True))[before:]
    assert names == ["task.superseded", "ticket.superseded", "task.escalated", "ticket.opened"]


def test_nobody_decides_what_was_superseded(former: Ticket, shop: Orchestrator, crew: Crew) -> None:
    _ask_again(shop)

    with pytest.raises(GoneError, match="was replaced by a ticket for other arguments"):
        approve(former, crew.rita)


def test_asking_again_twice_returns_the_stored_task(former: Ticket, shop: Orchestrator) -> None:
    body = shop.body("refund", arguments={"order": 12}, supersedes="t-1")
    first = task_submit(key=shop.key, body=body)

    again = task_submit(key=shop.key, body=body)

    assert (first.created, again.created, again.task) == (True, False, first.task)


def test_what_no_longer_waits_is_superseded_too_late_and_nothing_is_asked(
    former: Ticket, shop: Orchestrator, crew: Crew
) -> None:
    deny(former, crew.rita)

    with pytest.raises(ConflictError, match="t-1 no longer waits") as refused:
        _ask_again(shop)

    assert refused.value.code == "supersedes_too_late"
    task = Task.objects.get()
    assert (task.state, task.answer_read_at) == ("DENIED", None)


def test_past_its_time_to_answer_it_is_too_late_before_any_sweep(
    former: Ticket, shop: Orchestrator, clock: Clock
) -> None:
    clock.forward(minutes=30)

    with pytest.raises(ConflictError, match="no longer waits"):
        _ask_again(shop)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"supersedes": "t-9"}, "supersedes_unknown"),
        ({"operation": "shop.wipe"}, "other_work"),
        ({"tool": "wipe"}, "other_work"),
    ],
)
def test_only_the_arguments_of_a_known_task_change(
    former: Ticket, shop: Orchestrator, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        _ask_again(shop, **fields)

    assert (refused.value.code, refused.value.field) == (code, "supersedes")


def test_a_cancelled_task_is_not_superseded(former: Ticket, shop: Orchestrator) -> None:
    task_cancel(key=shop.key, task_id="t-1", reason="Never mind.")

    with pytest.raises(ConflictError, match="no longer waits"):
        _ask_again(shop)
