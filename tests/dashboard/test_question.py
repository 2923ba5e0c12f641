"""Without script: the page that takes an answer asks once more before the answer counts."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from dashboard.views.tickets import OFF_BY_NOW
from escalations.models import Ticket, Vote
from escalations.services.decisions import ticket_decide
from governance.domain.types import Role
from governance.models import Cascade
from governance.services.fleets import membership_set
from tests.dashboard.deciding import typed, url
from tests.dashboard.earlier import approved_and_started, start
from tests.dashboard.incident import incident_new
from tests.dashboard.people import PASSWORD, person
from tests.dashboard.shop import asked
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

WHY = "Customers are locked out until this refund is through."


def first(ticket: Ticket, choice: str = "approve", **fields: Any) -> dict[str, Any]:
    return typed(ticket, choice, **{"confirmed": "", **fields})


def panel(response: Any) -> Any:
    return response.context["ticket"].panel


def again(response: Any, confirmed: str = "yes") -> dict[str, Any]:
    """Return what the question's form sends by one of its two buttons."""
    sent: dict[str, Any] = {}
    for name, value in panel(response).question.fields:
        sent.setdefault(name, []).append(value)
    return {**sent, "confirmed": confirmed}


def test_the_first_press_only_asks(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(url(ticket), first(ticket))

    page = unescape(response.content.decode())
    assert response.status_code == 200
    assert "Approve exactly these arguments?" in page
    assert "The arguments are right" in page
    assert "Checked the order.</p>" in page
    assert "Yes, approve" in page
    assert "data-decide" not in page
    assert not Vote.objects.exists()


def test_the_second_press_records_what_was_asked_about(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    armed = client.post(url(ticket), first(ticket, "deny", reason_text="No.\r\nNot this one."))

    response = client.post(url(ticket), again(armed), follow=True)

    vote = Vote.objects.get()
    assert response.redirect_chain == [("/f/shop/tickets/1/", 302)]
    assert (vote.choice, vote.reason_code) == ("deny", "arguments_wrong")
    assert vote.reason_text == "No.\nNot this one."


def test_whoever_goes_back_finds_the_form_as_they_left_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    armed = client.post(url(ticket), first(ticket))

    response = client.post(url(ticket), again(armed, "no"))

    back = panel(response)
    assert (back.question, back.typed_code) == (None, "arguments_checked")
    assert "Checked the order.</textarea>" in response.content.decode()
    assert not Vote.objects.exists()


def test_what_would_be_refused_is_not_asked_about(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket, taken = shop.refund(), shop.refund()
    deny(taken, people.mona)
    client = client_of(people.rita)

    unfit = client.post(url(ticket), first(ticket, reason_code="arguments_wrong"))
    late = client.post(url(taken), first(taken))

    assert (unfit.status_code, panel(unfit).question) == (422, None)
    assert panel(unfit).errors[0].field == "reason_code"
    assert (late.status_code, panel(late).question) == (409, None)
    assert "Mona Lind decided first" in late.content.decode()


def test_what_moved_while_it_was_asked_about_is_not_decided(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    armed = client.post(url(ticket), first(ticket))
    Ticket.objects.filter(pk=ticket.pk).update(version=2)

    response = client.post(url(ticket), again(armed))

    assert response.status_code == 409
    assert "Checked the order.</textarea>" in response.content.decode()
    assert not Vote.objects.exists()


def test_the_password_is_taken_once_and_never_sent_back(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    client = client_of(people.rita)

    missing = client.post(url(ticket), first(ticket))
    armed = client.post(url(ticket), first(ticket, password=PASSWORD))
    done = client.post(url(ticket), again(armed))

    assert (missing.status_code, panel(missing).errors[0].field) == (422, "password")
    assert PASSWORD not in armed.content.decode()
    assert (done.status_code, Vote.objects.count()) == (302, 1)


def test_every_field_of_an_answer_is_sent_again_but_what_only_this_page_needs(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    fields = {"password": PASSWORD, "csrfmiddlewaretoken": "token"}
    answer = {**first(ticket, **fields), "of_tomorrow": ["a", "b"]}

    armed = client_of(people.rita).post(url(ticket), answer)

    sent = [*panel(armed).question.fields]
    assert [value for name, value in sent if name == "of_tomorrow"] == ["a", "b"]
    assert {name for name, _ in sent} == {
        *(answer.keys() - {"password", "csrfmiddlewaretoken", "confirmed"})
    }


def test_an_approval_that_is_turned_round_is_asked_about_too(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(url(ticket), typed(ticket))
    clock.forward(seconds=10)
    ticket.refresh_from_db()

    armed = client.post(url(ticket), first(ticket, "deny"))

    ticket.refresh_from_db()
    assert ticket.resolution == "approved"
    assert panel(armed).question.asks == "Deny this task, and send your words to the agent"


def test_an_approval_the_agent_has_used_is_not_asked_about(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = approved_and_started(shop, clock)
    ticket.refresh_from_db()

    response = client_of(people.rita).post(url(ticket), first(ticket, "deny", reason_text=WHY))

    assert (response.status_code, panel(response).question) == (409, None)
    assert f"{WHY}</p>" in response.content.decode()
    assert "Your decision was not recorded." in response.content.decode()
    assert Vote.objects.count() == 1


def test_what_goes_off_before_the_question_is_drawn_is_told_and_kept(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    approve(ticket, people.mona)
    clock.forward(seconds=20)
    ticket.refresh_from_db()

    def tried(**fields: Any) -> Any:
        decided = ticket_decide(**fields)
        start(shop, asked(ticket))
        return decided

    with patch("dashboard.views.deciding.ticket_decide", tried):
        response = client_of(people.rita).post(url(ticket), first(ticket, "deny", reason_text=WHY))

    assert (response.status_code, panel(response).unsent) == (409, WHY)
    assert panel(response).why_unsent == f"Not recorded. {OFF_BY_NOW}"


def test_an_emergency_that_is_off_by_now_keeps_its_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    sent = {"form": "emergency", "reason_code": "emergency", "reason_text": WHY}

    response = client_of(people.adam).post(
        url(ticket), first(ticket, "emergency", password=PASSWORD, **sent)
    )

    assert (response.status_code, panel(response).unsent) == (409, WHY)
    assert panel(response).why_unsent.startswith("Not recorded. ")


def test_a_cascade_is_asked_about_with_the_tasks_that_were_ticked(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident_new()
    ticket = Ticket.objects.get(kind="cascade")
    client = client_of(people.rita)
    line = client.get(f"/f/shop/tickets/{ticket.number}/").context["ticket"].panel.held[0]
    answer = {"reason_code": "input_spoiled", "tasks": [line.name]}

    armed = client.post(url(ticket), first(ticket, "cancel", **answer))
    done = client.post(url(ticket), again(armed))

    assert panel(armed).question.tasks == (line.title,)
    assert done.status_code == 302
    assert Cascade.objects.get().resolved_by == ""
    assert Vote.objects.get().choice == "cancel"


@pytest.mark.parametrize("reply", ["yes", "no"])
def test_an_emergency_is_asked_about_and_agreed_to_by_name(
    shop: Shop, people: People, client_of: ClientOf, reply: str
) -> None:
    anna = person("anna", "Anna", "Novak")
    membership_set(fleet=people.fleet, user=anna, role=Role.ADMIN, actor="adam")
    ticket = shop.purge()
    sent = {"form": "emergency", "reason_code": "emergency", "reason_text": WHY}
    client = client_of(people.adam)
    fields = {**sent, "password": PASSWORD, "seconds": ""}

    armed = client.post(url(ticket), first(ticket, "emergency", **fields))
    votes = Vote.objects.count()
    done = client.post(url(ticket), again(armed, reply))

    assert panel(armed).question.yes == "Yes, call it"
    assert votes == 0
    assert (done.status_code, Vote.objects.count()) == ((302, 1) if reply == "yes" else (200, 0))
    assert reply == "yes" or WHY in done.content.decode()
    if reply == "no":
        form = panel(done).emergency.form
        assert (form.is_open, form.typed) == (True, WHY)
