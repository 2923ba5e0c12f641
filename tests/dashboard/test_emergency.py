"""An emergency on the pages: called by one admin, agreed to by another, reviewed by a third."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import Role
from governance.selectors.clock import clock_now
from governance.services.fleets import membership_set
from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.people import PASSWORD, person
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

WHY = "Customers are locked out until this refund is through."


@pytest.fixture
def anna(people: People) -> User:
    user = person("anna", "Anna", "Novak")
    membership_set(fleet=people.fleet, user=user, role=Role.ADMIN, actor="adam")
    return user


def form(ticket: Ticket, **fields: Any) -> dict[str, Any]:
    sent = {
        "reason_code": "emergency",
        "reason_text": WHY,
        "password": PASSWORD,
        "form": "emergency",
    }
    return typed(ticket, "emergency", **{**sent, **fields})


def test_two_admins_let_it_run_at_once_and_it_is_said_everywhere(
    shop: Shop, people: People, client_of: ClientOf, anna: User, clock: Clock
) -> None:
    ticket = shop.purge()
    adam, second, rita = client_of(people.adam), client_of(anna), client_of(people.rita)

    adam.post(url(ticket), form(ticket), headers=JSON)
    queue = rita.get("/f/shop/queue/").content.decode()
    called = card(second, ticket).panel
    ticket.refresh_from_db()
    answer = second.post(url(ticket), form(ticket), headers=JSON).json()["ticket"]

    assert "Adam Weiss calls an emergency: one more admin must agree by 12:10:00" in queue
    assert [call.reason for call in called.emergency.calls] == [WHY]
    assert (answer["resolution"], answer["usable_from"]) == ("approved", clock.now.isoformat())
    panel = card(rita, ticket).panel
    review = Ticket.objects.get(kind="incident")
    assert panel.ruling.by == "Adam Weiss and Anna Novak"
    assert panel.ruling.next_url == f"/f/shop/tickets/{review.number}/"
    log = json.loads(rita.get("/f/shop/queue/decided.json").getvalue())
    assert [line["emergency"] for line in log] == [True, True]
    assert "Emergency" in rita.get("/f/shop/queue/decided/").content.decode()


def test_the_review_says_why_it_is_there_and_who_may_not_answer(
    shop: Shop, people: People, client_of: ClientOf, anna: User
) -> None:
    ticket = shop.refund()
    client_of(people.adam).post(url(ticket), form(ticket), headers=JSON)
    ticket.refresh_from_db()
    client_of(anna).post(url(ticket), form(ticket), headers=JSON)
    review = Ticket.objects.get(kind="incident")

    seen = card(client_of(people.rita), review)
    own = card(client_of(anna), review)

    assert seen.reasons[0].sentence == (
        f"Adam Weiss and Anna Novak approved ticket #{ticket.number} as an emergency, past the"
        " usual approvals. Somebody else says within 24 h whether it was one."
    )
    assert [fact.label for fact in seen.findings[0].facts] == ["Adam Weiss", "Anna Novak"]
    assert seen.incident_url == f"/f/shop/tickets/{ticket.number}/"
    assert [choice.why_off for choice in seen.panel.choices] == [""]
    assert [choice.why_off for choice in own.panel.choices] == ["You approved this task."]
    done = typed(review, reason_code="emergency_justified")
    assert client_of(people.rita).post(url(review), done, headers=JSON).status_code == 200
    assert card(client_of(people.rita), review).panel.ruling.note.startswith("What has run")


def test_a_review_that_expired_leads_to_the_one_asked_in_its_place(
    shop: Shop, people: People, client_of: ClientOf, anna: User, clock: Clock
) -> None:
    ticket = shop.refund()
    client_of(people.adam).post(url(ticket), form(ticket), headers=JSON)
    ticket.refresh_from_db()
    client_of(anna).post(url(ticket), form(ticket), headers=JSON)
    review = Ticket.objects.get(kind="incident")
    clock.forward(hours=24)
    tickets_expire_due()

    rita = client_of(people.rita)
    again = Ticket.objects.get(kind="incident", state="PENDING")
    ended = card(rita, review).panel.ruling

    assert ended.note == "Nobody reviewed the emergency in time."
    assert ended.next_url == f"/f/shop/tickets/{again.number}/"
    assert ended.next_label == f"Asked again as #{again.number}"
    assert card(rita, ticket).panel.ruling.next_label == f"Its review, #{again.number}"


def test_the_form_is_for_admins_and_says_why_it_is_off(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    alone = card(client_of(people.adam), ticket).panel.emergency
    others = [
        card(client_of(who), ticket).panel.emergency.form for who in (people.rita, people.mona)
    ]

    assert alone.form.why_off.startswith("It takes two admins")
    assert others == [None, None]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"reason_text": "Be quick."}, "reason_text", "at least 30 characters"),
        ({"reason_code": "arguments_checked"}, "reason_code", "no reason"),
        ({"password": ""}, "password", "An emergency takes your password again."),
        ({"password": "hunter22"}, "password", "That is not your password."),
    ],
)
def test_bad_input_names_its_field_and_records_nothing(
    shop: Shop, people: People, client_of: ClientOf, fields: Any, field: str, sentence: str
) -> None:
    ticket = shop.refund()

    answer = client_of(people.adam).post(url(ticket), form(ticket, **fields), headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert sentence in answer.json()["detail"]
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_without_script_the_form_comes_back_open_with_the_words_and_without_the_password(
    shop: Shop, people: People, client_of: ClientOf, anna: User
) -> None:
    ticket = shop.refund()

    answer = client_of(people.adam).post(url(ticket), form(ticket, reason_text="Be <quick>."))

    shown = answer.context["ticket"].panel.emergency.form
    assert (answer.status_code, shown.is_open, shown.typed) == (422, True, "Be <quick>.")
    assert PASSWORD not in answer.content.decode()


def test_without_script_a_wrong_password_is_said_at_the_password(
    shop: Shop, people: People, client_of: ClientOf, anna: User
) -> None:
    ticket = shop.refund()

    answer = client_of(people.adam).post(url(ticket), form(ticket, password="hunter22"))

    shown = answer.content.decode()
    assert 'id="emergency-text-error" data-error></p>' in shown
    at_password = shown.partition('id="emergency-password-error" data-error>')[2]
    assert "That is not your password." in at_password.partition("</p>")[0]


def test_who_has_approved_is_told_that_a_call_withdraws_it(
    shop: Shop, people: People, client_of: ClientOf, anna: User
) -> None:
    ticket = shop.purge()
    approve(ticket, people.adam, reauthenticated_at=clock_now())

    shown = page(client_of(people.adam), ticket).content.decode()

    assert "that is withdrawn, and if nobody agrees in time, approve again." in shown


def test_a_manager_is_told_that_it_takes_an_admin(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    answer = client_of(people.mona).post(url(ticket), form(ticket), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")


def test_a_call_stays_in_sight_until_it_lapses(
    shop: Shop, people: People, client_of: ClientOf, anna: User, clock: Clock
) -> None:
    ticket = shop.refund()
    client_of(people.adam).post(url(ticket), form(ticket), headers=JSON)
    before = card(client_of(anna), ticket).panel

    clock.forward(minutes=10)
    after = card(client_of(anna), ticket).panel

    assert "Adam Weiss calls an emergency" in before.said
    assert (len(before.emergency.calls), len(after.emergency.calls)) == (1, 0)
    assert before.sign != after.sign
    assert page(client_of(people.rita), ticket).status_code == 200


def test_agreeing_to_a_call_that_has_lapsed_is_refused_and_is_no_call_of_ones_own(
    shop: Shop, people: People, client_of: ClientOf, anna: User, clock: Clock
) -> None:
    ticket = shop.refund()
    client_of(people.adam).post(url(ticket), form(ticket), headers=JSON)
    ticket.refresh_from_db()
    [call] = ticket.votes.all()
    shown = page(client_of(anna), ticket).content.decode()

    clock.forward(minutes=10)
    late = form(ticket, seconds=str(call.pk))
    answer = client_of(anna).post(url(ticket), late, headers=JSON)

    assert f'name="seconds" value="{call.pk}"' in shown
    assert "lapses in <span data-countdown" in shown
    assert (answer.status_code, answer.json()["code"]) == (409, "call_lapsed")
    assert answer.json()["detail"].startswith("The call you agreed to has lapsed.")
    assert ticket.votes.count() == 1
