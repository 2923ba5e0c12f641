from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from escalations.services.expiry import tickets_expire_due
from governance.models import Event
from tests.escalations.finding import answer, cascade, drift
from tests.governance.services.auditing import audit_everything

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def mended() -> list[str]:
    return [event.payload["sentence"] for event in Event.objects.filter(name="auditor.mended")]


def test_a_drift_that_nobody_answered_is_asked_about_again(
    shop: Orchestrator, clock: Clock
) -> None:
    first = drift(shop)
    clock.forward(minutes=1440)
    tickets_expire_due()

    assert escalations_audit() == 1
    again = Ticket.objects.get(kind="drift", state="PENDING")
    assert again.snapshot["findings"][0]["reason"] == first.snapshot["findings"][0]["reason"]
    assert mended() == [
        "The drift of shop-bot waited for people and no ticket asked about it; ticket #2 does now."
    ]


def test_a_cascade_whose_ticket_is_lost_gets_another(shop: Orchestrator) -> None:
    ticket, _ = cascade(shop)
    ticket.delete()

    assert escalations_audit() == 1
    again = Ticket.objects.get(kind="cascade")
    assert (again.subject, again.task_id) == (ticket.subject, ticket.task_id)


def test_an_audit_whose_ticket_is_lost_gets_another(shop: Orchestrator) -> None:
    audit_everything(shop.fleet)
    shop.work()
    Ticket.objects.all().delete()

    assert escalations_audit() == 1
    assert "preset" in Ticket.objects.get(kind="audit").snapshot["drawn"]["sentence"]


def test_what_is_asked_about_or_settled_is_left_alone(shop: Orchestrator, crew: Crew) -> None:
    cascade(shop)
    answer(drift(shop), crew.rita, "rebaseline")
    waiting = Ticket.objects.filter(state="PENDING").count()

    assert escalations_audit() == 0
    assert Ticket.objects.filter(state="PENDING").count() == waiting
