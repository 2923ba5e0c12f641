"""The matrix: counts are summed cell by cell, shares divided last, estimates said to be that."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.types import TaskType, Tier
from tests.clock import NOON
from tests.dashboard.incident import words
from tests.factories import CellHourFactory, FleetBucketFactory

if TYPE_CHECKING:
    from dashboard.cards.matrix import MatrixCell, MatrixPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/matrix/"
HOUR = timedelta(hours=1)
# 12 of 20 held up; 4 + 1 + 1 kept from running, at 10 of 100 failures.
PIPELINE = {
    "task_type": TaskType.PIPELINE.value, "tier": Tier.HIGH.value, "asked": 20, "allowed": 8,
    "escalated": 8, "denied": 4, "approved": 6, "refused": 1, "expired": 1, "overruled": 2,
    "outcomes": 100, "failures": 10, "cost_usd": Decimal("12.50"),
}  # fmt: skip
# 3 of 100 held up, 3 kept from running, at 50 of 100 failures.
STATELESS = {
    "task_type": TaskType.STATELESS.value, "tier": Tier.LOW.value, "asked": 100, "allowed": 97,
    "denied": 3, "outcomes": 100, "failures": 50, "cost_usd": Decimal("7.50"),
}  # fmt: skip
# 6 outcomes are too few.
YOUNG = {
    "task_type": TaskType.COORDINATION.value, "tier": Tier.MEDIUM.value, "asked": 6, "allowed": 4,
    "denied": 2, "outcomes": 6, "failures": 3,
}  # fmt: skip


@pytest.fixture
def rolled_up(shop: Shop) -> None:
    FleetBucketFactory(fleet=shop.people.fleet, size="5min")
    for cell in (PIPELINE, STATELESS, YOUNG):
        CellHourFactory(fleet=shop.people.fleet, starts_at=NOON - HOUR, **cell)


def page_of(client: Any, query: str = "") -> MatrixPage:
    page: MatrixPage = client.get(f"{URL}{query}").context["matrix"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def cell(page: MatrixPage, row: int, column: int) -> MatrixCell:
    return page.rows[row].cells[column]


def facts(page: MatrixPage, row: int, column: int) -> list[str]:
    return [plain(f"{fact.text} {fact.note}".strip()) for fact in cell(page, row, column).facts]


def test_a_cell_says_what_it_held_up_and_what_that_was_worth(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    pipeline = cell(page, 1, 0)
    assert (pipeline.asked, pipeline.preset, pipeline.shade) == ("20 asked", "balanced", 4)
    assert facts(page, 1, 0) == ["12 60 %", "10 % n 100", "about 20 tasks"]
    assert (cell(page, 0, 2).preset, cell(page, 0, 2).shade) == ("conservative", 1)
    assert facts(page, 0, 2) == ["3 3.0 %", "50 % n 100", "about 2.0 tasks"]


def test_too_few_outcomes_are_no_rate_and_nothing_at_all_is_not_zero_failures(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    few = "not enough data (6 of 10)"
    assert facts(page, 2, 1) == ["2 of 6", few, few]
    assert cell(page, 2, 0).asked == "nothing asked"
    assert facts(page, 2, 0) == [
        "0 of 0",
        "not enough data (0 of 10)",
        "nothing kept from running",
    ]


def test_sums_divide_what_was_summed_and_estimate_cell_by_cell(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    # 17 of 126 held up; 63 of 206 failed; 15 held up in cells with a rate, 0.6 + 1.5 stopped.
    assert facts(page, 3, 3) == ["17 13 %", "31 % n 206", "about 7.1 tasks"]
    assert facts(page, 1, 3) == facts(page, 1, 0)


def test_what_was_kept_where_too_little_ran_is_not_said_to_fail_never(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    # 50 of 100 failed where nothing was kept; 2 tasks were kept where 6 ran.
    for cell_seen in (STATELESS | {"asked": 97, "denied": 0}, YOUNG):
        CellHourFactory(fleet=shop.people.fleet, starts_at=NOON - HOUR, **cell_seen)

    page = page_of(client_of(people.mona))

    assert facts(page, 3, 3)[-1] == "not enough data in any cell"
    assert facts(page, 0, 2)[-1] == "nothing kept from running"
    rows = {row[0].text: [each.value for each in row[1:]] for row in page.table.rows}
    assert rows["all cells"][-3:] == ["2", "", ""]
    assert rows["stateless at low trust"][-3:] == ["0", "0.00", ""]
    assert [plain(line) for line in page.saved] == [
        "2 tasks were kept from running. None of their cells has 10 outcomes yet, so nobody can"
        " say how many of them would have failed.",
    ]


def test_where_nobody_answered_that_is_what_is_said(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    waiting = STATELESS | {"approved": 0, "refused": 0, "expired": 0, "overruled": 0}
    CellHourFactory(fleet=shop.people.fleet, starts_at=NOON - HOUR, **waiting)

    page = page_of(client_of(people.mona))

    assert plain(page.cost[1]) == "Nobody answered; 0 expired unanswered."


def test_of_a_period_that_ended_within_an_hour_the_whole_hour_counts(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona), "?from=2026-03-02T09:10&to=2026-03-02T11:20")

    assert plain(page.note).startswith(
        "Counted in whole hours from 2 Mar 09:00 to 2 Mar 12:00. What"
    )
    assert "&kind=task&type=pipeline" in cell(page, 1, 0).url
    assert "to=2026-03-02T12%3A00" in cell(page, 1, 0).url


def test_sentences_say_what_governance_cost_and_what_it_saved(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "In the last 7 days 126 tasks were asked for; 17 (13 %) did not run at once: people were"
        " asked about 8, the gate denied 9."
    )
    assert [plain(line) for line in page.cost] == [
        "17 tasks did not run at once.",
        "People answered 7 times: 6 approved, 1 refused; 1 expired unanswered. People overruled"
        " the gate or the arguments twice.",
    ]
    assert [plain(line) for line in page.saved] == [
        "11 tasks were kept from running. Estimate: about 2.1 of 9 would have failed, at the"
        " failure rates of what ran in the same cells (n 200). 2 tasks of cells with fewer than 10"
        " outcomes are left out.",
        "Most work for each failure stopped: pipeline at high trust, about 20 tasks. Least:"
        " stateless at low trust, about 2.0.",
        "The gate holds the riskier tasks of a cell back, so the estimate is rather low.",
    ]


def test_the_table_has_every_cell_and_their_sum_as_plain_numbers(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    table = page_of(client_of(people.mona)).table

    rows = {row[0].text: [each.value for each in row[1:]] for row in table.rows}
    assert len(rows) == 10
    assert rows["pipeline at high trust"] == [
        "20", "8", "8", "4", "6", "1", "1", "2", "100", "10", "10.00", "12.500000", "6", "0.60",
        "20.00",
    ]  # fmt: skip
    assert [row[-1].text for row in table.rows if row[0].text == "all cells"] == ["7.1"]
    assert rows["all cells"][:4] == ["126", "109", "8", "9"]
    assert rows["coordination at medium trust"][-2:] == ["", ""]


def test_figures_divide_and_say_what_they_are_of(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    shown = {
        key.label: (plain(key.value), plain(key.note))
        for key in page_of(client_of(people.mona)).figures
    }

    assert shown["Held up"][0] == "17"
    assert shown["Failures stopped"] == ("≈ 2.1", "estimate from 200 outcomes")
    # The two of coordination have no rate: 15 of 17, and 15 / 2.1 is 7.1.
    assert shown["Held up per failure"] == (
        "≈ 7.1",
        "15 held up in cells with a failure rate, for ≈ 2.1 failures stopped",
    )
    assert shown["Spent by the tasks"] == (
        "$20.00",
        "on 206 outcomes; governance itself is not in it",
    )


def test_a_failed_share_far_above_the_fleets_is_marked_high(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    # 6 of 60 failed: 10 % of the whole fleet. 2 of 10 are twice that, 1 of 5 are too few to tell.
    counted = (
        (TaskType.STATELESS, 45, 3),
        (TaskType.PIPELINE, 10, 2),
        (TaskType.COORDINATION, 5, 1),
    )
    for kind, outcomes, failures in counted:
        CellHourFactory(
            fleet=shop.people.fleet, starts_at=NOON - HOUR, task_type=kind.value,
            tier=Tier.HIGH.value, asked=outcomes, allowed=outcomes, outcomes=outcomes,
            failures=failures,
        )  # fmt: skip
    client = client_of(people.mona)

    page = page_of(client)

    high = [[fact.is_high for fact in cell(page, row, 0).facts] for row in range(4)]
    assert high == [[False] * 3, [False, True, False], [False] * 3, [False] * 3]
    assert cell(page, 1, 0).shade == 0
    assert "20 % n 10 high" in words(client, URL)


def test_a_fleet_in_which_nothing_failed_marks_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    CellHourFactory(fleet=shop.people.fleet, starts_at=NOON - HOUR, **STATELESS | {"failures": 0})

    page = page_of(client_of(people.mona))

    assert not any(fact.is_high for row in page.rows for each in row.cells for fact in each.facts)


def test_hours_outside_the_period_do_not_count(
    shop: Shop, rolled_up: None, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=30)

    page = page_of(client_of(people.mona), "?range=24h")

    assert plain(page.summary) == ("In the last 24 h nothing was asked, answered or done.")
    assert page.cost == ("Governance held up no task and asked nobody.",)
    assert page.saved == ("Nothing was kept from running, so no failure was stopped.",)
    assert plain(page.late).startswith("These figures are 1 d 6 h behind")


def test_a_cell_leads_to_what_people_answered_about_it(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    page = page_of(client, "?from=2026-03-01T10:20")

    url = cell(page, 1, 0).url

    assert url.startswith("/f/shop/queue/decided/?from=2026-03-01T10%3A00")
    assert url.endswith("&kind=task&type=pipeline&tier=high")
    assert client.get(url).context["decided"].filters.is_filtered
    assert cell(page, 0, 2).url == ""


def test_the_cells_are_saved_as_a_file(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    saved = json.loads(b"".join(client.get(page_of(client).files.json_url)))

    rows = {(row["task_type"], row["tier"]): row for row in saved}
    assert len(rows) == 9
    assert rows["pipeline", "high"] == {
        "task_type": "pipeline", "tier": "high", "preset_now": "balanced", "asked": 20,
        "allowed": 8, "escalated": 8, "denied": 4, "approved": 6, "refused": 1, "expired": 1,
        "overruled": 2, "outcomes": 100, "failures": 10, "cost_usd": "12.50",
        "kept_from_running": 6, "failures_stopped_estimate": 0.6,
    }  # fmt: skip
    assert rows["coordination", "medium"]["failures_stopped_estimate"] is None


def test_a_period_nobody_understands_gives_no_file(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.mona).get("/f/shop/matrix.csv?range=year")

    assert (response.status_code, response.json()["field"]) == (422, "range")


def test_figures_that_were_never_added_up_are_said_to_be_missing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = words(client_of(people.mona), URL)

    assert "Nothing has been added up for this fleet yet" in text
    assert "Counted in whole hours from 23 Feb 12:00 on." in text


def test_more_hours_cost_no_more_queries(
    rolled_up: None, shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.mona)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for hours in range(1, 30):
        at = NOON.replace(day=1, hour=hours % 24)
        CellHourFactory(fleet=shop.people.fleet, starts_at=at, **_cell(hours))

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def _cell(number: int) -> dict[str, Any]:
    kind, tier = list(TaskType)[number % 3], list(Tier)[number // 24]
    return {"task_type": kind.value, "tier": tier.value, "asked": number}
