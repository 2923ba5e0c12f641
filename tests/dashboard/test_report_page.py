"""The report of a week: the words of the mail, live, and who asks for it on their account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.urls import resolve

from dashboard.forms.period import period_read
from escalations.domain.weekly import Place, WeekFacts, week_lines, week_of
from escalations.models import ReportWish
from escalations.selectors.weekly import week_facts
from governance.domain.critical import Critical
from governance.domain.rollup import BucketSize
from governance.domain.transitions import BreakerReason
from governance.models import Agent, Fleet, TrustDay
from governance.selectors.clock import clock_now
from governance.services.critical import critical_latch_step
from governance.services.events import events_publish
from tests.escalations.answering import approve, deny
from tests.factories import AgentBucketFactory

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/report/"
# The tests' noon is that of Monday, 2 March 2026.
THIS = "2026-W10"


def test_the_last_week_that_has_ended_is_shown_and_the_one_that_goes_on_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    worked_last_week()
    client = client_of(people.rita)

    last, current = client.get(URL), client.get(f"{URL}?week={THIS}")

    assert last.context["report"].words.startswith("week 9 of 2026, 23 Feb to 1 Mar")
    assert (last.context["report"].note, last.context["report"].later_url) == (
        "", f"{URL}?week={THIS}",
    )  # fmt: skip
    assert "The week goes on" in current.context["report"].note
    assert current.context["report"].later_url == ""
    assert current.context["report"].earlier_url == f"{URL}?week=2026-W09"


def worked_last_week() -> None:
    Fleet.objects.update(created_at=datetime(2026, 1, 5, tzinfo=UTC))
    AgentBucketFactory(
        agent=Agent.objects.get(external_id="refund-bot"),
        size=BucketSize.DAY.value,
        starts_at=datetime(2026, 2, 25, tzinfo=UTC),
        outcomes=1,
    )


def test_a_fleet_that_is_younger_than_last_week_shows_the_one_that_goes_on(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    report = client_of(people.rita).get(URL).context["report"]

    assert report.words.startswith("week 10 of 2026")
    assert "The week goes on" in report.note


def test_a_last_week_without_anything_gives_way_to_the_one_that_goes_on(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.update(created_at=datetime(2026, 1, 5, tzinfo=UTC))

    report = client_of(people.rita).get(URL).context["report"]

    assert report.words.startswith("week 10 of 2026")
    assert report.trouble == ""


@pytest.mark.parametrize("week", ["2026-W11", "2026-W60", "next"])
def test_a_week_nobody_understands_or_to_come_is_said(
    shop: Shop, people: People, client_of: ClientOf, week: str
) -> None:
    worked_last_week()

    report = client_of(people.rita).get(f"{URL}?week={week}").context["report"]

    assert report.words.startswith("week 9 of 2026")
    assert report.trouble == (
        f"week cannot be “{week}”. It takes a year and a week up to this one, such as {THIS}."
    )


def test_its_numbers_are_those_of_the_rows(shop: Shop, people: People, clock: Clock) -> None:
    approve(shop.refund(), people.rita)
    deny(shop.refund(), people.mona)
    clock.forward(minutes=31)
    shop.look_at(shop.refund())
    shop.trip()
    week = week_of(clock.now)
    agent = Agent.objects.get(external_id="refund-bot")
    kept(agent, date(2026, 3, 2), "high")
    kept(agent, date(2026, 3, 7), "low")
    for day, cost in ((1, "9"), (2, "2.5"), (7, "0.25"), (9, "40")):
        AgentBucketFactory(
            agent=agent,
            size=BucketSize.DAY.value,
            starts_at=datetime(2026, 3, day, tzinfo=UTC),
            outcomes=5,
            failures=2,
            cost_usd=Decimal(cost),
        )
    clock.now = datetime(2026, 3, 7, 9, tzinfo=UTC)

    facts = week_facts(fleet=people.fleet, week=week, now=clock.now)

    assert (facts.ended, facts.answered, facts.froze, facts.froze_before) == (2, 2, 1, 0)
    assert (facts.median_s, facts.expired) == (0.0, 0)
    assert (facts.outcomes, facts.failures) == (10, 4)
    assert (facts.spent_usd, facts.spent_before_usd) == (Decimal("2.75"), Decimal(9))
    assert facts.budget_usd == Decimal(200_000)
    assert (facts.risen, facts.fallen) == (0, 1)


def latched(agent: Agent) -> None:
    forbidden = Critical(BreakerReason.FORBIDDEN_TOOL, "It used a tool that nobody allowed.")
    now = clock_now()
    with transaction.atomic():
        events = critical_latch_step(agent=agent, fleet=agent.fleet, critical=forbidden, now=now)
        events_publish(*events, now=now)


def test_a_freeze_for_one_critical_event_is_a_freeze(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    latched(Agent.objects.select_related("standing", "fleet").get(external_id="refund-bot"))

    facts = week_facts(fleet=people.fleet, week=week_of(clock.now), now=clock.now)
    changes = client_of(people.mona).get("/f/shop/overview/").context["overview"].changes

    assert facts.froze == 1
    assert "Breakers froze agents once, never the day before." in [
        each.sentence for each in changes
    ]


def kept(agent: Agent, day: date, tier: str) -> None:
    TrustDay.objects.create(
        agent=agent, day=day, tier=tier, outcomes=1, breaker_state="CLOSED",
        created_at=datetime.combine(day, datetime.min.time(), tzinfo=UTC),
    )  # fmt: skip


def test_each_sentence_leads_to_a_page_that_takes_the_week(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.mona)
    week = week_of(clock.now).moved(-1)
    lines: Any = week_lines(WeekFacts(), week)

    answers = [client.get(line.path("shop")) for line in lines]
    period = period_read(client.get(lines[1].path("shop")).wsgi_request.GET, now=clock.now)

    assert [answer.status_code for answer in answers] == [200] * len(lines)
    assert not [answer for answer in answers if b"cannot be" in answer.content]
    assert (period.since, period.until) == (week.since, week.until)
    assert [resolve(f"/f/shop/{place}").kwargs for place in Place] == [{"fleet": "shop"}] * 9


def test_a_manager_asks_for_it_and_takes_it_back_on_the_account(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    before = client.get("/account/").context["reports"].choices

    asked = client.post("/account/reports/", {"fleet": "shop"})
    after = client.get("/account/").context["reports"].choices
    page = client.get(URL).context["report"]
    client.post("/account/reports/", {})

    assert [(each.slug, each.is_wanted) for each in before] == [("shop", False)]
    assert asked["Location"] == "/account/#reports"
    assert [(each.slug, each.is_wanted) for each in after] == [("shop", True)]
    assert page.is_mailed is True
    assert not ReportWish.objects.exists()


def test_a_reviewer_reads_it_and_gets_no_mail(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    refused = client.post(
        "/account/reports/", {"fleet": "shop"}, headers={"Accept": "application/json"}
    )

    assert client.get(URL).context["report"].is_mailed is None
    assert client.get("/account/").context["reports"].choices == ()
    assert (refused.status_code, refused.json()["field"]) == (422, "fleet")
    assert not ReportWish.objects.exists()


def test_without_a_proven_channel_the_account_says_what_is_missing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    reports = client_of(people.mona).get("/account/").context["reports"]

    assert (reports.where, reports.lacks[:34]) == ("", "No mail channel of yours is proven")
