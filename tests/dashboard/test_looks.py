"""Agents that need a look: held, in a suspected ring, drifting or fallen, the worst first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from governance.events import TierChanged
from governance.models import Agent, Standing
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import AGENT, NEWCOMER

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/overview/"


def looks(client: Any) -> list[tuple[str, str]]:
    """Return whom the overview lists, each with why."""
    page = client.get(URL).context["overview"]
    assert page.need_look == len(page.looks)
    return [(row.external_id, row.why.replace("\N{NO-BREAK SPACE}", " ")) for row in page.looks]


def tier_moved(name: str, before: str, after: str) -> None:
    agent = Agent.objects.get(external_id=name)
    Standing.objects.filter(agent=agent).update(tier=after)
    told = TierChanged(
        fleet_id=agent.fleet_id, actor="engine", agent_id=agent.pk,
        before=before, after=after, sentence="It moved.",
    )  # fmt: skip
    with transaction.atomic():
        events_publish(told, now=clock_now())


def test_an_agent_that_drifts_needs_a_look_though_it_runs_freely(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Standing.objects.filter(agent__external_id=NEWCOMER).update(drifting=True)

    assert looks(client_of(people.mona)) == [
        (NEWCOMER, "Its work has changed for good, and nobody has looked at it yet.")
    ]


def test_a_lower_tier_than_24_hours_ago_needs_a_look_until_then(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    tier_moved(NEWCOMER, "high", "medium")
    tier_moved(NEWCOMER, "medium", "low")
    client = client_of(people.mona)

    today = looks(client)
    clock.forward(hours=24, seconds=1)

    assert today == [(NEWCOMER, "It fell from tier high to low within 24 h.")]
    assert looks(client) == []


def test_a_tier_that_was_won_back_or_risen_to_needs_no_look(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    tier_moved(NEWCOMER, "medium", "low")
    tier_moved(NEWCOMER, "low", "medium")

    assert looks(client_of(people.mona)) == []


def test_the_worst_stand_first_and_the_file_has_them_alike(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    members = sorted(ring.agents.values_list("external_id", flat=True))
    Standing.objects.filter(agent__external_id=NEWCOMER).update(drifting=True)
    shop.trip()
    client = client_of(people.mona)

    listed = looks(client)
    saved = json.loads(b"".join(client.get(f"{URL}looks.json")))

    assert [name for name, _ in listed] == [AGENT, *members, NEWCOMER]
    assert listed[0][1].startswith("4 of the last 4 tasks failed")
    assert listed[1][1] == "It is a member of a suspected ring that nobody has decided on yet."
    assert [row["agent"] for row in saved] == [name for name, _ in listed]
    assert [row["why"].replace("\N{NO-BREAK SPACE}", " ") for row in saved] == [
        why for _, why in listed
    ]
