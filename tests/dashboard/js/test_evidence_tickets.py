"""Deciding a drift, an audit and a cascade in a real browser, by keyboard and by pointer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard.js.test_announcements import opened_still
from tests.dashboard.js.test_ticket_page import PANEL, RECORDED, TICKET, sent_field, serve_ticket
from tests.dashboard.page_server import Answer, PageServer

pytestmark = pytest.mark.browser


def open_ticket(tab: Page, pages: PageServer, state: str) -> None:
    serve_ticket(pages, states.TICKET_STATES[state])
    pages.on("POST", PANEL.decide_url, lambda _: Answer(RECORDED))
    tab.goto(TICKET)


def test_a_drift_is_rebaselined_by_its_letter_and_a_confirmation(
    tab: Page, pages: PageServer
) -> None:
    open_ticket(tab, pages, "drift")

    tab.keyboard.press("b")
    expect(tab.get_by_label("Reason")).to_be_focused()
    tab.get_by_label("Reason").select_option(label="The work changed")
    tab.get_by_label("In your words").fill("The archive moved.")
    tab.get_by_role("button", name="Re-baseline", exact=True).click()
    tab.get_by_role("button", name="Yes, re-baseline").click()

    expect(tab.locator("[data-recorded]")).to_have_text("Recorded 12:03:04.")
    [sent] = pages.sent
    assert [sent_field(sent, name) for name in ("choice", "reason_code", "version")] == [
        "rebaseline",
        "work_changed",
        "3",
    ]


def test_what_is_announced_ends_as_the_ticket_would(tab: Page, pages: PageServer) -> None:
    drift = states.TICKET_STATES["drift"]
    early = replace(drift.panel, countdown=sample.countdown(452, 900))
    serve_ticket(pages, replace(drift, panel=early))
    opened_still(tab, TICKET)

    tab.clock.run_for(3_000)

    expect(tab.locator("[data-announce]")).to_have_text(
        "7:30 left to decide. Then it expires, and the alarm stays open."
    )


def test_what_a_reviewer_may_not_do_says_why_beside_it(tab: Page, pages: PageServer) -> None:
    open_ticket(tab, pages, "drift")

    expect(tab.get_by_text("Lower mandate is off:")).to_be_visible()
    expect(tab.get_by_text("This needs a manager; you are a reviewer.")).to_be_visible()


def test_an_audit_is_failed_and_its_score_stays_hidden(tab: Page, pages: PageServer) -> None:
    open_ticket(tab, pages, "audit")

    expect(tab.get_by_text("Its score is hidden")).to_be_visible()
    expect(tab.get_by_text("n\u00a0=\u00a0")).to_have_count(0)
    tab.get_by_label("Reason").select_option(label="It is wrong")
    tab.get_by_label("In your words").fill("Refunded twice.")
    tab.get_by_role("button", name="Fail", exact=True).click()
    expect(tab.get_by_text("Say that this work was bad, whatever was reported?")).to_be_visible()
    tab.get_by_role("button", name="Yes, fail").click()

    expect(tab.locator("[data-recorded]")).to_be_visible()
    assert sent_field(pages.sent[0], "choice") == "fail"


def test_a_cascade_is_settled_for_the_tasks_that_are_ticked(tab: Page, pages: PageServer) -> None:
    open_ticket(tab, pages, "cascade")

    tab.get_by_label("Check 0 · shop-bot, Low", exact=True).check()
    tab.get_by_label("Reason").select_option(label="Input is spoiled")
    tab.get_by_label("In your words").fill("Made from wrong figures.")
    tab.get_by_role("button", name="Cancel", exact=True).click()
    tab.get_by_role("button", name="Yes, cancel").click()

    expect(tab.locator("[data-recorded]")).to_be_visible()
    [sent] = pages.sent
    assert (sent_field(sent, "choice"), sent_field(sent, "tasks")) == ("cancel", "t-4")
    assert "t-5" not in sent.body


@pytest.mark.parametrize("state", ["drift", "audit", "cascade"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_of_it_hangs_over_the_edge(
    tab: Page, pages: PageServer, state: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    open_ticket(tab, pages, state)

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
