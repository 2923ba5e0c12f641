"""Edit what an agent asks with, on the ticket's page: read first, then recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.pages.editing import editable_text
from escalations.selectors.edits import is_edited
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve
from tests.escalations.holders import claim, edit

if TYPE_CHECKING:
    from django.test import Client

    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NARROWED = '{"amount_usd": "20.00", "order": 1}'
KEY = "0193a1b2-1111-7000-8000-000000000001"


@pytest.fixture
def ticket(shop: Shop, people: People) -> Ticket:
    """A refund of 180.00 for order 1, which rita holds."""
    return claim(shop.refund(), people.rita)


def send(client: Client, ticket: Ticket, move: str, text: str = "", form: str = "edit") -> Any:
    ticket.refresh_from_db()
    sent = {"form": form, "version": str(ticket.version), "idempotency_key": KEY, "text": text}
    return client.post(f"/f/shop/tickets/{ticket.number}/{move}/", sent)


def test_the_change_is_shown_before_anything_is_recorded(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    answered = send(client_of(people.rita), ticket, "edit/review", NARROWED)

    form = answered.context["ticket"].panel.edit
    assert (form.is_open, form.draft) == (True, '{"amount_usd":"20.00","order":1}')
    assert (form.diff.gone, form.diff.new) == (1, 1)
    assert "Record the edit" in answered.content.decode()
    ticket.refresh_from_db()
    assert not is_edited(ticket)


@pytest.mark.parametrize("move", ["edit/review", "edit"])
def test_what_widens_is_refused_by_name_with_the_text_kept(
    ticket: Ticket, people: People, client_of: ClientOf, move: str
) -> None:
    text = '{"amount_usd": "180.01", "order": 1}'

    answered = send(client_of(people.rita), ticket, move, text)

    form = answered.context["ticket"].panel.edit
    assert (answered.status_code, form.text, form.diff) == (422, text, None)
    assert form.problem == (
        "Not recorded. arguments.amount_usd must be a number from 0 to 180.00, got"
        ' "180.01".'
    )  # fmt: skip


def test_a_recorded_edit_says_who_what_and_whose_votes_are_gone(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    purge = shop.purge()
    approve(purge, people.mona, reauthenticated_at=clock.now)
    claim(purge, people.rita)

    send(client_of(people.rita), purge, "edit", NARROWED)

    words = " ".join(page(client_of(people.mona), purge).content.decode().split())
    assert "<b>Rita Okafor</b> edited the arguments at" in words
    assert "Votes given before that count no longer: you." in words
    request = card(client_of(people.mona), purge).request
    purge.refresh_from_db()
    assert request.action_digest == purge.action_digest
    assert request.canonical_json == '{"amount_usd":"20.00","order":1}'


def test_edits_are_taken_back_by_the_holder(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)
    edit(ticket, people.rita, NARROWED)
    offered = card(rita, ticket).panel.edit.back_url

    send(rita, ticket, "edit/back", form="edit-back")

    shown = card(rita, ticket)
    assert offered == f"/f/shop/tickets/{ticket.number}/edit/back/"
    assert (shown.panel.edit.back_url, shown.request.edited.diff) == ("", None)
    assert shown.request.edited.by == "you"


def test_an_edited_approval_reads_as_one_and_can_be_undone(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    edit(ticket, people.rita, NARROWED)
    ticket.refresh_from_db()
    approve(ticket, people.rita)

    panel = card(client_of(people.rita), ticket).panel

    assert (panel.mark.label, panel.ruling.by) == ("Approved with edits", "you")
    assert panel.ruling.note == "The agent is handed the edited arguments; it starts no others."
    assert panel.undo.url
    assert [choice.value for choice in panel.choices] == ["deny"]


def test_whoever_cannot_edit_reads_why(shop: Shop, people: People, client_of: ClientOf) -> None:
    free, bare = shop.refund(), claim(shop.refund(arguments={}), people.rita)
    rita = client_of(people.rita)

    assert card(rita, free).panel.edit.why_off == "Claim it first: only its holder edits it."
    assert card(rita, bare).panel.edit.why_off.startswith("It has no arguments to edit")
    assert card(rita, shop.attempt()).panel.edit is None


def test_what_has_no_arguments_refuses_an_edit_and_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    answered = send(client_of(people.rita), shop.attempt(), "edit/review", NARROWED)

    assert answered.status_code == 422
    panel = answered.context["ticket"].panel
    assert panel.why_unsent.startswith("Not recorded. The arguments must be left out")
    assert (panel.edit, panel.unsent) == (None, NARROWED)


def test_an_edit_whose_lease_or_ticket_has_ended_keeps_its_text(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    free, settled = shop.refund(), shop.refund()
    approve(settled, people.rita)
    rita = client_of(people.rita)
    text = '{"order": 2}'

    off = send(rita, free, "edit/review", '{"order": 1}').content.decode()
    over = send(rita, settled, "edit/review", text).context["ticket"].panel

    assert "readonly data-typed>{&quot;order&quot;: 1}</textarea>" in off
    assert (over.edit, over.unsent) == (None, text)


def test_what_cannot_be_seen_stands_as_an_escape_that_reads_back_the_same() -> None:
    text = editable_text('{"note":"pay \u202eeneg\u200b, dôme \U000e0041"}')

    assert text == '{\n  "note": "pay \\u202eeneg\\u200b, dôme \\udb40\\udc41"\n}'


def test_a_letter_that_poses_stands_as_an_escape_that_reads_back_the_same() -> None:
    text = editable_text('{"to":"p\u0430ypal"}')

    assert text == '{\n  "to": "p\\u0430ypal"\n}'
    assert json.loads(text) == {"to": "p\u0430ypal"}
