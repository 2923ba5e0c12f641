"""The live queue in a real browser: what a person sees when the server speaks."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import QueuePage, TicketRow
from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

LIST = "/queue/"
NEW_ROW = replace(
    sample.COPY_ROW,
    ticket_id="0193a1b2-0000-7000-8000-000000004900",
    number=4900,
    title="Grant admin to a contractor",
    row_url="/f/payments-prod/tickets/4900/row/",
)


def serve_queue(pages: PageServer, queue: QueuePage) -> None:
    """Answer the page, and from now on its list, with this queue."""
    shown: dict[str, Any] = {"shell": sample.SHELL, "queue": queue, "csrf_token": "token"}
    pages.page("/", draw("queue/index.html", **shown))
    pages.page(LIST, draw("queue/list.html", queue=queue, csrf_token="token"))


def serve_row(pages: PageServer, row: TicketRow) -> None:
    pages.page(row.row_url, draw("queue/row.html", row=row, csrf_token="token"))


def now_listed(pages: PageServer, seq: int, *rows: TicketRow) -> None:
    queue = replace(
        sample.QUEUE, rows=rows, seqs={"payments-prod": seq}, waiting=len(rows), matching=len(rows)
    )
    pages.page(LIST, draw("queue/list.html", queue=queue, csrf_token="token"))


def test_a_new_ticket_waits_behind_the_button(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    now_listed(pages, 311, NEW_ROW, *sample.QUEUE.rows)

    socket.event(311, "ticket.opened", ticket=NEW_ROW.ticket_id)
    tab.clock.run_for(200)

    expect(tab.get_by_role("button", name="Show 1 new ticket")).to_be_visible()
    assert tab.get_by_text("Grant admin").count() == 0


@pytest.mark.parametrize("width", [1440, 360])
def test_the_button_moves_no_row(tab: Page, pages: PageServer, socket: Socket, width: int) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    before = tab.locator("[data-row]").first.bounding_box()
    now_listed(pages, 311, NEW_ROW, *sample.QUEUE.rows)

    socket.event(311, "ticket.opened", ticket=NEW_ROW.ticket_id)
    tab.clock.run_for(200)

    expect(tab.get_by_role("button", name="Show 1 new ticket")).to_be_visible()
    assert tab.locator("[data-row]").first.bounding_box() == before


def test_the_button_shows_the_new_ticket_in_its_place(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    now_listed(pages, 311, NEW_ROW, *sample.QUEUE.rows)
    socket.event(311, "ticket.opened", ticket=NEW_ROW.ticket_id)
    tab.clock.run_for(200)

    tab.get_by_role("button", name="Show 1 new ticket").click()

    expect(tab.locator("[data-row]").first).to_contain_text("Grant admin to a contractor")
    expect(tab.get_by_role("link", name="Grant admin to a contractor")).to_be_focused()
    expect(tab.locator("[data-waiting]")).to_have_text("6")


def test_the_first_ticket_of_an_empty_queue_needs_no_click(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.EMPTY_QUEUE)
    tab.goto("/")
    expect(tab.get_by_text("Nothing waiting.")).to_be_visible()
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    now_listed(pages, 311, NEW_ROW)

    socket.event(311, "ticket.opened", ticket=NEW_ROW.ticket_id)
    tab.clock.run_for(200)

    expect(tab.get_by_role("link", name="Grant admin to a contractor")).to_be_visible()


def test_a_decided_row_is_greyed_where_it_stands(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    denied = replace(
        sample.PUSH_ROW, state="RESOLVED", resolution="denied", version=4,
        ruling=sample.DENIED_ROW.ruling,
    )  # fmt: skip
    serve_row(pages, denied)
    others = [row for row in sample.QUEUE.rows if row is not sample.PUSH_ROW]
    queue = replace(sample.QUEUE, rows=tuple(others), decided=(denied,))
    pages.page(LIST, draw("queue/list.html", queue=queue, csrf_token="token"))

    socket.event(311, "ticket.resolved", ticket=denied.ticket_id)

    expect(tab.locator("[data-row]").nth(1)).to_contain_text("Denied by Ana Ruiz at 12:01:40")


def test_a_row_that_was_asked_for_before_replaces_no_newer_one(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    denied = replace(
        sample.PUSH_ROW, state="RESOLVED", resolution="denied", version=4,
        ruling=sample.DENIED_ROW.ruling,
    )  # fmt: skip
    serve_row(pages, replace(sample.RELEASE_ROW, claim=sample.MY_CLAIM))
    pages.on("POST", sample.RELEASE_ROW.claim_url, lambda _: Answer({"ok": True}))
    asked: list[str] = []
    goes_on = threading.Event()

    def drawn(sent: Sent) -> Answer:
        asked.append(sent.path)
        row = denied
        if len(asked) == 1:
            assert goes_on.wait(timeout=30)
            row = replace(sample.PUSH_ROW, version=3)
        return Answer(draw("queue/row.html", row=row, csrf_token="token"))

    pages.on("GET", denied.row_url, drawn)
    # No list is taken where no time passes.
    tab.clock.pause_at(sample.NOW + timedelta(hours=1))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    socket.event(311, "ticket.claimed", ticket=denied.ticket_id)
    until(tab, lambda: len(asked) == 1)
    socket.event(312, "ticket.resolved", ticket=denied.ticket_id)
    expect(tab.locator("[data-row]").nth(1)).to_contain_text("Denied by Ana Ruiz")

    with tab.expect_response(f"**{denied.row_url}"):
        goes_on.set()
    # Another row that is drawn after it, so that the silence before is no accident of time.
    tab.get_by_role("button", name="Claim ticket 4818").click()
    expect(tab.locator("[data-number='4818']")).to_contain_text("You, ")

    expect(tab.locator("[data-row]").nth(1)).to_contain_text("Denied by Ana Ruiz")


def test_a_decided_row_leaves_after_a_minute_but_not_from_under_the_pointer(
    tab: Page, pages: PageServer
) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_text("Delete 40 rows").hover()
    tab.clock.run_for(66_000)
    kept = tab.get_by_text("Delete 40 rows").count()

    tab.mouse.move(700, 5)
    tab.clock.run_for(6_000)

    assert (kept, tab.get_by_text("Delete 40 rows").count()) == (1, 0)


def test_keys_walk_and_open_but_stay_silent_while_typing(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    pages.page(sample.PUSH_ROW.url, "<title>ticket</title>")
    tab.goto("/")
    expect(tab.locator("[data-keys-switch]")).to_have_text("Keys are on")

    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.keyboard.press("d")

    tab.wait_for_url(f"**{sample.PUSH_ROW.url}#deny")


def test_asking_for_the_keys_and_enter_leave_them_on(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")
    expect(tab.locator("[data-keys-switch]")).to_have_text("Keys are on")

    tab.keyboard.press("?")
    expect(tab.get_by_role("heading", name="Keys")).to_be_focused()
    tab.keyboard.press("Enter")

    expect(tab.locator("[data-keys-switch]")).to_have_text("Keys are on")


def test_keys_can_be_switched_off(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    pages.on("POST", "/keys/", lambda _: Answer({"ok": True, "on": False}))
    tab.goto("/")
    tab.get_by_role("button", name="Keys are on").click()
    expect(tab.get_by_role("button", name="Keys are off")).to_be_visible()

    tab.keyboard.press("j")

    assert tab.locator("[data-current]").count() == 0
    assert "off" in pages.sent[0].body


def test_keys_stay_on_where_the_switch_is_not_recorded(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    pages.on("POST", "/keys/", lambda _: Answer("", 503))
    tab.goto("/")

    tab.get_by_role("button", name="Keys are on").click()

    expect(tab.get_by_text("Not recorded: the server answered 503")).to_be_visible()
    expect(tab.get_by_role("button", name="Keys are on")).to_be_visible()


def test_a_claim_needs_no_reload(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    claimed = replace(sample.RELEASE_ROW, claim=sample.MY_CLAIM)
    pages.on("POST", sample.RELEASE_ROW.claim_url, lambda _: Answer({"ok": True}))
    serve_row(pages, claimed)
    tab.goto("/")

    tab.get_by_role("button", name="Claim ticket 4818").click()

    expect(tab.locator("[data-number='4818']")).to_contain_text("You, ")


def test_a_refused_claim_says_who_holds_it(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    serve_row(pages, replace(sample.RELEASE_ROW, claim=sample.BENS_CLAIM))
    refusal = {"detail": "Ben works on ticket #4818 until 12:09:32 UTC."}
    pages.on("POST", sample.RELEASE_ROW.claim_url, lambda _: Answer(refusal, status=423))
    tab.goto("/")

    tab.get_by_role("button", name="Claim ticket 4818").click()

    expect(tab.locator("[data-toasts]")).to_contain_text("Ben works on ticket #4818")


def test_clocks_step_with_the_servers_time(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    # The machine's clock is an hour ahead, and stands still while the page loads.
    tab.clock.pause_at(sample.NOW + timedelta(hours=1))
    tab.goto("/")

    tab.clock.run_for(128_000)

    left = tab.locator("[data-number='4821'] .q-risk [data-left]")

    expect(tab.locator("[data-clock]")).to_have_text("12:05:00 UTC")
    expect(left).to_have_text("2:04")


def test_the_theme_is_chosen_without_a_flash(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    tab.goto("/")

    tab.get_by_text("your menu").locator("..").click()
    tab.get_by_role("button", name="Dark").click()

    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    assert [(c["name"], c["value"]) for c in tab.context.cookies()] == [("theme", "dark")]
    assert 'data-theme="dark"' in draw("404.html", theme="dark")


def test_why_a_row_cannot_be_claimed_covers_nothing_on_a_phone(
    tab: Page, pages: PageServer
) -> None:
    why = "The last approval must come from a manager."
    barred = replace(sample.INCIDENT_ROW, why_no_claim=why)
    serve_queue(pages, replace(sample.QUEUE, rows=(barred,), decided=()))
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto("/")

    tags = tab.locator("[data-row] .q-risk > *").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    claim = tab.get_by_text(why).bounding_box()

    assert claim
    assert max(tags) <= claim["x"]
