from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from escalations.domain.weekly import (
    Place,
    Week,
    WeekFacts,
    report_due,
    week_lines,
    week_message,
    week_of,
    week_read,
)

# A Monday.
WEEK = Week(datetime(2026, 11, 23, tzinfo=UTC))
PERIOD = "from=2026-11-23T00%3A00Z&to=2026-11-30T00%3A00Z"
BUSY = WeekFacts(
    froze=3, froze_before=1, supervised=1, closed=2,
    ended=41, answered=37, expired=2, escalated=5, median_s=48.0, p90_s=370.0,
    outcomes=1_204, failures=61,
    spent_usd=Decimal("1834.5"), spent_before_usd=Decimal(900), budget_usd=Decimal(20_000),
    risen=4, fallen=1, drifts=2, cascades=1, incidents=0, rings=1, confirmed=1, dismissed=0,
)  # fmt: skip


def sentences(facts: WeekFacts) -> list[str]:
    return [line.sentence for line in week_lines(facts, WEEK)]


def test_a_week_lasts_from_monday_to_monday_utc() -> None:
    sunday = datetime(2026, 11, 30, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert week_of(sunday) == WEEK
    assert week_of(WEEK.since) == WEEK
    assert week_of(WEEK.until) == WEEK.moved(1)
    assert WEEK.until == datetime(2026, 11, 30, tzinfo=UTC)


def test_a_week_is_named_by_iso_8601_and_read_again() -> None:
    # 1 January 2027 is a Friday, so it lies in the last week of 2026.
    new_year = week_of(datetime(2027, 1, 1, tzinfo=UTC))

    assert (WEEK.name, new_year.name) == ("2026-W48", "2026-W53")
    assert (week_read("2026-W48"), week_read("2026-W53")) == (WEEK, new_year)
    assert WEEK.words == "week 48 of 2026, 23 Nov to 29 Nov, UTC"


@pytest.mark.parametrize(
    "text", ["", "2026-W00", "2025-W53", "2026-48", "1999-W01", "2026-W4", "x"]
)
def test_what_names_no_week_is_none(text: str) -> None:
    assert week_read(text) is None


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (datetime(2026, 11, 30, 6, 59, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)),
        (datetime(2026, 11, 30, 7, tzinfo=UTC), datetime(2026, 12, 7, 7, tzinfo=UTC)),
        (datetime(2026, 12, 6, 23, tzinfo=UTC), datetime(2026, 12, 7, 7, tzinfo=UTC)),
    ],
)
def test_a_report_is_due_on_the_next_monday_at_seven(after: datetime, due: datetime) -> None:
    assert report_due(after) == due


def test_a_busy_week_is_said_with_its_numbers() -> None:
    assert sentences(BUSY) == [
        "Breakers froze agents 3 times, once the week before; 1 agent was supervised over the"
        " cap instead and 2 agents were free again after"
        " passing probation.",
        "41 tickets ended, 37 of them answered, 5 past the first level. Half of the answers took"
        " at most 48 s, 9 of 10 at most 7 min.",
        "2 tickets expired unanswered, of 41.",
        "1,204 tasks finished, 61 of them failed.",
        "Finished work cost $1,834.50, $900.00 the week before. The budgets of a month come to"
        " $20,000.00.",
        "4 agents earned a higher tier than at the beginning, 1 a lower one.",
        "2 drift alarms of single agents, and 0 faults that many agents shared.",
        "1 failure spread from task to task.",
        "1 ring of agents newly suspected of collusion, 1 confirmed and 0 dismissed by people.",
    ]


def test_a_week_in_which_nothing_happened_says_so() -> None:
    quiet = sentences(WeekFacts())

    assert quiet[:4] == [
        "No breaker froze an agent, nor the week before.",
        "No ticket ended.",
        "No ticket expired unanswered.",
        "No task finished.",
    ]
    assert quiet[4] == "Finished work cost $0.00, $0.00 the week before. No agent has a budget."
    assert quiet[5:] == [
        "Which agents rose or fell to another tier is not known: tiers are kept once a day,"
        " and of the first or the last day of this week there are none.",
        "No drift alarm of a single agent, and no fault that many agents shared.",
        "No failure spread from task to task.",
        "No ring of agents newly suspected of collusion, none confirmed or dismissed.",
    ]


def test_without_an_answer_no_time_to_answer_is_said() -> None:
    unanswered = replace(BUSY, ended=2, answered=0, escalated=1, median_s=None, p90_s=None)

    assert sentences(unanswered)[1] == (
        "2 tickets ended, 0 of them answered, 1 past the first level."
    )


def test_a_freeze_of_the_week_before_alone_is_said() -> None:
    before = WeekFacts(froze_before=2)

    assert sentences(before)[0] == "Breakers froze agents never, twice the week before."


def test_each_sentence_leads_to_its_page_with_the_week_in_the_address() -> None:
    lines = week_lines(BUSY, WEEK)

    assert [line.path("shop") for line in lines] == [
        f"/f/shop/events/?{PERIOD}&kind=trip",
        f"/f/shop/service/?{PERIOD}",
        f"/f/shop/queue/decided/?{PERIOD}&outcome=expired",
        f"/f/shop/matrix/?{PERIOD}",
        "/f/shop/agents/",
        "/f/shop/agents/",
        "/f/shop/incidents/",
        "/f/shop/cascades/",
        "/f/shop/collusion/",
    ]
    assert {line.place for line in lines} == set(Place) - {Place.REPORT}


def test_the_mail_says_the_same_in_text_and_in_html_and_breaks_out_of_neither() -> None:
    message = week_message(
        week_lines(BUSY, WEEK),
        fleet="Shop <b>\r\nBcc: x@example.test",
        slug="shop",
        week=WEEK,
        console="https://console.example",
    )

    assert message.subject == (
        "[Shop <b> Bcc: x@example.test] Week 2026-W48: Breakers froze agents 3 times, once the week"
        " before"
    )
    assert (
        "- 2 tickets expired unanswered, of 41.\n  https://console.example/f/shop/" in message.body
    )
    assert "The report: https://console.example/f/shop/report/?week=2026-W48" in message.body
    assert "Turn it off: https://console.example/account/#reports" in message.body
    assert "<p>What happened in Shop &lt;b&gt; Bcc: x@example.test in week 48" in message.html
    assert 'href="https://console.example/f/shop/matrix/?from=2026-11-23' in message.html
    assert "&amp;to=2026-11-30" in message.html
    assert all(line.sentence in message.html for line in week_lines(BUSY, WEEK))
