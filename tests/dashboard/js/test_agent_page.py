"""The live agent page in a real browser."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.agent_page import AgentPage
from tests.dashboard import sample_agents as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

FROZEN = replace(
    sample.AGENT_STATES["frozen"],
    panel=replace(sample.panel(sample.FREEZE, sample.RELEASE), url="/control/"),
)
THAWED = replace(
    FROZEN, seq=311, status=sample.PROBATION, panel=replace(sample.panel(sample.FREEZE), url="/c/")
)


def serve(pages: PageServer, agent: AgentPage = FROZEN) -> None:
    shown: dict[str, Any] = {"shell": sample.LIVE_SHELL, "agent": agent, "csrf_token": "token"}
    pages.page("/", draw("agent/page.html", **shown))
    now_drawn(pages, agent)


def now_drawn(pages: PageServer, agent: AgentPage) -> None:
    pages.page(agent.parts_url, draw("agent/body.html", agent=agent, csrf_token="token"))


def open_live(tab: Page) -> None:
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


def test_a_move_redraws_what_changed_and_keeps_what_was_typed(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    open_live(tab)
    tab.evaluate("() => { document.querySelector('[data-part=trust]').dataset.same = 'yes' }")
    tab.get_by_label("Reason").fill("I saw it")
    now_drawn(pages, THAWED)

    socket.event(311, "breaker.probation_started", agent=FROZEN.agent_id)
    tab.clock.run_for(200)

    expect(tab.locator('[data-part="breaker"]')).to_contain_text("4 of 7 clean probes")
    expect(tab.get_by_role("button", name="Release")).to_have_count(0)
    expect(tab.get_by_label("Reason")).to_have_value("I saw it")
    expect(tab.get_by_label("Reason")).to_be_focused()
    expect(tab.locator('[data-part="trust"]')).to_have_attribute("data-same", "yes")


def test_events_of_other_agents_change_nothing(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    open_live(tab)
    now_drawn(pages, THAWED)

    socket.event(311, "breaker.closed", agent="0193a1b2-0000-7000-8000-000000009999")
    tab.clock.run_for(200)
    tab.wait_for_load_state("networkidle")

    expect(tab.locator('[data-part="breaker"]')).to_contain_text("Frozen")


def test_a_release_is_told_and_brings_a_new_key(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    said = {"ok": True, "recorded_at": "2026-11-22T12:03:04Z", "then": "", "in_force": True}
    pages.on("POST", "/control/", lambda _: Answer(said))
    open_live(tab)
    next_panel = replace(FROZEN.panel, idempotency_key="another-key")
    now_drawn(pages, replace(FROZEN, panel=next_panel))

    tab.get_by_label("Reason").fill("Upstream is back.")
    tab.get_by_role("button", name="Release").click()

    expect(tab.locator(".toast")).to_contain_text("In force since 12:03:04")
    expect(tab.locator('[name="idempotency_key"][value="another-key"]')).to_have_count(1)
    expect(tab.get_by_label("Reason")).to_have_value("")


def test_a_control_that_is_off_says_why_and_sends_nothing(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages, replace(FROZEN, panel=sample.panel(sample.FREEZE, sample.RESUME)))
    open_live(tab)

    off = tab.get_by_role("button", name="Resume")
    off.focus()
    off.press("Enter")

    expect(off).to_have_attribute("aria-disabled", "true")
    expect(off).to_have_accessible_description(
        "Only a manager or an admin may resume a paused agent; you are a reviewer."
    )
    assert pages.sent == []


def test_words_stay_where_a_control_was_refused(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    refusal = {"detail": "Only a manager may.", "title": "Not permitted"}
    pages.on("POST", "/control/", lambda _: Answer(refusal, 403, "application/problem+json"))
    open_live(tab)

    tab.get_by_label("Reason").fill("My words")
    tab.get_by_role("button", name="Release").click()

    expect(tab.locator("[data-problem]")).to_contain_text("Not recorded. Only a manager may.")
    expect(tab.get_by_label("Reason")).to_have_value("My words")


def test_a_refusal_is_written_into_the_form_that_was_drawn_meanwhile(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    drawn_again = threading.Event()

    def refuse(_: Sent) -> Answer:
        assert drawn_again.wait(timeout=30)
        return Answer({"detail": "Only a manager may."}, 403, "application/problem+json")

    pages.on("POST", "/control/", refuse)
    open_live(tab)
    now_drawn(pages, replace(THAWED, panel=replace(THAWED.panel, url="/control/")))
    tab.get_by_label("Reason").fill("My words")

    tab.get_by_role("button", name="Release").click()
    socket.event(311, "breaker.probation_started", agent=FROZEN.agent_id)
    expect(tab.get_by_role("button", name="Release")).to_have_count(0)
    drawn_again.set()

    expect(tab.locator("[data-problem]")).to_contain_text("Not recorded. Only a manager may.")
