from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.selectors.tickets import shown_of
from escalations.services.expiry import tickets_expire_due
from governance.models import Audit, Event, Outcome
from governance.refusals import ForbiddenError
from tests.escalations.answering import approve
from tests.escalations.finding import answer
from tests.governance.services.auditing import audit_everything

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def ticket(shop: Orchestrator) -> Ticket:
    """The audit of a read that the agent reports as a success."""
    audit_everything(shop.fleet)
    shop.work()
    return Ticket.objects.get(kind="audit")


@pytest.fixture
def refund(shop: Orchestrator, crew: Crew, clock: Clock) -> Ticket:
    """The audit of a refund that rita and mona approved."""
    audit_everything(shop.fleet)
    task = shop.ask("refund").task
    asked = Ticket.objects.get(task=task)
    approve(asked, crew.rita)
    approve(Ticket.objects.get(pk=asked.pk), crew.mona)
    clock.forward(seconds=10)
    shop.start(task)
    shop.report(task, cost_usd="0.80")
    return Ticket.objects.get(kind="audit", task=task)


def test_a_drawn_task_opens_an_audit_with_what_was_asked_and_reported(refund: Ticket) -> None:
    shown = refund.snapshot

    assert refund.title == "Was it good? Use refund"
    assert refund.subject == Outcome.objects.get(task=refund.task).pk
    assert shown["task"]["arguments"] == '{"order":4711}'
    assert (shown["outcome"]["result"], shown["outcome"]["cost_usd"]) == ("success", "0.80")
    assert shown["approved_by"] == ["mona", "rita"]


def test_who_judges_the_work_is_not_told_how_far_the_agent_is_trusted(
    ticket: Ticket, clock: Clock
) -> None:
    shown = shown_of(ticket, now=clock.now)

    assert not {"trust", "tier", "outcomes"} & shown["agent"].keys()
    assert "decision" not in shown
    assert "preset" not in str(shown)
    assert "preset" in ticket.snapshot["drawn"]["sentence"]


def test_why_it_was_drawn_is_shown_once_it_is_judged(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    judged = answer(ticket, crew.rita, "pass").ticket

    assert shown_of(judged, now=clock.now)["drawn"] == ticket.snapshot["drawn"]


@pytest.mark.parametrize(
    ("choice", "verdict"), [("pass", "passed"), ("fail", "failed"), ("unclear", "unclear")]
)
def test_a_verdict_settles_the_audit(ticket: Ticket, crew: Crew, choice: str, verdict: str) -> None:
    judged = answer(ticket, crew.rita, choice).ticket

    audit = Audit.objects.get()
    assert (judged.state, judged.resolution) == ("RESOLVED", verdict)
    assert (audit.state, audit.verdict, audit.by) == ("settled", verdict, "rita")
    assert Event.objects.filter(name="audit.settled").count() == 1


def test_who_approved_a_task_does_not_judge_it(refund: Ticket, crew: Crew) -> None:
    with pytest.raises(ForbiddenError, match="You approved this task") as refused:
        answer(refund, crew.rita, "pass")

    assert refused.value.code == "approved_it"
    assert answer(refund, crew.ravi, "fail").ticket.resolution == "failed"


def test_the_owner_and_who_asked_do_not_judge_the_work(ticket: Ticket, crew: Crew) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(requested_by="ravi")

    with pytest.raises(ForbiddenError, match="You own shop-bot"):
        answer(ticket, crew.lena, "pass")
    with pytest.raises(ForbiddenError, match="You asked for this task"):
        answer(ticket, crew.ravi, "pass")


def test_an_audit_nobody_judged_ends_without_a_verdict(ticket: Ticket, clock: Clock) -> None:
    clock.forward(minutes=4320)

    assert tickets_expire_due() == 1
    audit = Audit.objects.get()
    assert (audit.state, audit.verdict, audit.by) == ("settled", "unclear", "deadline")
    assert Ticket.objects.get(pk=ticket.pk).resolution == ""
