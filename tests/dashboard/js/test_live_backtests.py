"""A backtest on an open page: how far it is and what it found come without loading the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_backtests import (
    BACKTEST_LOOSENS,
    BACKTEST_RUNNING,
    BACKTESTS,
    HERE,
    JOB,
)

pytestmark = pytest.mark.browser

RUNNING = replace(BACKTEST_RUNNING, seq=310, is_busy=True)


def shown(template: str, card: Any) -> str:
    return draw(template, backtest=card, backtests=card, shell=LIVE_SHELL, csrf_token="token")


def opened(tab: Page, pages: PageServer, template: str, card: Any) -> None:
    pages.page("/", shown(template, card))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.evaluate("() => { window.neverReloaded = true }")


def test_progress_and_then_the_report_come_by_themselves(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    further = replace(RUNNING, job=replace(JOB, share=0.8))
    pages.page("/parts/", shown("backtest/body.html", further))
    opened(tab, pages, "backtest/page.html", RUNNING)

    expect(tab.get_by_text("A backtest runs, deciding again: 80 % done.")).to_be_visible()
    pages.page("/parts/", shown("backtest/body.html", replace(BACKTEST_LOOSENS, seq=310)))

    expect(tab.get_by_role("heading", name="Both halves")).to_be_visible()
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    assert tab.evaluate("() => window.neverReloaded")


def test_what_is_asked_for_is_followed_at_once(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    answer = {"ok": True, "recorded_at": "2026-11-22T12:02:52.000Z", "then": "", "in_force": False}
    pages.on("POST", f"{HERE}ask/", lambda _: Answer(answer))
    busy = replace(BACKTESTS, seq=310, is_busy=True, job=JOB)
    pages.page("/parts/", shown("backtest/list.html", busy))
    opened(tab, pages, "backtest/index.html", replace(BACKTESTS, seq=310))

    tab.get_by_label("Which part of the record").select_option("30")
    tab.get_by_role("button", name="Run a backtest").click()

    expect(tab.get_by_text("A backtest runs, deciding again: 42 % done.")).to_be_visible()
    further = replace(busy, job=replace(JOB, share=0.9))
    pages.page("/parts/", shown("backtest/list.html", further))
    expect(tab.get_by_text("A backtest runs, deciding again: 90 % done.")).to_be_visible()
    expect(tab.get_by_label("Which part of the record")).to_have_value("30")
    assert tab.evaluate("() => window.neverReloaded")


def test_who_cancelled_it_is_told_to_who_asked(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    told = "Asked for by Adam Weiss. Cancelled by Ben Ortiz at 12:03:04 UTC: nothing was stored."
    ended = replace(RUNNING, is_busy=False, job=None, told=told)
    pages.page("/parts/", shown("backtest/body.html", ended))

    opened(tab, pages, "backtest/page.html", RUNNING)

    expect(tab.get_by_text(told)).to_be_visible()
    expect(tab.get_by_role("button", name="Cancel it")).to_have_count(0)
