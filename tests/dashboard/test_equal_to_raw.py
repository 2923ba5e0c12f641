"""Numbers on screen are those of the raw rows, for 20 random agents, days and filters.

What a page says is read from its HTML, and counted again from tables of outcomes, decisions,
tickets and votes by statements of `raw_counts`, never from roll-ups nor through selectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from escalations.models import NoticeHours
from governance.models import Agent
from tests.dashboard import raw_counts as raw
from tests.dashboard import screen_counts as shown
from tests.dashboard.conftest import HASHERS
from tests.dashboard.people import people_of_shop
from tests.dashboard.random_life import AGENTS, Life
from tests.dashboard.screen import Screen, screen_of
from tests.dashboard.shop import shop_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pytest_django.fixtures import Settings

    from tests.clock import Clock
    from tests.dashboard.raw_counts import Draw

# A roll-up reads what other transactions have committed: this test really commits.
pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20_260_302
MOVES = 150
DRAWS = 20


@dataclass(frozen=True)
class Place:
    """A page, what of it is read from the screen, and the same from raw rows."""

    url: Callable[[Draw], str]
    shown: Callable[[Screen, Draw], dict[str, Any]]
    raw: Callable[[Draw], dict[str, Any]]


# A page that comes later is one row here, with its two functions.
PLACES = {
    "service": Place(lambda draw: f"/f/shop/service/?{draw.query}", shown.service, raw.service),
    "matrix": Place(lambda draw: f"/f/shop/matrix/?{draw.query}", shown.matrix, raw.matrix),
    "trends": Place(
        lambda draw: f"/f/shop/agents/{draw.agent_id}/trends/?{draw.query}",
        shown.trends,
        raw.trends,
    ),
    "overview": Place(lambda _: "/f/shop/overview/", shown.overview, raw.overview),
    "agents": Place(lambda draw: f"/f/shop/agents/?q={draw.agent}", shown.agents, raw.agents),
}


def drawn(dice: Random, fleet_id: str, now: datetime) -> raw.Draw:
    """Return a random agent and period, with the address that means the period."""
    agent = Agent.objects.get(external_id=dice.choice(AGENTS))
    zone = dice.choice(("utc", "local"))
    span = dice.choice(("24h", "7d", "30d", "ends", "ends", "open"))
    since, until = now - timedelta(days={"24h": 1, "7d": 7, "30d": 30}.get(span, 7)), now
    fields = {"range": span}
    if span in {"ends", "open"}:
        since = now - timedelta(minutes=dice.randrange(600, 12_000))
        fields = {"from": since.isoformat()}
    if span == "ends":
        until = since + (now - since) * dice.uniform(0.2, 0.9)
        fields["to"] = until.isoformat()
    return raw.Draw(
        fleet_id=fleet_id,
        agent_id=str(agent.pk),
        agent=agent.external_id,
        since=since,
        until=until,
        now=now,
        zone="Europe/Berlin" if zone == "local" else "UTC",
        query=urlencode(fields | {"tz": zone}),
    )


@pytest.fixture
def life(clock: Clock, settings: Settings) -> Life:
    settings.PASSWORD_HASHERS = HASHERS
    shop = shop_of(people_of_shop())
    NoticeHours.objects.create(user=shop.people.mona, zone="Europe/Berlin")
    life = Life(shop=shop, clock=clock, dice=Random(SEED))
    life.begin()
    life.live(MOVES)
    return life


def test_numbers_on_screen_are_those_of_the_raw_rows(life: Life) -> None:
    client, dice = Client(), Random(SEED)
    people = life.shop.people
    client.force_login(people.mona)
    differ = []
    for _ in range(DRAWS):
        draw = drawn(dice, str(people.fleet.pk), life.clock.now)
        for name, place in PLACES.items():
            url = place.url(draw)
            screen = screen_of(client.get(url).content.decode())
            on_screen, in_rows = place.shown(screen, draw), place.raw(draw)
            # A page that shows nothing would be equal to anything.
            assert on_screen, name
            differ += [
                (url, key, on_screen.get(key), in_rows.get(key))
                for key in sorted(on_screen.keys() | in_rows.keys())
                if on_screen.get(key) != in_rows.get(key)
            ]

    assert differ == []
    lived = raw.lived(str(people.fleet.pk))
    # All of it happened, so that no equality is one of zeros.
    assert [name for name, count in lived.items() if not count] == []
