"""The browser's own time zone, offered to who has not said any."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard import sample_cards
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_reached import REACHED

pytestmark = pytest.mark.browser


def account(pages: PageServer, zone: str) -> None:
    reached = replace(REACHED, hours=replace(REACHED.hours, zone=zone))
    page = draw("account/index.html", reached=reached, shell=sample_cards.SHELL, csrf_token="t")
    pages.page("/", page)


def test_it_is_taken_with_one_click_and_kept_once_saved(
    chromium: Browser, pages: PageServer
) -> None:
    account(pages, "UTC")
    with chromium.new_context(base_url=pages.url, timezone_id="Europe/Berlin") as context:
        tab = context.new_page()
        tab.goto("/")

        tab.get_by_role("button", name="Take Europe/Berlin, as this browser").click()

        expect(tab.get_by_label("Time zone")).to_have_value("Europe/Berlin")
        expect(tab.get_by_label("Time zone")).to_be_focused()


@pytest.mark.parametrize(("zone", "browser"), [("Asia/Tokyo", "Europe/Berlin"), ("UTC", "UTC")])
def test_who_has_said_one_or_is_in_utc_is_offered_nothing(
    chromium: Browser, pages: PageServer, zone: str, browser: str
) -> None:
    account(pages, zone)
    with chromium.new_context(base_url=pages.url, timezone_id=browser) as context:
        tab = context.new_page()
        tab.goto("/")

        expect(tab.get_by_label("Time zone")).to_have_value(zone)
        expect(tab.locator("[data-zone-offer]")).to_be_hidden()
