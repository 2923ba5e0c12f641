"""Edits on an open ticket page: read before they are voted on, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import TicketPage
from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_holding import EDIT, EDIT_READ, HELD

pytestmark = pytest.mark.browser

TICKET = "/f/payments-prod/tickets/4821/"
PANEL = sample.PANEL


def serve(pages: PageServer, ticket: TicketPage) -> None:
    shown: dict[str, Any] = {"shell": sample.SHELL, "ticket": ticket, "csrf_token": "token"}
    pages.page(TICKET, draw("ticket/page.html", **shown))
    panel = draw("ticket/panel.html", panel=ticket.panel, csrf_token="token")
    pages.page(PANEL.panel_url, panel)


def test_edited_arguments_are_in_sight_before_they_can_be_voted_on(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    asked = replace(PANEL, action_digest="sha256:1")
    serve(pages, replace(sample.TICKET, panel=asked))
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_label("Reason").select_option(label="Amount too high")
    tab.get_by_label("In your words").fill("Too much.")
    tab.get_by_role("button", name="Deny", exact=True).click()
    assert sample.TICKET.request is not None
    request = replace(sample.TICKET.request, canonical_json='{"amount_usd":"490.00"}')
    edited = replace(PANEL, version=4, action_digest="sha256:2")
    serve(pages, replace(sample.TICKET, panel=edited, request=request))

    socket.event(311, "ticket.edited", ticket=PANEL.ticket_id)
    tab.clock.run_for(200)

    change = "The arguments changed: now version 4. Choose again."
    expect(tab.locator("[data-decide] [data-progress]")).to_have_text(change)
    tab.clock.run_for(200)
    expect(tab.locator("[data-announce]")).to_contain_text(change)
    expect(tab.locator("[data-confirm]").first).to_be_hidden()
    expect(tab.get_by_label("Raw arguments")).to_have_text('{"amount_usd":"490.00"}')


def test_a_page_that_cannot_show_edited_arguments_keeps_its_old_version(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages, replace(sample.TICKET, panel=replace(PANEL, action_digest="sha256:1")))
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.on("GET", TICKET, lambda _: Answer("", 503))
    panel = replace(PANEL, version=4, action_digest="sha256:2")
    pages.page(PANEL.panel_url, draw("ticket/panel.html", panel=panel, csrf_token="token"))

    with tab.expect_response(f"**{TICKET}"):
        socket.event(311, "ticket.edited", ticket=PANEL.ticket_id)
        tab.clock.run_for(200)
    tab.clock.run_for(200)

    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", "3")


def test_a_conflict_that_takes_the_form_away_keeps_the_words(tab: Page, pages: PageServer) -> None:
    read = replace(HELD, edit=replace(EDIT_READ, is_typed=True))
    serve(pages, replace(sample.TICKET, panel=read))
    current = {"state": "pending", "resolution": "", "by": "Ben Carter", "reason": "", "version": 4}
    conflict = {"detail": "Ben Carter holds it.", "current": current}
    pages.on("POST", EDIT_READ.url, lambda _: Answer(conflict, 409, "application/problem+json"))
    tab.goto(TICKET)
    off = replace(HELD, version=4, edit=replace(EDIT, why_off="Ben Carter holds it."))
    serve(pages, replace(sample.TICKET, panel=off))

    tab.get_by_role("button", name="Record the edit").click()

    expect(tab.locator("[data-kept-text]")).to_have_text(EDIT_READ.text)
    expect(tab.locator("[data-kept-text]")).to_be_visible()


def test_edits_taken_back_leave_what_was_asked_in_the_field(tab: Page, pages: PageServer) -> None:
    edited = replace(EDIT_READ, draft="", diff=None)
    serve(pages, replace(sample.TICKET, panel=replace(HELD, edit=edited)))
    pages.on("POST", EDIT_READ.back_url, lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    tab.get_by_text("Edit the arguments").click()
    serve(pages, replace(sample.TICKET, panel=replace(HELD, version=4, edit=EDIT)))

    tab.get_by_role("button", name="Take the edits back").click()

    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", "4")
    expect(tab.locator("#edit-text")).to_have_value(EDIT.text)
    expect(tab.locator("[data-kept-text]")).to_be_hidden()
