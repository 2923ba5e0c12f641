from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from escalations.models import Vote
from governance.api import idempotency
from governance.models import Grant
from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.shop import asked
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(f"/f/shop/tickets/{ticket.number}/").content.decode()


def test_an_approval_is_recorded_with_the_servers_time(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(url(ticket), typed(ticket), headers=JSON)

    grant = Grant.objects.get(task=ticket.task)
    assert response.status_code == 200
    assert response.json() == {
        "ok": True,
        "recorded_at": "2026-03-02T12:00:00+00:00",
        "ticket": {
            "number": 1,
            "state": "RESOLVED",
            "resolution": "approved",
            "version": 2,
            "usable_from": "2026-03-02T12:00:10+00:00",
        },
    }
    assert grant.state == "ISSUED"


def test_without_scripts_the_form_leads_back_to_the_ticket(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)

    response = client.post(url(ticket), typed(ticket), follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [("/f/shop/tickets/1/", 302)]
    assert "Approved by you" in page
    assert "Undo my approval" in page


def test_a_denial_is_kept_word_for_word_with_the_line_ends_a_person_saw(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    words = "Wrong order.\r\nAsk <b>finance</b> first."

    client_of(people.rita).post(url(ticket), typed(ticket, "deny", reason_text=words))

    task = asked(ticket)
    assert task.state == "DENIED"
    assert task.resolution is not None
    assert task.resolution["reason_text"] == "Wrong order.\nAsk <b>finance</b> first."
    page = page_of(client_of(people.mona), ticket)
    assert "&lt;b&gt;finance&lt;/b&gt;" in page
    assert "<b>finance</b>" not in page


def test_sending_the_same_decision_again_records_it_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)

    first = client.post(url(ticket), typed(ticket), headers=JSON)
    again = client.post(url(ticket), typed(ticket), headers=JSON)

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Vote.objects.count() == 1


def test_another_decision_under_the_same_key_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(url(ticket), typed(ticket), headers=JSON)

    response = client.post(url(ticket), typed(ticket, reason_text="Other words."), headers=JSON)

    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_key_reused"


def test_a_decision_without_a_key_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(
        url(ticket), typed(ticket, idempotency_key=""), headers=JSON
    )

    assert (response.status_code, response.json()["field"]) == (422, "Idempotency-Key")
    assert not Vote.objects.exists()


def test_the_slower_person_is_told_who_when_and_what_and_keeps_the_words(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    deny(ticket, people.mona)
    clock.forward(seconds=7)

    response = client_of(people.rita).post(
        url(ticket), typed(ticket, reason_text="Looks fine to me.")
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Mona Lind decided first" in page
    assert "Denied at 12:00:00." in page
    assert "The order is paid back." in page
    assert "Looks fine to me." in page
    assert "Your decision was not recorded." in page


def test_the_slower_script_is_told_the_same(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    deny(ticket, people.mona)

    response = client_of(people.rita).post(url(ticket), typed(ticket), headers=JSON)

    assert response.status_code == 409
    assert response.json()["current"] == {
        "state": "RESOLVED",
        "resolution": "denied",
        "by": "Mona Lind",
        "at": "2026-03-02T12:00:00+00:00",
        "reason": "The order is paid back.",
        "reason_code": "arguments_wrong",
        "version": 2,
    }


def test_a_decision_on_an_older_version_is_refused_with_the_newer_one(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge()
    approve(ticket, people.mona, reauthenticated_at=clock.now)

    response = client_of(people.rita).post(url(ticket), typed(ticket, "deny"))

    assert response.status_code == 409
    assert "You had opened version 1; now it is 2." in response.content.decode()


def test_a_first_attempt_still_at_work_may_yet_be_recorded(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = shop.refund()
    monkeypatch.setattr(idempotency, "_lock_taken", lambda asked: False)

    response = client_of(people.rita).post(url(ticket), typed(ticket), headers=JSON)

    # Not a conflict, which would read as refused: sending it again is right.
    assert (response.status_code, response.json()["code"]) == (503, "idempotency_key_in_flight")


def test_a_missing_reason_comes_back_beside_its_field(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)

    page = client.post(url(ticket), typed(ticket, reason_code="", reason_text="Why not"))
    script = client.post(url(ticket), typed(ticket, reason_text=" "), headers=JSON)

    assert page.status_code == 422
    assert "Choose a reason." in page.content.decode()
    assert "Why not</textarea>" in page.content.decode()
    assert (script.status_code, script.json()["field"]) == (422, "reason_text")


@pytest.mark.parametrize("version", ["", "0", "-1", "1.0", "x", "99999999999999999999", "²"])
def test_a_decision_must_name_the_version_it_was_made_on(
    shop: Shop, people: People, client_of: ClientOf, version: str
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(
        url(ticket), typed(ticket, version=version), headers=JSON
    )

    assert response.status_code == (428 if version == "" else 422)
    assert response.json()["field"] == "version"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("choice", "explode"),
        ("choice", ""),
        ("reason_code", "\x00"),
        ("reason_text", "\x00"),
        ("reason_text", "x" * 2001),
        ("idempotency_key", "\u2603"),
        ("idempotency_key", "k" * 201),
    ],
)
def test_what_no_browser_sends_is_refused_by_name(
    shop: Shop, people: People, client_of: ClientOf, field: str, value: str
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(
        url(ticket), typed(ticket, **{field: value}), headers=JSON
    )

    assert response.status_code == 422
    assert response.json()["field"] in {field, "Idempotency-Key"}
    assert not Vote.objects.exists()


def test_a_ticket_that_another_holds_says_who_and_until_when(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client_of(people.mona).post(url(ticket, "claim"), {"version": "1"})
    ticket.refresh_from_db()

    response = client_of(people.rita).post(url(ticket), typed(ticket))

    page = response.content.decode()
    assert response.status_code == 423
    assert "Mona Lind works on ticket #1 until 12:10:00 UTC." in page


def test_the_owner_of_the_agent_is_barred_and_told_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.lena).post(url(ticket), typed(ticket), headers=JSON)

    assert response.status_code == 403
    assert response.json()["detail"] == "You own refund-bot."


def test_a_frozen_agents_task_cannot_be_approved_but_denied(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.freeze()
    client = client_of(people.rita)

    page = page_of(client, ticket)
    approved = client.post(url(ticket), typed(ticket), headers=JSON)
    denied = client.post(url(ticket), typed(ticket, "deny"), headers=JSON)

    assert "Approve is off:" in page
    assert "Deny is off:" not in page
    assert approved.status_code == 409
    # Nobody was faster, so nothing reads as a race.
    assert "current" not in approved.json()
    assert denied.status_code == 200


class TestUndo:
    def test_an_approval_can_be_taken_back_until_it_is_usable(
        self, shop: Shop, people: People, client_of: ClientOf, clock: Clock
    ) -> None:
        ticket = shop.refund()
        client = client_of(people.rita)
        client.post(url(ticket), typed(ticket))
        clock.forward(seconds=9)

        response = client.post(
            url(ticket, "undo"), {"version": "2", "idempotency_key": "undo"}, headers=JSON
        )

        assert response.json()["ticket"]["state"] == "PENDING"
        assert Grant.objects.get(task=ticket.task).state == "REVOKED"

    def test_afterwards_it_is_too_late_and_a_denial_still_stops_it(
        self, shop: Shop, people: People, client_of: ClientOf, clock: Clock
    ) -> None:
        ticket = shop.refund()
        client = client_of(people.rita)
        client.post(url(ticket), typed(ticket))
        clock.forward(seconds=10)

        undone = client.post(
            url(ticket, "undo"), {"version": "2", "idempotency_key": "undo"}, headers=JSON
        )
        page = page_of(client, ticket)
        denied = client.post(url(ticket), typed(ticket, "deny", version="2"), headers=JSON)

        assert (undone.status_code, undone.json()["code"]) == (409, "undo_over")
        assert "Undo my approval" not in page
        assert "Deny it after all" in page
        assert denied.json()["ticket"]["resolution"] == "denied"

    def test_who_did_not_approve_cannot_undo(
        self, shop: Shop, people: People, client_of: ClientOf
    ) -> None:
        ticket = shop.refund()
        client_of(people.rita).post(url(ticket), typed(ticket))

        page = page_of(client_of(people.mona), ticket)
        response = client_of(people.mona).post(
            url(ticket, "undo"), {"version": "2", "idempotency_key": "undo"}, headers=JSON
        )

        assert "Undo my approval" not in page
        assert (response.status_code, response.json()["code"]) == (403, "not_a_voter")
