"""Snooze, questions and hand-over on an open ticket page, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import DecisionPanel
from tests.dashboard import sample_cards as sample
from tests.dashboard.page_server import Answer, PageServer, Sent, draw
from tests.dashboard.sample_holding import (
    ASKED,
    BY_OTHERS,
    HELD,
    HOLDING,
    HOLDING_STATES,
    LAST_LEVEL,
)

pytestmark = pytest.mark.browser

TICKET = "/f/payments-prod/tickets/4821/"
PROBLEM = "application/problem+json"


def serve(pages: PageServer, panel: DecisionPanel) -> None:
    ticket = replace(sample.TICKET, panel=panel)
    shown: dict[str, Any] = {"shell": sample.SHELL, "ticket": ticket, "csrf_token": "token"}
    pages.page(TICKET, draw("ticket/page.html", **shown))
    serve_panel(pages, panel)


def serve_panel(pages: PageServer, panel: DecisionPanel) -> None:
    pages.page(panel.panel_url, draw("ticket/panel.html", panel=panel, csrf_token="token"))


def test_the_snooze_key_goes_to_the_times_and_commits_nothing(tab: Page, pages: PageServer) -> None:
    serve(pages, HELD)
    tab.goto(TICKET)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()

    tab.keyboard.press("o")

    expect(tab.get_by_label("Until when")).to_be_focused()
    assert pages.sent == []


def test_the_snooze_key_goes_to_the_reason_why_it_is_off(tab: Page, pages: PageServer) -> None:
    serve(pages, replace(HELD, holding=BY_OTHERS))
    tab.goto(TICKET)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()

    tab.keyboard.press("o")

    expect(tab.get_by_text("Critical tickets cannot wait.")).to_be_visible()
    expect(tab.get_by_role("button", name="Snooze", exact=True)).to_be_focused()


def test_the_key_of_the_next_level_goes_to_the_reason_and_commits_nothing(
    tab: Page, pages: PageServer
) -> None:
    serve(pages, HELD)
    tab.goto(TICKET)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()

    tab.keyboard.press("e")

    expect(tab.get_by_label("Why it cannot wait")).to_be_focused()
    expect(tab.get_by_text("This calls level 2 at once: Ana Ruiz, Mona Keller.")).to_be_visible()
    assert pages.sent == []


def test_a_level_called_by_hand_is_said_and_its_form_is_off(tab: Page, pages: PageServer) -> None:
    def called(_: Sent) -> Answer:
        # Not before: a page that looks meanwhile would find its form gone.
        serve_panel(pages, LAST_LEVEL)
        return Answer({"ok": True})

    serve(pages, HELD)
    pages.on("POST", f"{TICKET}escalate/", called)
    tab.goto(TICKET)
    tab.get_by_text("Escalate", exact=True).click()
    tab.get_by_label("Why it cannot wait").fill("Too large for me.")

    tab.get_by_role("button", name="Call the next level").click()

    expect(tab.get_by_text("Rita called level 3: Too large for me.")).to_be_visible()
    expect(tab.get_by_text("Escalate", exact=True)).to_be_focused()
    [sent] = pages.sent
    assert "Too large for me." in sent.body
    assert 'name="level"\r\n\r\n2\r\n' in sent.body


def test_a_recorded_question_draws_the_thread(tab: Page, pages: PageServer) -> None:
    serve(pages, HELD)
    pages.on("POST", f"{TICKET}ask/", lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    tab.get_by_text("Ask the agent").click()
    tab.get_by_label("Question").fill("Why twice?")
    serve_panel(pages, replace(HELD, version=4, holding=ASKED))

    tab.get_by_role("button", name="Ask", exact=True).click()

    expect(tab.get_by_text("Said while it waits")).to_be_visible()
    expect(tab.get_by_text("A question waits for its answer already.")).to_be_hidden()
    expect(tab.get_by_text("Ask the agent")).to_be_focused()
    [sent] = pages.sent
    assert "Why twice?" in sent.body
    assert sent.headers["Idempotency-Key"]


def test_a_refusal_stays_in_its_form_with_the_words(tab: Page, pages: PageServer) -> None:
    serve(pages, HELD)
    refusal = {"detail": "Omar Haddad cannot take it.", "field": "to"}
    pages.on("POST", f"{TICKET}reassign/", lambda _: Answer(refusal, 422, PROBLEM))
    tab.goto(TICKET)
    tab.get_by_text("Hand over").first.click()
    tab.get_by_label("A word to them").fill("Yours?")

    tab.get_by_role("button", name="Hand over", exact=True).click()

    expect(tab.get_by_text("Not recorded. Omar Haddad cannot take it.")).to_be_visible()
    expect(tab.get_by_label("A word to them")).to_have_value("Yours?")


def test_a_lost_answer_is_sent_again_with_the_same_key(tab: Page, pages: PageServer) -> None:
    serve(pages, HELD)
    answers = [Answer("", 503), Answer({"ok": True})]
    pages.on("POST", f"{TICKET}snooze/", lambda _: answers.pop(0))
    tab.goto(TICKET)
    tab.keyboard.press("o")
    tab.get_by_role("button", name="Snooze", exact=True).click()

    tab.get_by_role("button", name="Try again").click()

    # The button is gone before the answer is there.
    expect(tab.locator("[data-announce]")).to_have_text("Recorded.")
    expect(tab.get_by_role("button", name="Try again")).to_have_count(0)
    first, again = pages.sent
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"]


def test_words_survive_what_others_do(tab: Page, pages: PageServer) -> None:
    serve(pages, HELD)
    pages.on("POST", HELD.release_claim_url, lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    tab.get_by_text("Ask the agent").click()
    tab.get_by_label("Question").fill("Why twice?")
    serve_panel(pages, replace(HELD, version=4, holding=HOLDING, eligible=("Omar",)))

    tab.get_by_role("button", name="Let go").click()

    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", "4")
    expect(tab.get_by_label("Question")).to_have_value("Why twice?")
    expect(tab.get_by_label("Question")).to_be_visible()


def test_a_snoozed_ticket_is_woken_in_place(tab: Page, pages: PageServer) -> None:
    serve(pages, HOLDING_STATES["snoozed"].panel)
    pages.on("POST", f"{TICKET}wake/", lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    serve_panel(pages, replace(HELD, version=4))

    tab.get_by_role("button", name="Wake it").click()

    expect(tab.locator("[data-snoozed]")).to_have_count(0)
