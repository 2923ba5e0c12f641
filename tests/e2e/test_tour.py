"""What the tour takes for a page, and how it finds one of each."""

from __future__ import annotations

import pytest

from tests.e2e.tour_places import links_of, name_of

AGENT = "0198f0a2-0000-7000-8000-000000000000"


def test_links_are_followed_once_without_what_narrows_them() -> None:
    body = (
        '<a href="/f/shop/queue/?level=HIGH&amp;kind=task">1</a><a href="/f/shop/queue/">2</a>'
        '<a href="#main">3</a><a href="https://example.org/f/shop/agents/">4</a>'
    )

    assert links_of(body) == ["/f/shop/queue/"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/f/shop/queue/", "fleet-queue"),
        (f"/f/shop/agents/{AGENT}/", "agent"),
        (f"/f/shop/agents/{AGENT}/trends/", "agent-trends"),
        ("/f/shop/tickets/7/", "ticket"),
        ("/static/css/base.css", ""),
        ("/api/v1/tasks", ""),
    ],
)
def test_an_address_is_known_by_its_name(path: str, name: str) -> None:
    assert name_of(path) == name
