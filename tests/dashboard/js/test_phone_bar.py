"""The bar at the thumb of a phone: five entries at most, and the rest without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_incidents as incidents
from tests.dashboard.page_server import draw, page_server

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone that runs no script, on the page of incidents."""
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    with page_server() as served:
        shown = draw("incident/index.html", shell=sample.SHELL, incidents=incidents.INCIDENTS)
        served.page("/", shown)
        page.goto(f"{served.url}/")
        yield page
    context.close()


def test_it_has_five_entries_at_most_each_as_large_as_a_thumb(phone: Page) -> None:
    entries = phone.locator(".nav > a:visible, .nav > details > summary:visible")
    boxes = [entry.bounding_box() for entry in entries.all()]

    assert entries.all_inner_texts() == ["Queue\n4", "Decided", "Agents", "Cascades", "More"]
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)


def test_more_opens_upwards_without_script(phone: Page) -> None:
    phone.get_by_text("More", exact=True).click()

    links = phone.locator(".nav .sheet a:visible")
    boxes = [link.bounding_box() for link in links.all()]
    assert links.all_inner_texts() == ["Incidents", "API docs"]
    assert all(box and box["height"] >= 44 for box in boxes)
    assert all(box and box["y"] >= 0 and box["y"] + box["height"] <= 740 - 56 for box in boxes)


def test_on_a_desk_everything_stands_in_the_navigation(phone: Page) -> None:
    phone.set_viewport_size({"width": 1440, "height": 900})

    assert phone.locator(".nav a:visible").all_inner_texts() == [
        "Queue\n4", "Decided", "Agents", "Cascades", "Incidents", "API docs",
    ]  # fmt: skip
    assert phone.locator(".nav summary:visible").count() == 0
