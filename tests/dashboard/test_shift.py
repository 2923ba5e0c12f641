"""The end of a shift, as a browser without script walks through it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Note, Ticket
from governance.domain.types import Role
from governance.services.fleets import membership_set
from tests.dashboard.deciding import typed, url
from tests.dashboard.people import PASSWORD, person
from tests.escalations.holders import asked, claim, snoozed

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from dashboard.cards.shift import ShiftPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

PAGE = "/shift/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def ben(people: People) -> User:
    """Return a second reviewer."""
    found = person("ben", "Ben", "Berg")
    membership_set(fleet=people.fleet, user=found, role=Role.REVIEWER, actor="adam")
    return found


def page_of(client: Client) -> ShiftPage:
    card: ShiftPage = client.get(PAGE).context["shift"]
    return card


def numbers(card: ShiftPage) -> list[list[int]]:
    return [[line.row.number for line in part.lines] for part in card.parts]


def hand(client: Client, to: str, *tickets: Ticket, **fields: Any) -> Any:
    for ticket in tickets:
        ticket.refresh_from_db()
    names = [f"shop/{ticket.number}/{ticket.version}" for ticket in tickets]
    form = {"tickets": names, "to": to, "note": "You know these.", "idempotency_key": "k-1"}
    return client.post(PAGE, {**form, **fields}, follow=True)


def test_it_lists_what_is_held_put_off_half_approved_and_asked(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    held, put_off, half, question = shop.refund(), shop.refund(), shop.purge(), shop.refund()
    others = shop.refund()
    rita = client_of(people.rita)
    claim(held, people.rita)
    snoozed(put_off, people.rita)
    rita.post(url(half), typed(half, password=PASSWORD))
    asked(question, people.rita)
    Ticket.objects.filter(pk=question.pk).update(claimed_by=None, lease_until=None)
    claim(others, people.mona)

    card = page_of(rita)

    assert numbers(card) == [[1], [2], [3], [4]]
    assert [part.lines[0].says for part in card.parts] == [
        "Your claim holds until 12:10:00 UTC.",
        "It wakes at 12:10:00 UTC, for anybody to claim.",
        "Yours is one of 2 approvals. Still eligible: Adam Weiss, admin; Mona Lind, manager.",
        "Your question of 12:00:00 UTC waits; the answer wakes the ticket for anybody.",
    ]
    assert [part.lines[0].can_leave for part in card.parts] == [True, True, False, False]


def test_more_tickets_cost_no_more_queries(shop: Shop, people: People, client_of: ClientOf) -> None:
    rita = client_of(people.rita)

    def leave_one_of_each() -> None:
        held, put_off, half, question = shop.refund(), shop.refund(), shop.purge(), shop.refund()
        claim(held, people.rita)
        snoozed(put_off, people.rita)
        rita.post(url(half), typed(half, password=PASSWORD))
        asked(question, people.rita)
        Ticket.objects.filter(pk=question.pk).update(claimed_by=None, lease_until=None)

    leave_one_of_each()
    with CaptureQueriesContext(connection) as few:
        page_of(rita)
    for_few = len(few)
    leave_one_of_each()
    leave_one_of_each()

    with CaptureQueriesContext(connection) as many:
        card = page_of(rita)

    assert [len(part.lines) for part in card.parts] == [3, 3, 3, 3]
    assert len(many) == for_few


def test_a_ticket_that_is_held_and_asked_about_stands_there_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    asked(shop.refund(), people.rita)

    card = page_of(client_of(people.rita))

    assert numbers(card) == [[1], [], [], []]
    assert card.parts[0].lines[0].says.endswith("A question waits for its answer.")


def test_it_offers_who_can_take_something_with_how_much(
    shop: Shop, people: People, client_of: ClientOf, ben: User
) -> None:
    claim(shop.refund(), people.rita)
    claim(shop.refund(requested_by="user:ben"), people.rita)

    card = page_of(client_of(people.rita))

    assert [(option.value, option.label) for option in card.people] == [
        ("adam", "Adam Weiss, admin: all of 2"),
        ("ben", "Ben Berg, reviewer: 1 of 2"),
        ("mona", "Mona Lind, manager: all of 2"),
        ("*", "Nobody: back into the queue"),
    ]


def test_everything_is_handed_over_at_once_with_a_word(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    held, put_off = shop.refund(), shop.refund()
    claim(held, people.rita)
    snoozed(put_off, people.rita)
    rita = client_of(people.rita)

    answer = hand(rita, "mona", held, put_off)

    assert answer.redirect_chain == [("/shift/k-1/", 302)]
    results = answer.context["shift"].results
    assert [(each.is_recorded, each.done) for each in results] == [
        (True, "Handed to Mona Lind")
    ] * 2
    assert numbers(page_of(client_of(people.mona)))[0] == [1, 2]
    assert numbers(page_of(rita)) == [[], [], [], []]
    assert set(Note.objects.values_list("kind", "text")) == {("handover", "You know these.")}


def test_what_the_person_may_not_answer_stays_and_is_told(
    shop: Shop, people: People, client_of: ClientOf, ben: User
) -> None:
    fine, barred = shop.refund(), shop.refund(requested_by="user:ben")
    claim(fine, people.rita)
    claim(barred, people.rita)

    answer = hand(client_of(people.rita), "ben", fine, barred)

    first, second = answer.context["shift"].results
    assert (first.is_recorded, second.is_recorded) == (True, False)
    assert second.sentence == (
        "Ben Berg cannot take it. Whoever asked for the task does not decide it."
    )
    assert Ticket.objects.get(number=2).claimed_by == people.rita


def test_nobody_hands_a_ticket_to_whoever_owns_its_agent(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    claim(ticket, people.rita)

    answer = hand(client_of(people.rita), "lena", ticket)

    assert "The owner of an agent never decides its tickets." in answer.content.decode()
    assert Ticket.objects.get().claimed_by == people.rita


def test_more_than_the_other_may_hold_stays(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    tickets = [shop.refund() for _ in range(6)]
    for ticket in tickets[:5]:
        claim(ticket, people.rita)
    claim(tickets[5], people.mona)

    answer = hand(client_of(people.rita), "mona", *tickets[:5])

    results = answer.context["shift"].results
    assert [each.is_recorded for each in results] == [True, True, True, True, False]
    assert "Mona Lind holds 5 tickets already" in results[4].sentence


def test_back_into_the_queue_takes_no_word(shop: Shop, people: People, client_of: ClientOf) -> None:
    held, put_off = shop.refund(), shop.refund()
    claim(held, people.rita)
    snoozed(put_off, people.rita)

    answer = hand(client_of(people.rita), "*", held, put_off, note="")

    assert [each.done for each in answer.context["shift"].results] == ["Back in the queue"] * 2
    assert Ticket.objects.filter(claimed_by=None, snoozed_by=None).count() == 2


def test_what_is_not_ones_own_does_not_go_back(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    claim(ticket, people.mona)

    answer = hand(client_of(people.rita), "*", ticket)

    assert "You neither hold ticket #1 nor have put it off." in answer.content.decode()
    assert Ticket.objects.get().claimed_by == people.mona


def test_a_reviewer_hands_over_nothing_that_is_somebody_elses(
    shop: Shop, people: People, client_of: ClientOf, ben: User
) -> None:
    theirs, free = shop.refund(), shop.refund()
    snoozed(theirs, people.mona)

    answer = hand(client_of(people.rita), "ben", theirs, free)

    results = answer.context["shift"].results
    assert [each.is_recorded for each in results] == [False, False]
    assert "only whoever holds or has snoozed it, or a manager" in results[0].sentence


def test_the_same_form_sent_again_does_nothing_more(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    claim(ticket, people.rita)
    ticket.refresh_from_db()
    rita = client_of(people.rita)
    form = {
        "tickets": f"shop/1/{ticket.version}",
        "to": "mona",
        "note": "x",
        "idempotency_key": "k",
    }

    first = rita.post(PAGE, form, headers=JSON).json()
    again = rita.post(PAGE, form, headers=JSON).json()

    assert first["tickets"] == again["tickets"]
    assert first["url"] == "/shift/k/"
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"to": ""}, "to", "Choose who takes them, or the queue."),
        ({"note": " "}, "note", "Say why, in a word."),
        ({"tickets": []}, "tickets", "Select 1 to 100 tickets, got 0."),
        ({"tickets": "shop-1"}, "tickets", "A ticket cannot be read"),
        ({"idempotency_key": "a/b"}, "Idempotency-Key", "1 to 64 letters"),
    ],
)
def test_a_form_that_cannot_be_read_names_its_field_and_loses_nothing(
    shop: Shop, people: People, client_of: ClientOf, fields: dict[str, Any], field: str, says: str
) -> None:
    ticket = shop.refund()
    claim(ticket, people.rita)
    rita = client_of(people.rita)
    form = {"to": "mona", "note": "You know these.", "idempotency_key": "k-1", **fields}
    ticket.refresh_from_db()
    form = {"tickets": f"shop/1/{ticket.version}", **form}

    script = rita.post(PAGE, form, headers=JSON)
    shown = rita.post(PAGE, form).context["shift"]

    assert (script.status_code, script.json()["field"]) == (422, field)
    assert says in shown.problem
    assert shown.typed_note == form["note"]
    assert Ticket.objects.get().claimed_by == people.rita


def test_what_expired_meanwhile_is_not_handed_over(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    claim(ticket, people.rita)
    Ticket.objects.update(lease_until=ticket.decide_by + timedelta(hours=1))
    clock.forward(minutes=31)

    answer = hand(client_of(people.rita), "mona", ticket)

    assert not answer.context["shift"].results[0].is_recorded


def test_results_are_only_for_whoever_sent_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    claim(ticket, people.rita)
    hand(client_of(people.rita), "mona", ticket)

    assert client_of(people.mona).get("/shift/k-1/").status_code == 404
    assert client_of(None).get("/shift/k-1/")["Location"] == "/sign-in/?next=/shift/k-1/"


def test_an_outsider_leaves_nothing_of_this_fleet(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    answer = hand(client_of(people.otto), "*", ticket)

    assert "There is no ticket #1 that you may see." in answer.content.decode()
    assert b"Refund order" not in answer.content


def test_a_free_shift_says_so(people: People, client_of: ClientOf) -> None:
    page = client_of(people.rita).get(PAGE).content.decode()

    assert "You leave nothing behind" in page
    assert "There is nothing to hand over." in page


def test_the_queue_leads_there(people: People, client_of: ClientOf) -> None:
    assert 'href="/shift/"' in client_of(people.rita).get("/queue/").content.decode()
