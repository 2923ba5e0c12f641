"""The page of a webhook in a real browser: its secret is copied, its log draws itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_webhooks as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL

pytestmark = pytest.mark.browser

URL = f"{sample.PLACE}w-1/"
SHOWN = replace(sample.WEBHOOK, seq=310)
RECORDED = {
    "ok": True,
    "recorded_at": "2026-11-22T12:03:04Z",
    "then": "The log shows it within seconds.",
    "in_force": False,
}


def serve(pages: PageServer) -> None:
    context: dict[str, Any] = {"webhook": SHOWN, "csrf_token": "token"}
    pages.page(URL, draw("webhooks/page.html", shell=LIVE_SHELL, **context))
    pages.page("/parts/", draw("webhooks/body.html", **context))


def test_the_secret_is_copied(tab: Page, pages: PageServer) -> None:
    serve(pages)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(URL)

    tab.get_by_role("button", name="Copy the secret").click()

    expect(tab.locator("[data-copied]")).to_have_text("Copied.")
    assert SHOWN.secret is not None
    assert tab.evaluate("navigator.clipboard.readText()") == SHOWN.secret.secret


def test_where_copying_is_forbidden_the_secret_is_selected(tab: Page, pages: PageServer) -> None:
    serve(pages)
    tab.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    tab.goto(URL)

    tab.get_by_role("button", name="Copy the secret").click()

    expect(tab.locator("[data-copied]")).to_contain_text("Not copied: the text is selected")
    assert SHOWN.secret is not None
    assert tab.evaluate("getSelection().toString()") == SHOWN.secret.secret


def test_a_test_that_is_pressed_again_is_another_test(tab: Page, pages: PageServer) -> None:
    serve(pages)
    pages.on("POST", f"{URL}test/", lambda _: Answer(RECORDED, content_type="application/json"))
    tab.goto(URL)
    test = tab.get_by_role("button", name="Send a test")

    test.click()
    expect(tab.locator(".toast")).to_have_count(1)
    test.click()
    expect(tab.locator(".toast")).to_have_count(2)

    keys = [sent.headers["Idempotency-Key"] for sent in pages.sent]
    assert len(set(keys)) == 2
    expect(tab.locator(".toast").first).to_contain_text("The log shows it within seconds.")


def test_the_log_draws_itself_and_keeps_open_what_was_opened(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve(pages)
    tab.goto(URL)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_text("Latest 2 attempts").click()
    first, *others = SHOWN.deliveries
    later = replace(SHOWN, deliveries=(replace(first, then="next try 12:44:00"), *others))
    pages.page("/parts/", draw("webhooks/body.html", webhook=later, csrf_token="token"))

    socket.event(311, "webhook.failing")

    expect(tab.get_by_text("next try 12:44:00")).to_be_visible()
    expect(tab.locator("details[data-held='log-d-2'] ol")).to_be_visible()
