"""Webhooks on a live page: the log moves by itself, and takes nothing from who types beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_webhooks import PLACE, REFUSED, WEBHOOK, WEBHOOKS

pytestmark = pytest.mark.browser


def shown(template: str, card: Any) -> str:
    return draw(template, webhooks=card, webhook=card, shell=LIVE_SHELL, csrf_token="token")


def test_a_refused_form_keeps_what_was_typed_while_the_list_moves(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    pages.page("/", shown("webhooks/index.html", replace(REFUSED, seq=310)))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.page("/parts/", shown("webhooks/list.html", replace(WEBHOOKS, seq=311)))

    socket.event(311, "webhook.failing")

    expect(tab.get_by_text("Last taken 12:03:04 UTC.")).to_be_visible()
    expect(tab.get_by_label("Where to")).to_have_value("http://siem.example.org/")
    expect(tab.get_by_text("url must be https")).to_be_visible()


def test_why_a_test_was_refused_stays_while_the_log_moves(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    quiet = replace(WEBHOOK, deliveries=(), secret=None, seq=310)
    pages.page("/", shown("webhooks/page.html", quiet))
    problem = {"title": "Busy", "detail": "100 messages wait already.", "code": "waiting_most"}
    pages.on("POST", f"{PLACE}w-1/test/", lambda _: Answer(problem, status=422))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_label("Where to").fill("https://other.example.org/")
    tab.get_by_role("button", name="Send a test").click()
    expect(tab.get_by_text("100 messages wait already.")).to_be_visible()
    pages.page("/parts/", shown("webhooks/body.html", replace(WEBHOOK, secret=None, seq=311)))

    socket.event(311, "webhook.failing")

    expect(tab.locator("#d-d-1")).to_be_visible()
    expect(tab.get_by_text("100 messages wait already.")).to_be_visible()
    expect(tab.get_by_label("Where to")).to_have_value("https://other.example.org/")
