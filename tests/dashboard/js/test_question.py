"""The question before an answer counts, in a real browser: where no script runs, and where the
scripts come only with the page that asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.cards import DecisionPanel
from dashboard.cards.question import Question
from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.js.test_holding import TICKET, serve, serve_panel
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_emergency import CALLABLE

pytestmark = pytest.mark.browser

WORDS = "Matches the retry log."
AGAIN = "The ticket changed: now version 4. Choose again."
QUESTION = Question(
    url=f"{TICKET}decide/",
    asks="Approve exactly these arguments",
    yes="Yes, approve",
    icon="check",
    tone="main",
    words=WORDS,
    fields=(("choice", "approve"), ("reason_text", WORDS)),
)
ASKED = replace(sample.PANEL, question=QUESTION)


def asking(panel: DecisionPanel) -> Answer:
    ticket = replace(sample.TICKET, panel=panel)
    shown: dict[str, Any] = {"shell": sample.SHELL, "ticket": ticket, "csrf_token": "token"}
    return Answer(draw("ticket/page.html", **shown))


def test_without_script_a_decision_takes_two_presses(chromium: Browser, pages: PageServer) -> None:
    serve(pages, sample.PANEL)
    pages.on("POST", f"{TICKET}decide/", lambda _: asking(ASKED))
    context = chromium.new_context(base_url=pages.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(TICKET)
    tab.get_by_label("Reason", exact=True).select_option("checked_source")
    tab.get_by_label("In your words").fill(WORDS)

    tab.get_by_role("button", name="Approve", exact=True).click()
    expect(tab.get_by_text("Approve exactly these arguments?")).to_be_visible()
    # The page that answers asks the same.
    with tab.expect_navigation():
        tab.get_by_role("button", name="Yes, approve").click()
    expect(tab.get_by_text("Approve exactly these arguments?")).to_be_visible()

    sent = [parse_qs(each.body) for each in pages.sent]
    assert [each.get("confirmed") for each in sent] == [None, ["yes"]]
    assert [each["reason_text"] for each in sent] == [[WORDS], [WORDS]]
    context.close()


def test_words_asked_about_move_into_the_form_when_the_ticket_changes(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    pages.page(TICKET, str(asking(ASKED).body))
    serve_panel(pages, sample.PANEL)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    serve_panel(pages, replace(sample.PANEL, version=4))

    socket.event(311, "ticket.edited", ticket=sample.PANEL.ticket_id)

    expect(tab.get_by_label("In your words")).to_have_value(WORDS)
    expect(tab.locator("form[data-decide] [data-progress]")).to_have_text(AGAIN)
    assert pages.sent == []


def test_words_of_an_emergency_asked_about_move_into_no_other_form(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    fields = (("form", "emergency"), ("choice", "emergency"), ("reason_text", WORDS))
    pages.page(TICKET, str(asking(replace(ASKED, question=replace(QUESTION, fields=fields))).body))
    serve_panel(pages, CALLABLE)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    serve_panel(pages, replace(CALLABLE, version=4))

    socket.event(311, "ticket.edited", ticket=CALLABLE.ticket_id)

    expect(tab.get_by_label("What happens if it waits")).to_have_value(WORDS)
    expect(tab.locator("form[data-emergency-form] [data-progress]")).to_have_text(AGAIN)
    expect(tab.get_by_label("In your words")).to_have_value("")
    assert pages.sent == []
