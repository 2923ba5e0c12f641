from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.services.claims import ticket_claim

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

SAME: dict[str, Any] = {"arguments": {"order": 7}, "target": "order/7"}


@pytest.fixture
def rita(people: People, client_of: ClientOf) -> Client:
    return client_of(people.rita)


def queue_of(client: Client, url: str = "/queue/", **fields: str) -> Any:
    return client.get(url, fields).context["queue"]


def titles(queue: Any) -> list[str]:
    return [row.title for row in queue.rows]


def test_less_urgent_tickets_are_a_page_away(
    shop: Shop, rita: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.queue.PAGE_SIZE", 2)
    for number in (1, 2, 3):
        shop.refund(title=f"Number {number}")

    first = queue_of(rita)
    clock.forward(seconds=30)
    second = queue_of(rita, first.next_url)

    assert [titles(first), titles(second)] == [["Number 1", "Number 2"], ["Number 3"]]
    assert (first.first_url, second.next_url, second.first_url) == ("", "", "/queue/")
    assert (first.waiting, second.waiting) == (3, 3)


def test_a_page_is_taken_again_from_where_it_begins(
    shop: Shop, rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.queue.PAGE_SIZE", 1)
    shop.refund(title="Number 1")
    shop.refund(title="Number 2")
    second = queue_of(rita, queue_of(rita).next_url)

    again = queue_of(rita, second.list_url)

    assert second.list_url.startswith("/queue/rows/?after=")
    assert titles(again) == ["Number 2"]


def test_filters_are_kept_from_page_to_page_and_by_each_other(
    shop: Shop, rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.queue.PAGE_SIZE", 1)
    shop.refund(title="Number 1")
    shop.refund(title="Number 2")

    queue = queue_of(rita, view="unassigned", risk="HIGH", kind="task", q="Number refund")

    kept = "view=unassigned&risk=HIGH&kind=task&q=Number+refund"
    assert queue.list_url == f"/queue/rows/?{kept}"
    assert queue.next_url.startswith(f"/queue/?{kept}&after=")
    assert queue.rows[0].row_url == f"/f/shop/tickets/1/row/?{kept}"
    assert [link.url for link in queue.filters.views if link.label == "Mine"] == [
        "/queue/?view=mine&risk=HIGH&kind=task&q=Number+refund"
    ]


def test_what_is_chosen_is_marked(shop: Shop, rita: Client) -> None:
    response = rita.get("/queue/?view=expiring&risk=HIGH&kind=task&q=order")

    page = response.content.decode()
    assert page.count('aria-current="true">Expiring</a>') == 1
    assert '<option value="HIGH" selected>High</option>' in page
    assert '<option value="task" selected>Tasks</option>' in page
    assert 'value="order"' in page


def test_only_what_one_claimed_is_mine(shop: Shop, people: People, rita: Client) -> None:
    claimed = shop.refund(title="Claimed")
    shop.refund(title="Free")
    ticket_claim(ticket_id=claimed.pk, user=people.rita, expected_version=claimed.version)

    assert titles(queue_of(rita, view="mine")) == ["Claimed"]


def test_an_empty_result_names_its_filters_and_offers_to_clear_them(
    shop: Shop, rita: Client
) -> None:
    shop.refund()
    shop.refund()

    page = rita.get("/queue/?view=mine&q=nowhere").content.decode()

    assert "No ticket matches." in page
    assert "claimed by you and found by “nowhere”" in page
    assert '<a href="/queue/">Show all 2 you can decide</a>' in page
    assert "Nothing waiting." not in page


def test_where_nothing_waits_no_filter_is_to_blame(shop: Shop, rita: Client) -> None:
    assert "Nothing waiting." in rita.get("/queue/?view=mine").content.decode()


def test_the_number_on_the_bar_is_of_all_that_waits(shop: Shop, rita: Client) -> None:
    shop.refund()

    page = rita.get("/queue/?view=mine").content.decode()

    assert 'data-waiting-count="1">0 of 1\u00a0ticket waiting' in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("view=yours", "There is no view “yours”"),
        ("risk=high", "There is no risk “high”"),
        ("kind=lunch", "There is no kind “lunch”"),
        (
            "group=task.sha256:7",
            "The address names requests of the same action in a way that cannot",
        ),
        ("after=20260302", "The address names a page that cannot be read: this is the first."),
        ("q=%00", "The search holds a character that no ticket can"),
        (f"q={'long' * 31}", "The search has 124 characters, at most 120 are searched for"),
    ],
)
def test_what_an_address_mangles_is_told_and_narrows_nothing(
    shop: Shop, rita: Client, query: str, sentence: str
) -> None:
    shop.refund()

    response = rita.get(f"/queue/?{query}")

    assert sentence in response.content.decode()
    assert len(response.context["queue"].rows) == 1


def test_hidden_characters_of_an_address_are_named(shop: Shop, rita: Client) -> None:
    page = rita.get("/queue/", {"view": "\u202eenim"}).content.decode()

    assert "\u202e" not in page


def test_identical_requests_unfold_to_a_row_each(shop: Shop, rita: Client) -> None:
    for number in (1, 2):
        shop.refund(external_id=f"same-{number}", **SAME)
    shop.refund(title="Another")
    row, other = queue_of(rita).rows

    group = queue_of(rita, row.group_url)

    assert (row.group_size, other.group_size, other.group_url) == (2, 1, "")
    assert [(each.number, each.group_size) for each in group.rows] == [(1, 1), (2, 1)]
    assert group.filters.group_of == "/f/shop/queue/"


@pytest.mark.parametrize(("query", "size"), [("", 2), ("?view=mine", 1)])
def test_a_row_drawn_again_counts_its_group_as_the_list_does(
    shop: Shop, people: People, rita: Client, query: str, size: int
) -> None:
    first = shop.refund(external_id="same-1", **SAME)
    shop.refund(external_id="same-2", **SAME)
    ticket_claim(ticket_id=first.pk, user=people.rita, expected_version=first.version)
    (listed,) = queue_of(rita, f"/queue/{query}").rows

    again = rita.get(listed.row_url).context["row"]

    assert (listed.group_size, again.group_size) == (size, size)
    assert again.sign == listed.sign
