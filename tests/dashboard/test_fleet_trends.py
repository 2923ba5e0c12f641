"""Trust of a fleet over time: drawn from roll-ups alone, with the agent to look at first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.rollup import BucketSize
from governance.models import Agent, Standing, TrustDay
from tests.clock import NOON
from tests.dashboard.incident import words
from tests.dashboard.sheets import lines
from tests.factories import AgentBucketFactory, AgentFactory, FleetBucketFactory

if TYPE_CHECKING:
    from dashboard.cards.chart import ChartCard
    from dashboard.cards.trends import FleetTrends
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/trends/"
HOUR = timedelta(hours=1)


def page_of(client: Any, query: str = "") -> FleetTrends:
    page: FleetTrends = client.get(f"{URL}{query}").context["trends"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def chart(page: FleetTrends, key: str) -> ChartCard:
    return next(each for each in page.charts if each.key == key)


def traces(card: ChartCard, name: str) -> list[dict[str, Any]]:
    assert card.figure is not None
    return [trace for trace in card.figure["data"] if plain(trace["name"]) == name]


def looked(people: People, hours_ago: int, **fields: Any) -> None:
    starts_at = NOON - hours_ago * HOUR
    FleetBucketFactory.create(
        fleet=people.fleet,
        starts_at=starts_at,
        taken_at=starts_at + timedelta(minutes=55),
        **fields,
    )


def kept(agent: Agent, day: datetime, trust: float | None) -> None:
    TrustDay.objects.create(
        agent=agent, day=day.date(), trust=trust, tier="high", outcomes=50,
        breaker_state="CLOSED", created_at=day,
    )  # fmt: skip


def agent_of(people: People, name: str = "refund-bot") -> Agent:
    return Agent.objects.select_related("standing").get(fleet=people.fleet, external_id=name)


def test_before_anything_is_rolled_up_every_chart_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona), "?marks=none")

    assert [card.figure for card in page.charts] == [None, None, None]
    assert chart(page, "spread").summary.startswith("No agent had a score in this period")
    assert plain(page.summary) == "The last 7 days. Nothing was summed up yet."
    assert page.worry == "No agent has a score at both ends of this period yet."


def test_the_median_stands_between_its_bands_with_n(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    looked(people, 2)
    looked(people, 1, trust_p50=0.65)

    spread = chart(page_of(client_of(people.mona)), "spread")

    (median,) = traces(spread, "Median")
    assert median["y"] == [0.6, 0.65]
    assert "n = 10 scored of 10 agents" in plain(median["hovertext"][0])
    assert plain(spread.summary).startswith(
        "The median went from 0.60 to 0.65, of 10 scored agents as of 2 Mar 11:55 UTC."
    )
    (outer,) = traces(spread, "8 of 10 agents")
    # Along the upper end and back along the lower one.
    assert outer["y"][:4] == [0.8, 0.8, 0.4, 0.4]


def test_where_nothing_was_kept_before_the_axis_begins_a_little_before_the_first(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    looked(people, 2)
    client = client_of(people.mona)

    page, day = page_of(client, "?marks=none"), page_of(client, "?from=2026-03-02T10:30&marks=none")

    spread, tiers = chart(page, "spread").figure, chart(page, "tiers").figure
    assert spread is not None
    assert tiers is not None
    begins = ["2026-03-02T09:00:00.000Z", "2026-03-02T12:00:00.000Z"]
    assert spread["layout"]["xaxis"]["range"] == tiers["layout"]["xaxis"]["range"] == begins
    assert plain(page.summary).endswith(" Kept since 2 Mar 10:00 UTC.")
    assert "Kept since" not in day.summary


def test_an_hour_in_which_nobody_looked_is_a_gap(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    looked(people, 5)
    looked(people, 4)
    looked(people, 2)

    (median,) = traces(chart(page_of(client_of(people.mona)), "spread"), "Median")

    assert median["y"] == [0.6, 0.6, None, 0.6]
    assert median["marker"]["size"] == [0, 0, 0, 6]


def test_fewer_than_ten_scored_agents_have_no_band(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    looked(people, 1, scored=9)

    spread = chart(page_of(client_of(people.mona)), "spread")

    assert traces(spread, "8 of 10 agents") == traces(spread, "Half of them") == []
    assert "No bands: fewer than 10 agents have a score." in spread.summary


def test_tiers_are_counts_with_their_shares_in_the_hover(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    looked(people, 2, agents=20, high=4, low=1, frozen=1)
    looked(people, 1, agents=20, high=2, low=5, frozen=3)

    tiers = chart(page_of(client_of(people.mona)), "tiers")

    (low,) = traces(tiers, "Low")
    assert low["y"] == [1, 5]
    assert plain(low["hovertext"][1]) == "Low: 5 of 20 (25 %) agents<br>2 Mar 11:00"
    assert plain(tiers.summary) == (
        "20 agents as of 2 Mar 11:55 UTC: high 4 to 2, medium 15 to 13, low 1 to 5; 3 frozen."
    )
    assert [cell.text for cell in tiers.table.rows[0][1:]] == ["20", "2", "13", "5", "3", "0"]


def test_results_of_all_agents_are_summed_by_the_day(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    day = NOON.replace(hour=0)
    for name, failures in (("refund-bot", 3), ("new-bot", 1)):
        AgentBucketFactory.create(
            agent=agent_of(people, name),
            size=BucketSize.DAY.value,
            starts_at=day,
            failures=failures,
        )

    results = chart(page_of(client_of(people.mona)), "results")

    (failed,) = traces(results, "Failed")
    assert (failed["y"], plain(failed["hovertext"][0])) == ([4], "Failed: 4 of 20 (20 %)<br>2 Mar")
    assert plain(results.summary) == (
        "20 outcomes: 4 of 20 (20 %) failed. Counted in whole days, UTC, from 23 Feb on."
    )
    assert traces(results, "Partial") == []


def test_the_agent_whose_trust_fell_most_is_named_with_its_numbers(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    agent = agent_of(people)
    kept(agent, NOON - timedelta(days=6), agent.standing.trust)
    shop.trip()
    AgentBucketFactory.create(
        agent=agent, size=BucketSize.DAY.value, starts_at=NOON.replace(hour=0), outcomes=12,
        failures=8, over_budget=2,
    )  # fmt: skip

    page = page_of(client_of(people.mona))

    (line,) = page.moved
    fell = Standing.objects.get(agent=agent).trust
    assert fell is not None
    assert agent.standing.trust is not None
    assert plain(page.worry) == (
        f"Look first at Refund bot: trust {agent.standing.trust:.2f} to {fell:.2f}."
        " 8 of 12 (67 %) outcomes failed, 2 over budget; frozen now."
    )
    assert page.worry_url == f"/f/shop/agents/{agent.pk}/trends/?range=7d"
    assert (line.is_worse, line.state.label, line.failed) == (True, "Frozen", "8")


def test_one_that_fell_is_named_though_a_dozen_rose_by_more(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for number in range(14):
        other = AgentFactory.create(
            fleet=people.fleet, owner=people.lena, external_id=f"rising-{number}"
        )
        kept(other, NOON - timedelta(days=6), 0.1)
        kept(other, NOON - timedelta(days=4), 0.9)
    agent = agent_of(people)
    kept(agent, NOON - timedelta(days=6), 0.8)
    kept(agent, NOON - timedelta(days=4), 0.6)

    page = page_of(client_of(people.mona), "?from=2026-02-24&to=2026-02-27")

    assert len(page.moved) == 12
    assert {line.is_worse for line in page.moved} == {False}
    assert page.worry.startswith("Look first at Refund bot: trust 0.80 to 0.60.")


def test_on_the_first_day_an_agent_is_compared_with_its_first_score(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    agent = agent_of(people)
    minutes = {"agent": agent, "size": BucketSize.FIVE_MINUTES.value}
    AgentBucketFactory.create(
        **minutes, starts_at=NOON - timedelta(minutes=20), outcomes=9, trust=0.2
    )
    AgentBucketFactory.create(
        **minutes, starts_at=NOON - timedelta(minutes=15), outcomes=1, trust=0.99
    )
    AgentBucketFactory.create(**minutes, starts_at=NOON - timedelta(minutes=10), trust=0.3)
    shop.trip()

    page = page_of(client_of(people.mona))

    (line,) = page.moved
    assert (line.before, plain(line.since), line.is_worse) == (0.99, "2 Mar 11:45", True)
    assert plain(page.worry).startswith("Look first at Refund bot: trust 0.99 to ")
    assert " since 2 Mar 11:45. " in plain(page.worry)
    assert page.worry.endswith("; frozen now.")


def test_who_is_frozen_is_named_though_nobody_has_two_scores(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()

    page = page_of(client_of(people.mona))

    assert page.worry == (
        "No agent has a score at both ends of this period yet. Frozen now: Refund bot."
    )
    assert page.worry_url == f"/f/shop/agents/{agent_of(people).pk}/trends/?range=7d"


def test_one_that_fell_a_little_below_the_level_of_its_tier_is_named(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = agent_of(people)
    kept(agent, NOON - timedelta(days=6), 0.86)
    kept(agent, NOON - timedelta(days=4), 0.84)

    page = page_of(client_of(people.mona), "?from=2026-02-24&to=2026-02-27")

    assert page.worry.startswith("Look first at Refund bot: trust 0.86 to 0.84.")
    assert page.worry.endswith("; below the level of tier high.")


def test_a_period_that_has_ended_compares_what_was_kept_within_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = agent_of(people)
    for days_ago, trust in ((9, 0.1), (6, 0.80), (5, 0.75), (4, 0.78), (2, 0.2)):
        kept(agent, NOON - timedelta(days=days_ago), trust)

    page = page_of(client_of(people.mona), "?from=2026-02-24&to=2026-02-27")

    (line,) = page.moved
    assert (line.before, line.after, line.change) == (0.80, 0.78, "−0.02")
    assert page.worry == "No agent's trust fell by 0.05 or more."
    assert page.is_live is False


def test_two_days_are_told_apart_by_5_min_and_their_results_by_the_hour(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    FleetBucketFactory.create(
        fleet=people.fleet,
        size=BucketSize.FIVE_MINUTES.value,
        starts_at=NOON - timedelta(minutes=5),
    )

    page = page_of(client_of(people.mona), "?range=24h")

    titles = [plain(card.title) for card in page.charts]
    assert titles == [
        "Trust of all agents, every 5 min",
        "Agents by tier, every 5 min",
        "Outcomes by result, by the hour",
    ]
    assert chart(page, "spread").figure is not None


def test_an_old_day_is_drawn_from_the_buckets_that_are_left_of_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona), "?from=2025-11-01&to=2025-11-01")

    assert page.charts[0].title == "Trust of all agents, by the day, UTC"


def test_ninety_days_are_told_apart_by_the_day(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    FleetBucketFactory.create(
        fleet=people.fleet, size=BucketSize.DAY.value,
        starts_at=datetime(2026, 1, 2, tzinfo=UTC), taken_at=datetime(2026, 1, 2, 23, 55, tzinfo=UTC),
    )  # fmt: skip

    spread = chart(page_of(client_of(people.mona), "?range=90d"), "spread")

    assert spread.title == "Trust of all agents, by the day, UTC"
    assert plain(spread.table.rows[0][0].text) == "2 Jan"


def test_the_page_says_what_of_its_address_it_did_not_understand(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = words(client_of(people.mona), f"{URL}?range=year")

    assert "range cannot be “year”. It takes 24h, 7d, 30d, 90d." in text


def test_what_concerns_the_whole_fleet_is_marked_unless_the_address_says_otherwise(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    client = client_of(people.mona)

    usual, trips = page_of(client), page_of(client, "?marks=trip")

    assert {each.kind.label for each in usual.marks.lines} == {"Policy"}
    assert [kind.is_chosen for kind in usual.marks.toggles] == [False, False, False, True, True]
    assert usual.marks.toggles[0].url == f"{URL}?range=7d&marks=trip,policy,incident"
    (trip,) = trips.marks.lines
    assert trip.sentence.startswith("Refund bot: ")


def test_every_agent_that_moved_is_in_the_file(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = agent_of(people)
    kept(agent, NOON - timedelta(days=6), 0.80)
    kept(agent, NOON - timedelta(days=4), 0.75)
    AgentBucketFactory.create(
        agent=agent, size="day", starts_at=NOON.replace(hour=0) - timedelta(days=5), failures=3
    )
    period = "from=2026-02-24&to=2026-02-27"

    (line,) = lines(client_of(people.mona), f"{URL}moved.csv?{period}")
    page = page_of(client_of(people.mona), f"?{period}")

    assert line == {
        "agent": "refund-bot", "name": "Refund bot", "from_day": "2026-02-24",
        "trust_before": "0.8", "trust_after": "0.75", "moved": "-0.05", "outcomes": "10",
        "successes": "7", "partials": "0", "failures": "3", "not_counted": "0", "over_budget": "0",
        "breaker_now": "CLOSED", "hold_now": "none",
    }  # fmt: skip
    assert page.moved_files.csv_url == f"{URL}moved.csv?from=2026-02-24T00%3A00&to=2026-02-28T00%3A00"  # fmt: skip


def test_more_agents_and_buckets_cost_no_more_queries(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    kept(agent_of(people), NOON - timedelta(days=3), 0.9)
    looked(people, 1)
    AgentBucketFactory.create(agent=agent_of(people), size="day", starts_at=NOON.replace(hour=0))
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    kept(agent_of(people, "new-bot"), NOON - timedelta(days=3), 0.4)
    for hours_ago in range(2, 40):
        looked(people, hours_ago)
        AgentBucketFactory.create(
            agent=agent_of(people, "new-bot"),
            size="day",
            starts_at=NOON.replace(hour=0) - hours_ago * timedelta(days=1),
        )

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)
