"""Trust of one agent over time, alone and beside another: gaps are gaps, n is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.rollup import BucketSize
from governance.domain.types import Tier
from governance.models import Agent, AgentBucket
from governance.services.rollups import fleet_roll_up
from tests.clock import NOON
from tests.dashboard.incident import words
from tests.factories import AgentBucketFactory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.cards.trends import AgentTrends
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def agent_of(people: People, name: str = "refund-bot") -> Agent:
    return Agent.objects.select_related("standing").get(fleet=people.fleet, external_id=name)


def url_of(people: People, name: str = "refund-bot") -> str:
    return f"/f/shop/agents/{agent_of(people, name).pk}/trends/"


def page_of(client: Any, people: People, query: str = "") -> AgentTrends:
    page: AgentTrends = client.get(f"{url_of(people)}{query}").context["trends"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def worked(people: People, hours_ago: float, name: str = "refund-bot", **fields: Any) -> None:
    AgentBucketFactory.create(
        agent=agent_of(people, name), starts_at=NOON - hours_ago * HOUR, **fields
    )


def traces(page: AgentTrends, name: str) -> list[dict[str, Any]]:
    assert page.chart.figure is not None
    return [trace for trace in page.chart.figure["data"] if plain(trace["name"]) == name]


def test_trust_is_a_line_in_its_band_and_what_finished_stands_below(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 3, trust=0.9, trust_low=0.85, trust_high=0.95)
    worked(people, 2, trust=0.7, failures=4, partials=1)

    page = page_of(client_of(people.mona), people)

    (trust,), (band,), (failed,) = (
        traces(page, name) for name in ("Trust", "10 to 90 %", "Failed")
    )
    assert trust["y"] == [0.9, 0.7]
    assert trust["x"] == ["2026-03-02T09:30:00.000Z", "2026-03-02T10:30:00.000Z"]
    assert band["y"] == [0.95, 0.8, 0.6, 0.85, None]
    assert (failed["yaxis"], failed["y"]) == ("y2", [0, 4])
    assert plain(failed["hovertext"][1]) == "Failed: 4 of 10 (40 %)<br>2 Mar 10:00"
    assert plain(page.chart.summary) == (
        "Trust went from 0.90 to 0.70 in the last 7 days, lowest 0.70 on 2 Mar 10:00; 4 of 20 (20 %)"
        " outcomes failed. Counted in whole hours from 23 Feb 12:00 on. A point is what stood after"
        " the last outcome of an hour, the area its 10 to 90 % band. A line breaks where nothing finished for more than 24 h."
    )


def test_a_day_without_outcomes_is_a_gap(shop: Shop, people: People, client_of: ClientOf) -> None:
    for hours_ago in (80, 60, 20):
        worked(people, hours_ago)

    (trust,) = traces(page_of(client_of(people.mona), people), "Trust")

    assert trust["y"] == [0.7, 0.7, None, 0.7]


def test_of_ninety_days_each_one_without_outcomes_is_a_gap(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    midnight = NOON.replace(hour=0)
    for days_ago in (5, 4, 2):
        AgentBucketFactory.create(
            agent=agent_of(people), size="day", starts_at=midnight - days_ago * DAY
        )

    page = page_of(client_of(people.mona), people, "?range=90d")

    assert traces(page, "Trust")[0]["y"] == [0.7, 0.7, None, 0.7]
    assert "breaks where nothing finished for more than a day." in page.chart.summary


def test_a_point_without_a_band_leaves_the_band_out_there(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 3)
    worked(people, 2, trust_low=None, trust_high=None)

    page = page_of(client_of(people.mona), people)

    assert traces(page, "10 to 90 %")[0]["y"] == [0.8, 0.6, None]
    assert "10 to 90" not in plain(traces(page, "Trust")[0]["hovertext"][1])
    assert "the area its 10 to 90 % band where one is known." in plain(page.chart.summary)


def test_parts_of_trust_are_drawn_where_the_address_names_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 2, success_score=0.8, budget_score=0.9, consistency_score=None)
    client = client_of(people.mona)

    bare = page_of(client, people)
    listed = page_of(client, people, "?parts=success,consistency")
    ticked = page_of(client, people, "?parts=budget&parts=success")

    assert traces(bare, "Success") == []
    assert traces(listed, "Success")[0]["y"] == [0.8]
    assert traces(listed, "Consistency") == []
    assert traces(ticked, "Budget")[0]["y"] == [0.9]
    assert [part.is_chosen for part in ticked.components] == [True, True, False]
    assert dict(ticked.bar.kept)["parts"] == "success,budget"


def test_levels_of_tiers_are_quiet_lines_with_their_names(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 2)

    figure = page_of(client_of(people.mona), people).chart.figure

    assert figure is not None
    levels = [each["y0"] for each in figure["layout"]["shapes"]]
    assert levels == [0.85, 0.5]
    ticks = figure["layout"]["yaxis"]["ticktext"]
    assert ticks == ["0.00", "medium<br>0.50", "high<br>0.85", "1.00"]


def test_a_score_above_the_tier_is_said_to_be_not_all_that_the_next_one_asks(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.in_tier(Tier.LOW)

    summary = plain(page_of(client_of(people.mona), people).summary)

    assert ", tier low, from 60 outcomes. The next tier asks for more than this score" in summary


def test_an_agent_with_too_few_outcomes_has_no_score(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 2, name="new-bot", outcomes=6)

    page = client_of(people.mona).get(url_of(people, "new-bot")).context["trends"]

    assert plain(page.summary) == "Not enough data for a score (0 of 10 outcomes); tier low."
    assert page.chart.summary.startswith("Not enough data for a score (0 of 10).")
    assert traces(page, "Trust") == []
    assert page.figures[0].note == "not enough data (0 of 10)"


def test_first_scores_of_too_few_outcomes_are_not_drawn(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    # It has 60 outcomes: after the first bucket 5 had been judged, after the second 15.
    worked(people, 3, outcomes=8, neutrals=3)
    worked(people, 2, outcomes=10)
    worked(people, 1, outcomes=45)

    page = page_of(client_of(people.mona), people)

    (trust,) = traces(page, "Trust")
    assert trust["x"] == ["2026-03-02T10:30:00.000Z", "2026-03-02T11:30:00.000Z"]
    assert page.chart.table.rows[-1][1].text == "–"


def test_without_outcomes_the_chart_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    mona = client_of(people.mona)
    new = page_of(mona, people, "?marks=none").chart
    fleet_roll_up(fleet_id=people.fleet.pk)
    idle = page_of(mona, people, "?marks=none").chart

    assert (new.figure, new.summary) == (None, "Nothing was summed up yet.")
    assert (idle.figure, plain(idle.summary)) == (None, "Nothing finished in the last 7 days.")


def test_two_agents_are_on_one_chart_and_in_one_table(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked(people, 2, trust=0.9, failures=1)
    worked(people, 2, name="new-bot", outcomes=20, failures=9)
    other = agent_of(people, "new-bot")
    other.standing.outcomes = 20
    other.standing.save(update_fields=["outcomes"])
    client = client_of(people.mona)

    by_name = page_of(client, people, "?with=new-bot")
    by_id = page_of(client, people, f"?with={other.pk}")

    by_what_people_call_it = page_of(client, people, "?with=new+BOT")
    assert by_id.beside == by_name.beside
    assert by_name.beside is not None
    assert by_what_people_call_it.beside is not None
    assert by_what_people_call_it.beside.lines == by_name.beside.lines
    assert [trace["y"] for trace in traces(by_name, "Refund bot")] == [[0.9]]
    assert [trace["y"] for trace in traces(by_name, "New bot")] == [[0.7]]
    lines = {line.label: (line.one, plain(line.other)) for line in by_name.beside.lines}
    assert lines["Outcomes"] == ("10", "20")
    assert lines["Failed"] == ("1 of 10 (10\xa0%)", "9 of 20 (45 %)")
    columns = by_name.chart.table.columns
    assert [each.name for each in columns][:4] == ["starts_at", "trust", "p10", "p90"]
    assert [each.name for each in columns][-11:-8] == ["other_trust", "other_p10", "other_p90"]
    labels = [column.label for column in columns]
    assert labels[-5:] == [f"New bot: {each}" for each in ("Outcomes", "Succeeded", "Partial", "Failed", "Not counted")]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody", "with cannot be “nobody”. It takes the name or the id of an agent of Shop."),
        (
            "refund-bot",
            "with cannot be “refund-bot”, the agent itself. It takes another.",
        ),
    ],
)
def test_whom_it_cannot_be_compared_with_is_said_by_name(
    shop: Shop, people: People, client_of: ClientOf, name: str, sentence: str
) -> None:
    worked(people, 2)

    text = words(client_of(people.mona), f"{url_of(people)}?with={name}&parts=luck")

    assert sentence in text
    assert "parts cannot be “luck”. It takes success, budget, consistency." in text


def test_of_a_name_that_two_agents_have_the_ids_are_said(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Agent.objects.filter(fleet=people.fleet).update(name="Twin")

    page = page_of(client_of(people.mona), people, "?with=twin")

    ids = sorted(Agent.objects.filter(fleet=people.fleet).values_list("external_id", flat=True))
    assert page.beside is None
    assert page.bar.troubles == (
        "with cannot be “twin”. It takes one of the ids of those that are called so:"
        f" {', '.join(ids)}.",
    )


def test_trips_are_marks_and_freezes_are_regions_that_lead_to_their_events(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(minutes=30)
    shop.trip()
    clock.forward(minutes=5)

    page = page_of(client_of(people.mona), people, "?marks=trip")

    (trips,) = traces(page, "Trips and freezes")
    assert trips["x"] == ["2026-03-02T12:30:00.000Z"]
    (listed,) = page.marks.lines
    assert trips["customdata"] == [listed.url]
    assert (listed.kind.label, listed.at) == ("Trip or freeze", NOON + timedelta(minutes=30))
    assert page.chart.figure is not None
    frozen = [each for each in page.chart.figure["layout"]["shapes"] if each["type"] == "rect"]
    assert [(each["x0"], each["x1"]) for each in frozen] == [
        ("2026-03-02T12:30:00.000Z", "2026-03-02T12:35:00.000Z")
    ]
    assert plain(page.freezes[0]).startswith("Frozen since 2 Mar 12:30 UTC: ")


def test_kinds_of_marks_are_chosen_by_links_that_keep_all_else(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    every = page_of(client, people, "?range=24h&parts=budget")
    none = page_of(client, people, "?marks=none")
    two = page_of(client, people, "?marks=trip,policy")

    assert [kind.is_chosen for kind in every.marks.toggles] == [True] * 5
    assert every.marks.toggles[0].url == (
        f"{url_of(people)}?range=24h&parts=budget&marks=drift,decision,policy,incident"
    )
    assert [kind.is_chosen for kind in none.marks.toggles] == [False] * 5
    assert [kind.label for kind in two.marks.toggles if kind.is_chosen] == [
        "Trips and freezes",
        "Policy changes",
    ]
    assert two.parts_url.endswith("trends/parts/?range=7d&marks=trip,policy")
    assert two.fields == (("range", "7d"), ("marks", "trip,policy"))


def test_an_agent_of_another_fleet_is_nobody_here(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    stranger = AgentBucketFactory.create().agent

    page = page_of(client_of(people.mona), people, f"?with={stranger.pk}")

    assert page.beside is None
    assert len(page.bar.troubles) == 1


def full(agent: Agent, size: BucketSize, starts: Sequence[datetime]) -> None:
    # Every other one alone, which takes most points to draw.
    AgentBucket.objects.bulk_create(
        AgentBucketFactory.build(
            agent=agent,
            fleet=agent.fleet,
            size=size.value,
            starts_at=start,
            successes=1,
            outcomes=1,
        )
        for start in starts
    )


@pytest.mark.parametrize(
    ("query", "size", "count"),
    [
        ("?from=2026-02-28T12:00", BucketSize.FIVE_MINUTES, 576),
        ("?from=2026-01-30T12:00", BucketSize.HOUR, 744),
        ("?range=90d", BucketSize.DAY, 90),
        ("?from=2025-03-02", BucketSize.DAY, 366),
    ],
)
def test_no_trace_has_more_than_1500_points(
    shop: Shop, people: People, client_of: ClientOf, query: str, size: BucketSize, count: int
) -> None:
    agent = agent_of(people)
    agent.standing.outcomes = 10_000
    agent.standing.save(update_fields=["outcomes"])
    first = size.start(NOON)
    full(agent, size, [first - each * size.length for each in range(1, count + 1)])

    page = page_of(client_of(people.mona), people, f"{query}&parts=success,budget,consistency")

    assert page.chart.figure is not None
    points = [len(trace["x"]) for trace in page.chart.figure["data"]]
    assert len(traces(page, "Trust")[0]["x"]) >= count - 1
    assert max(points) <= 1_500


def test_a_range_that_has_ended_is_not_live(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    over = client.get(f"{url_of(people)}?to=2026-03-01").content.decode()
    going_on = client.get(url_of(people)).content.decode()

    assert ("cascade.js" in over, "cascade.js" in going_on) == (False, True)
    assert 'data-socket=""' in over


def test_the_agents_page_leads_to_its_trends_and_back(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    agent = f"/f/shop/agents/{agent_of(people).pk}/"

    assert f'href="{agent}trends/"' in client.get(agent).content.decode()
    assert f'href="{agent}"' in client.get(f"{agent}trends/").content.decode()


def test_more_buckets_cost_no_more_queries(shop: Shop, people: People, client_of: ClientOf) -> None:
    url = f"{url_of(people)}?with=new-bot"
    client = client_of(people.mona)
    worked(people, 2)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for hours_ago in range(3, 60):
        worked(people, hours_ago)
        worked(people, hours_ago, name="new-bot")

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
