"""The pages of keys in a real browser: a secret is copied, agents are found and added."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_keys as sample
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL

pytestmark = pytest.mark.browser

URL = sample.PLACE


def test_the_key_and_the_command_that_tries_it_are_copied(tab: Page, pages: PageServer) -> None:
    shown = draw("keys/page.html", shell=LIVE_SHELL, key=sample.KEY, csrf_token="token")
    pages.page(URL, shown)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(URL)

    tab.get_by_role("button", name="Copy the command").click()

    expect(tab.locator("[data-copied]").nth(1)).to_have_text("Copied.")
    assert sample.KEY.secret is not None
    assert tab.evaluate("navigator.clipboard.readText()") == sample.KEY.secret.curl


def test_an_agent_is_added_once_and_the_form_stays(tab: Page, pages: PageServer) -> None:
    shown = draw("keys/index.html", shell=LIVE_SHELL, keys=sample.KEYS, csrf_token="token")
    pages.page(URL, shown)
    tab.goto(URL)
    tab.get_by_text("Only for some agents").click()
    field, listed = tab.get_by_label("Find an agent"), tab.get_by_label("External ids, one a line")

    field.fill("refund-bot")
    field.press("Enter")
    field.fill(" ship-bot ")
    tab.get_by_role("button", name="Add").click()
    field.fill("refund-bot")
    field.press("Enter")

    expect(listed).to_have_value("refund-bot\nship-bot")
    expect(tab.locator("[data-agents-said]")).to_have_text("refund-bot is in the list already.")
    assert tab.url.endswith(URL)


def test_without_script_the_agents_are_typed(tab: Page, pages: PageServer) -> None:
    shown = draw("keys/index.html", shell=LIVE_SHELL, keys=sample.REFUSED, csrf_token="token")
    pages.page(URL, shown)
    tab.route("**/key_agents.js", lambda route: route.abort())
    tab.goto(URL)

    expect(tab.get_by_label("External ids, one a line")).to_have_value("refund-bot\nghost")
    expect(tab.get_by_label("Find an agent")).to_be_hidden()
