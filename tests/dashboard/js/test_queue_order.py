"""Drawings of a queue's row that overtake each other: the one asked for last is shown."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.js.test_queue_page import LIST, now_listed, serve_queue, serve_row
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

DENIED = replace(
    sample.PUSH_ROW, state="RESOLVED", resolution="denied", version=4,
    ruling=sample.DENIED_ROW.ruling,
)  # fmt: skip
KEY = sample.PUSH_ROW.ticket_id


def test_a_row_asked_for_before_the_list_does_not_replace_what_the_list_drew(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    asked: list[str] = []
    goes_on = threading.Event()

    def late(sent: Sent) -> Answer:
        asked.append(sent.path)
        assert goes_on.wait(timeout=30)
        row = replace(sample.PUSH_ROW, version=3)
        return Answer(draw("queue/row.html", row=row, csrf_token="token"))

    pages.on("GET", DENIED.row_url, late)
    serve_row(pages, replace(sample.RELEASE_ROW, claim=sample.MY_CLAIM))
    pages.on("POST", sample.RELEASE_ROW.claim_url, lambda _: Answer({"ok": True}))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    now_listed(
        pages, 311, *(DENIED if row is sample.PUSH_ROW else row for row in sample.QUEUE.rows)
    )
    socket.event(311, "ticket.resolved", ticket=KEY)
    until(tab, lambda: len(asked) == 1)
    tab.clock.run_for(200)
    row = tab.locator(f"[data-ticket-id='{KEY}']")
    expect(row).to_contain_text("Denied by Ana Ruiz")

    with tab.expect_response(f"**{DENIED.row_url}"):
        goes_on.set()
    # Another row that is drawn after it, so that the silence before is no accident of time.
    tab.get_by_role("button", name="Claim ticket 4818").click()
    expect(tab.locator("[data-number='4818']")).to_contain_text("You, ")

    assert "Denied by Ana Ruiz" in row.inner_text()


def test_a_good_answer_is_shown_though_a_later_one_fails(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    asked: list[str] = []
    goes_on = threading.Event()

    def first_only(sent: Sent) -> Answer:
        asked.append(sent.path)
        if len(asked) > 1:
            return Answer("", status=503)
        assert goes_on.wait(timeout=30)
        return Answer(draw("queue/row.html", row=DENIED, csrf_token="token"))

    pages.on("GET", DENIED.row_url, first_only)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.on("GET", LIST, lambda _: Answer("", status=503))
    socket.event(311, "ticket.resolved", ticket=KEY)
    until(tab, lambda: len(asked) == 1)
    with tab.expect_response(f"**{DENIED.row_url}"):
        socket.event(312, "ticket.note", ticket=KEY)

    goes_on.set()

    expect(tab.locator(f"[data-ticket-id='{KEY}']")).to_contain_text("Denied by Ana Ruiz")
