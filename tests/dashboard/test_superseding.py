"""A superseded ticket leads to the one in its place, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.dashboard.ticket_page import card, page
from tests.escalations.holders import claim, edit

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_the_pages_of_both_tickets_lead_to_each_other(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    former = shop.refund(external_id="r-1")
    new = shop.refund(external_id="r-2", arguments={"order": 7}, supersedes="r-1")
    rita = client_of(people.rita)

    ended, waiting = card(rita, former), card(rita, new)

    assert ended.panel.mark.label == "Superseded"
    assert ended.panel.ruling.note == (
        "Superseded by task r-2: the agent changed its arguments."
    )  # fmt: skip
    assert ended.panel.ruling.next_url == f"/f/shop/tickets/{new.number}/"
    assert ended.panel.ruling.next_label == f"Superseded by #{new.number}"
    assert (waiting.request.former.url, waiting.request.former.number) == (
        f"/f/shop/tickets/{former.number}/",
        former.number,
    )
    log = rita.get("/queue/decided/").content.decode()
    assert "Superseded by task r-2" in log
    assert f'Asked again as <a href="/f/shop/tickets/{new.number}/">#{new.number}</a>.' in log
    assert "whose votes stay there" in page(rita, new).content.decode()


def test_the_new_ticket_shows_what_the_agent_changed_since_the_former(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="r-1", arguments={"order": 7, "note": "twice"}, target="order/7")
    new = shop.refund(
        external_id="r-2",
        arguments={"order": 8, "note": "twice"},
        target="order/8",
        supersedes="r-1",
    )

    former = card(client_of(people.rita), new).request.former

    changed = [line for part in former.diff.parts for line in part.lines if line.mark]
    assert [(line.mark, line.text.strip().rstrip(",")) for line in changed] == [
        ("\N{MINUS SIGN}", '"order": 7'),
        ("+", '"order": 8'),
    ]
    assert [(each.label, each.was, each.now) for each in former.changes] == [
        ("Target", "order/7", "order/8")
    ]


def test_what_people_edited_on_either_ticket_is_not_told_as_the_agents_change(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    amount = {"amount_usd": "500.00", "order": 7}
    first = shop.refund(external_id="r-1", arguments=amount)
    edit(claim(first, people.rita), people.rita, '{"amount_usd": "90.00", "order": 7}')
    second = shop.refund(external_id="r-2", arguments=amount, target="order/8", supersedes="r-1")
    after_edit = card(client_of(people.rita), second).request.former.diff
    edit(claim(second, people.rita), people.rita, '{"amount_usd": "80.00", "order": 7}')
    both_edited = card(client_of(people.rita), second).request.former.diff

    assert (after_edit.is_same, both_edited.is_same) == (True, True)


def test_the_log_leads_from_each_former_ticket_to_the_next(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="r-1", arguments={"order": 6})
    shop.refund(external_id="r-2", arguments={"order": 7}, supersedes="r-1")
    shop.refund(external_id="r-3", arguments={"order": 8}, supersedes="r-2")

    rows = client_of(people.rita).get("/queue/decided/").context["decided"].rows

    assert {row.number: row.ruling.next_label for row in rows} == {1: "#2", 2: "#3"}
