from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.types import BreakerState, Hold, HoldOrigin, Tier
from governance.models import Agent, Fleet, Standing
from governance.services.breakers import agent_pause
from tests.factories import AgentFactory, StandingFactory, TaskFactory

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/agents/"


def listed(response: Any) -> list[str]:
    return [row.external_id for row in response.context["fleet"].rows]


def agent(people: People, external_id: str, **fields: Any) -> Agent:
    return AgentFactory(fleet=people.fleet, owner=people.lena, external_id=external_id, **fields)


def stand(agent: Agent, **columns: Any) -> None:
    Standing.objects.filter(agent=agent).update(**columns)


def test_the_page_is_summed_up_in_one_sentence(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()
    shop.freeze()

    fleet = client_of(people.mona).get(URL).context["fleet"]

    assert fleet.summary.replace("\N{NO-BREAK SPACE}", " ") == (
        "2 agents: 1 runs freely, 1 is frozen. 1 ticket waits."
    )


def test_of_a_halted_fleet_nobody_runs_freely(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.freeze()
    Fleet.objects.filter(slug="shop").update(halted_at=clock.now, halted_by="mona")

    fleet = client_of(people.mona).get(URL).context["fleet"]

    assert fleet.summary.replace("\N{NO-BREAK SPACE}", " ") == (
        "The fleet is halted: every task is denied. 2 agents: 1 is frozen."
    )


def test_the_tile_says_that_detectors_hold_a_latched_agent_too(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    latched = agent(people, "latched", last_seen_at=clock.now)
    stand(latched, breaker_state=BreakerState.OPEN.value, hold=Hold.LATCHED.value)
    agent(people, "calm", last_seen_at=clock.now)

    frozen, held, *_ = client_of(people.mona).get(URL).context["fleet"].strip

    assert (frozen.label, frozen.count, held.label, held.count) == ("Frozen", 0, "Latched", 1)
    # Of the four agents of the fleet, new-bot was never seen.
    assert frozen.note == "detectors hold 1 of 3, cap 30\N{NO-BREAK SPACE}%"


def test_a_row_says_what_the_agent_earned_holds_and_spent(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    TaskFactory(agent=Agent.objects.get(external_id="refund-bot"), state="RUNNING", level="LOW")

    response = client_of(people.rita).get(f"{URL}?q=refund")
    (row,) = response.context["fleet"].rows

    assert (row.name, row.owner, row.trust.tier) == ("Refund bot", "Lena Fischer", "high")
    assert (row.open_tasks, row.allowed, row.allowed_words) == (1, (10, 20), "10 to 20")
    # Three outcomes of the history ended in March, each at a cent.
    assert row.spent_usd == Decimal("0.03")
    assert row.budget_usd == Decimal(100_000)
    assert '1 <span class="qq">of 10 to 20</span>' in response.content.decode()


def test_what_needs_a_look_comes_first(shop: Shop, people: People, client_of: ClientOf) -> None:
    stand(agent(people, "calm"))
    stand(agent(people, "probing"), breaker_state=BreakerState.HALF_OPEN.value)
    stand(agent(people, "watched"), hold=Hold.SUPERVISED.value)
    stand(agent(people, "cold"), breaker_state=BreakerState.OPEN.value)
    stand(agent(people, "latched"), breaker_state=BreakerState.OPEN.value, hold=Hold.LATCHED.value)

    response = client_of(people.rita).get(URL)

    assert listed(response) == [
        "latched", "cold", "watched", "probing", "calm", "new-bot", "refund-bot",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("state=frozen", ["cold", "forced"]),
        ("state=latched", ["latched"]),
        ("state=supervised", ["watched"]),
        ("state=probation", ["probing"]),
        ("state=paused", ["resting"]),
        ("state=shadow", ["shady"]),
        ("state=closed", ["new-bot", "refund-bot", "resting", "shady"]),
        ("tier=high", ["refund-bot"]),
        ("owner=rita", ["shady"]),
        ("owner=nobody", []),
        ("q=REFUND", ["refund-bot"]),
        ("q=bot+new", ["new-bot"]),
        ("q=gpt-9", ["probing"]),
        ("q=%25", []),
        ("state=frozen&q=co", ["cold"]),
        ("state=nonsense&tier=%00&page=0&sort=owner", None),
    ],
)
def test_filters_filter(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, narrowed: str, found: Any
) -> None:
    stand(agent(people, "probing", model="gpt-9"), breaker_state=BreakerState.HALF_OPEN.value)
    stand(agent(people, "watched"), hold=Hold.SUPERVISED.value)
    stand(agent(people, "cold"), breaker_state=BreakerState.OPEN.value)
    stand(agent(people, "forced"), hold=Hold.FORCED_OPEN.value, hold_origin=HoldOrigin.PERSON)
    stand(agent(people, "latched"), breaker_state=BreakerState.OPEN.value, hold=Hold.LATCHED.value)
    agent(people, "resting", paused_at=clock.now, paused_by="mona")
    AgentFactory(fleet=people.fleet, owner=people.rita, external_id="shady", enforcement="shadow")
    everyone = ["cold", "forced", "latched", "new-bot", "probing", "refund-bot", "resting",
                "shady", "watched"]  # fmt: skip

    response = client_of(people.rita).get(f"{URL}?{narrowed}")

    assert sorted(listed(response)) == (everyone if found is None else found)


def test_a_pause_that_is_over_is_no_pause(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    agent(people, "rested", paused_at=clock.now, pause_until=clock.now + timedelta(minutes=5))
    clock.forward(minutes=5)

    response = client_of(people.rita).get(f"{URL}?state=paused")

    assert listed(response) == []


def test_a_fleet_in_shadow_has_all_its_agents_there(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")
    agent(people, "strict", enforcement="enforce")

    response = client_of(people.rita).get(f"{URL}?state=shadow")

    assert sorted(listed(response)) == ["new-bot", "refund-bot"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["new-bot", "refund-bot", "zed"]),
        ("-name", ["zed", "refund-bot", "new-bot"]),
        ("-trust", ["refund-bot", "new-bot", "zed"]),
        ("trust", ["refund-bot", "new-bot", "zed"]),
        ("-seen", ["zed", "new-bot", "refund-bot"]),
    ],
)
def test_headers_sort_and_what_is_unknown_stands_last(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, sort: str, order: list[str]
) -> None:
    agent(people, "zed", name="Zed", last_seen_at=clock.now)
    Agent.objects.filter(external_id="refund-bot").update(last_seen_at=None)
    Agent.objects.filter(external_id="new-bot").update(last_seen_at=clock.now - timedelta(hours=1))

    response = client_of(people.rita).get(f"{URL}?sort={sort}")

    assert listed(response) == order


def test_the_chosen_header_says_its_direction_and_leads_the_other_way(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.rita).get(f"{URL}?sort=name&tier=low")
    headers = {head.label: head for head in response.context["fleet"].headers}

    assert headers["Agent"].direction == "ascending"
    assert headers["Agent"].url == f"{URL}?tier=low&sort=-name"
    assert headers["Owner"].direction == ""
    assert headers["Open tasks"].url == ""
    assert 'aria-sort="ascending"' in response.content.decode()


def test_agents_come_in_pages_that_keep_the_filter(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.fleet.PAGE_SIZE", 1)
    client = client_of(people.rita)

    first = client.get(f"{URL}?q=bot&sort=name").context["fleet"]
    second = client.get(first.next_url).context["fleet"]
    beyond = client.get(f"{URL}?q=bot&sort=name&page=99").context["fleet"]

    assert [row.external_id for row in first.rows] == ["new-bot"]
    assert [row.external_id for row in second.rows] == ["refund-bot"]
    assert [row.external_id for row in beyond.rows] == ["refund-bot"]
    assert (first.previous_url, second.next_url) == ("", "")
    assert second.previous_url == f"{URL}?q=bot&sort=name"
    assert (second.first, second.last, second.matching, second.total) == (2, 2, 2, 2)


def test_a_fleet_of_500_costs_no_more_queries_than_one_of_two(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    crowd = [
        AgentFactory.build(fleet=people.fleet, owner=people.lena, external_id=f"a-{n}")
        for n in range(498)
    ]
    Agent.objects.bulk_create(crowd)
    Standing.objects.bulk_create([StandingFactory.build(agent=each) for each in crowd])

    with CaptureQueriesContext(connection) as many:
        fleet = client.get(URL).context["fleet"]

    assert (fleet.total, len(fleet.rows)) == (500, 50)
    assert len(many) == len(few)
    assert len(many) <= 25


def test_an_empty_list_says_whether_it_is_empty_or_narrowed_to_nothing(
    people: People, client_of: ClientOf, clock: Clock
) -> None:
    client, elsewhere = client_of(people.otto), people.otto.memberships.get().fleet

    empty = client.get("/f/elsewhere/agents/").content.decode()
    AgentFactory(fleet=elsewhere, owner=people.otto, external_id="one")
    narrowed = client.get("/f/elsewhere/agents/?q=two").content.decode()

    assert "No agent is registered yet." in empty
    assert "No agent matches." in narrowed


def test_a_countdown_runs_until_the_freeze_is_over(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()

    (row,) = client_of(people.rita).get(f"{URL}?state=frozen").context["fleet"].rows

    assert row.status.mark.label == "Frozen"
    assert row.status.note == "then probation"
    assert row.status.countdown is not None
    # Fifteen minutes, a tenth more or less.
    assert 810 <= row.status.countdown.left_s <= 990


def test_the_guard_says_with_numbers_that_the_next_trip_is_supervised(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    agent(people, "second", last_seen_at=clock.now)
    agent(people, "third", last_seen_at=clock.now)

    fleet = client_of(people.mona).get(URL).context["fleet"]

    # 30 % of three agents is less than two.
    assert fleet.guard.startswith(
        "Detectors have frozen 1 of the 3\N{NO-BREAK SPACE}agents seen within 24\N{NO-BREAK SPACE}h;"
        " the cap is 30\N{NO-BREAK SPACE}%. An agent that trips now keeps running, supervised"
    )


def test_a_paused_agent_says_by_whom(shop: Shop, people: People, client_of: ClientOf) -> None:
    agent_pause(
        fleet=people.fleet, agent_external_id="new-bot", actor="mona", reason="Maintenance."
    )

    (row,) = client_of(people.rita).get(f"{URL}?state=paused").context["fleet"].rows

    assert [mark.label for mark in row.status.others] == ["Paused"]
    assert row.status.other_sentences == (
        "Mona Lind paused it at 2\N{NO-BREAK SPACE}Mar 12:00 UTC, until a person resumes it:"
        " Maintenance.",
    )


def test_a_row_alone_is_the_row_of_the_list(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    (row,) = client.get(f"{URL}?q=refund").context["fleet"].rows

    piece = client.get(row.row_url)

    assert piece.context["row"] == row
    assert "<html" not in piece.content.decode()


def test_the_list_alone_carries_its_address_and_the_number_it_was_taken_at(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    seq = Fleet.objects.get(slug="shop").event_seq

    page = client_of(people.rita).get(f"{URL}rows/?tier=low").content.decode()

    assert f'data-seq="{seq}"' in page
    assert f'data-list-url="{URL}rows/?tier=low"' in page
    assert "<html" not in page


def test_names_of_agents_are_shown_as_text(shop: Shop, people: People, client_of: ClientOf) -> None:
    agent(people, "evil", name="<b>x</b>\u202e")

    page = client_of(people.rita).get(f"{URL}?q=evil").content.decode()

    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page


def test_one_fleet_is_where_the_agents_lead_and_several_are_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    alone = client_of(people.rita).get("/agents/")
    shop.join_elsewhere(people.rita)

    several = client_of(people.rita).get("/agents/")

    assert alone["Location"] == URL
    assert [line.name for line in several.context["fleets"]] == ["Elsewhere", "Shop"]
    assert Tier.LOW.value in client_of(people.rita).get(URL).content.decode().lower()
