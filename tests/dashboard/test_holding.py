"""What the holder of a ticket does on its page, as a browser sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.services.questions import ticket_answer_by_key
from tests.dashboard.ticket_page import page
from tests.escalations.holders import answer_as, asked, claim, snoozed

if TYPE_CHECKING:
    from typing import Any

    from django.test import Client

    from dashboard.cards.holding import Holding
    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}
KEY = "0193a1b2-1111-7000-8000-000000000001"


@pytest.fixture
def ticket(shop: Shop, people: People) -> Ticket:
    """A HIGH ticket with 30 min to decide it, from noon on, which rita holds."""
    found = shop.refund()
    claim(found, people.rita)
    found.refresh_from_db()
    return found


def holding(client: Client, ticket: Ticket) -> Holding:
    card: Holding = page(client, ticket).context["ticket"].panel.holding
    return card


def send(client: Client, ticket: Ticket, move: str, *, headers: Any = None, **fields: str) -> Any:
    sent = {"form": move, "version": str(ticket.version), "idempotency_key": KEY, **fields}
    return client.post(f"/f/shop/tickets/{ticket.number}/{move}/", sent, headers=headers or {})


def test_the_holder_is_offered_times_that_leave_a_fifth(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    card = holding(client_of(people.rita), ticket)

    assert [option.label for option in card.snooze.options] == [
        "5\u00a0min, until 12:05:00",
        "15\u00a0min, until 12:15:00",
        "As long as can be, until 12:23:00",
    ]
    assert card.snooze.why_off == ""


def test_a_snooze_is_said_to_everybody_until_somebody_wakes_it(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    rita, mona = client_of(people.rita), client_of(people.mona)

    send(rita, ticket, "snooze", until="2026-03-02T12:10:00Z")
    text = page(mona, ticket).content.decode()
    send(mona, ticket, "wake")

    assert "Rita Okafor until" in text
    assert "12:10:00" in text
    assert holding(mona, ticket).snoozed is None


def test_a_script_is_told_that_a_snooze_is_recorded(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    answered = send(
        client_of(people.rita), ticket, "snooze", headers=JSON, until="2026-03-02T12:10:00Z"
    )

    assert answered.json()["ok"]
    assert answered.json()["ticket"]["version"] == 3


@pytest.mark.parametrize("until", ["", "soon", "2026-03-02T12:10:00", "2026-03-02T12:24:00Z"])
def test_a_time_that_cannot_be_is_said_in_the_form_it_came_from(
    ticket: Ticket, people: People, client_of: ClientOf, until: str
) -> None:
    answered = send(client_of(people.rita), ticket, "snooze", until=until)

    card = answered.context["ticket"].panel.holding
    assert answered.status_code == 422
    assert card.snooze.problem.startswith("Not recorded.")
    assert card.snooze.is_open
    assert not card.reassign.is_open


def test_who_does_not_hold_it_reads_why_each_form_is_off(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    free = shop.refund()
    card = holding(client_of(people.rita), free)
    owners = holding(client_of(people.lena), free)

    assert card.ask is not None
    assert card.snooze.why_off == "Claim it first: only its holder snoozes it."
    assert card.ask.why_off == "Claim it first: only its holder asks."
    assert card.reassign.why_off == "Claim it first: only its holder or a manager hands it over."
    assert owners.reassign.why_off == "You own refund-bot."
    assert owners.why_no_wake == "You own refund-bot."


def test_what_somebody_else_holds_is_not_ones_own_to_put_off(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    card = holding(client_of(people.mona), ticket)

    assert card.snooze.why_off == "Only its holder snoozes it."
    assert card.reassign.why_off == ""


def test_a_critical_ticket_cannot_wait(shop: Shop, people: People, client_of: ClientOf) -> None:
    card = holding(client_of(people.rita), shop.purge())

    assert card.snooze.why_off == "Critical tickets cannot wait."


def test_near_the_end_nothing_is_put_off(
    ticket: Ticket, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(minutes=23)

    card = holding(client_of(people.rita), ticket)

    assert card.snooze.why_off == "Too little of the time to decide is left."


def test_a_question_stands_in_the_thread_with_the_clock_it_moved(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)

    send(rita, ticket, "ask", text="Paid twice?\r\nWho checked?")

    card = holding(rita, ticket)
    assert [(note.by, note.text) for note in card.notes] == [("you", "Paid twice?\nWho checked?")]
    assert card.clock == ("The clock keeps running; extended once by 15\u00a0min, until 12:45:00.")
    assert card.ask is not None
    assert card.ask.why_off == "A question waits for its answer already."


def test_the_owner_answers_on_the_page(ticket: Ticket, people: People, client_of: ClientOf) -> None:
    question = asked(ticket, people.rita)
    lena = client_of(people.lena)

    send(lena, ticket, "answer", question=str(question.pk), text="Yes, both.")

    card = holding(lena, ticket)
    assert [(note.kind, note.by) for note in card.notes] == [
        ("question", "Rita Okafor"),
        ("answer", "you"),
    ]
    assert card.answer is None


def test_an_agents_words_are_shown_as_an_agents(
    ticket: Ticket, people: People, client_of: ClientOf, shop: Shop
) -> None:
    question = asked(ticket, people.rita)
    ticket_answer_by_key(
        ticket_id=ticket.pk, key=shop.key, question_id=question.pk, text="Yes\u202e <b>now</b>"
    )

    text = page(client_of(people.rita), ticket).content.decode()

    assert "answered for the agent" in text
    assert "U+202E" in text
    assert "&lt;b&gt;now&lt;/b&gt;" in text


@pytest.mark.parametrize("question", ["", "the first"])
def test_an_answer_names_its_question(
    ticket: Ticket, people: People, client_of: ClientOf, question: str
) -> None:
    asked(ticket, people.rita)

    answered = send(client_of(people.lena), ticket, "answer", question=question, text="Yes.")

    form = answered.context["ticket"].panel.holding.answer
    assert (answered.status_code, form.typed) == (422, "Yes.")


def test_the_same_question_sent_twice_is_asked_once(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)

    first = send(rita, ticket, "ask", headers=JSON, text="Paid twice?")
    again = send(rita, ticket, "ask", headers=JSON, text="Paid twice?")

    assert again.json() == first.json()
    assert ticket.notes.count() == 1


def test_the_next_holder_sees_from_whom_and_why(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    send(client_of(people.rita), ticket, "reassign", to="mona", text="You know these.")

    mona = client_of(people.mona)
    card = holding(mona, ticket)
    assert [(note.by, note.to, note.text) for note in card.notes] == [
        ("Rita Okafor", "you", "You know these.")
    ]
    assert "Claimed by you" in page(mona, ticket).content.decode()


def test_only_who_may_take_it_is_offered(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    card = holding(client_of(people.rita), ticket)

    assert [option.value for option in card.reassign.options] == ["adam", "mona"]


def test_what_was_typed_for_somebody_who_cannot_take_it_is_kept(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    answered = send(client_of(people.rita), ticket, "reassign", to="lena", text="Yours?")

    form = answered.context["ticket"].panel.holding.reassign
    assert answered.status_code == 422
    assert form.typed == "Yours?"
    assert "Lena Fischer cannot take it." in form.problem


def test_what_was_said_stays_after_the_decision(
    ticket: Ticket, people: People, client_of: ClientOf, shop: Shop
) -> None:
    asked(ticket, people.rita)
    shop.withdraw(ticket)

    text = page(client_of(people.rita), ticket).content.decode()

    assert "Was the order paid twice?" in text
    assert "Said while it waited" in text
    assert "The clock keeps running" not in text
    assert "data-holder=" not in text


def test_a_snoozed_ticket_is_not_in_the_queue(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    snoozed(ticket, people.rita)

    listed = client_of(people.mona).get("/queue/").context["queue"].rows

    assert listed == ()


def test_a_snoozed_row_says_who_put_it_off_and_until_when(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    snoozed(ticket, people.rita)

    mine = client_of(people.rita).get("/queue/?view=snoozed").content.decode()
    others = client_of(people.mona).get("/queue/?view=snoozed").content.decode()

    until = '<time datetime="2026-03-02T12:10:00.000Z">12:10:00</time>'
    assert f"Snoozed by you until {until}" in mine
    assert f"Snoozed by Rita Okafor until {until}" in others


def test_a_row_says_that_a_question_waits_until_it_is_answered(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    mona = client_of(people.mona)
    question = asked(ticket, people.rita)

    before = mona.get("/queue/").content.decode()
    answer_as(people.lena, question)
    after = mona.get("/queue/").content.decode()

    assert "A question waits for an answer" in before
    assert "A question waits for an answer" not in after


@pytest.mark.parametrize("move", ["ask", "reassign"])
def test_words_for_a_form_that_is_off_by_now_are_kept_without_script(
    ticket: Ticket, people: People, client_of: ClientOf, clock: Clock, move: str
) -> None:
    rita = client_of(people.rita)
    clock.forward(minutes=11)

    answered = send(rita, ticket, move, text="Who checked the order?", to="mona")

    panel = answered.context["ticket"].panel
    assert answered.status_code == 409
    assert getattr(panel.holding, move).why_off.startswith("Claim it first")
    assert panel.unsent == "Who checked the order?"
    assert answered.content.decode().count("Who checked the order?") == 1
    assert answered.content.decode().count("Not recorded.") == 1


def test_words_for_an_answer_that_nobody_waits_for_any_more_are_kept(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    question = asked(ticket, people.rita)
    answer_as(people.mona, question)

    answered = send(
        client_of(people.lena), ticket, "answer", question=str(question.pk), text="Yes, both."
    )

    panel = answered.context["ticket"].panel
    assert (panel.holding.answer, panel.unsent) == (None, "Yes, both.")
    assert panel.conflict is not None
