"""Claims beside a fleet's own record: known figures with intervals, too little said as such."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.pages.evidence_claims import CLAIMS
from governance.domain.policy import policy_fields
from governance.domain.policy.fields import Provenance
from governance.domain.types import TaskType, Tier
from governance.models import Agent, Outcome
from tests.clock import NOON
from tests.dashboard.incident import words
from tests.dashboard.sheets import lines, objects
from tests.dashboard.shop import NEWCOMER
from tests.factories import CellHourFactory, FleetBucketFactory

if TYPE_CHECKING:
    from dashboard.cards.evidence import EvidencePage, FigureLine
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/evidence/"
HOUR = timedelta(hours=1)


def page_of(client: Any, query: str = "") -> EvidencePage:
    page: EvidencePage = client.get(f"{URL}{query}").context["evidence"]
    return page


def figures(page: EvidencePage) -> dict[str, FigureLine]:
    groups = [group for claim in page.claims for group in claim.groups]
    return {line.key: line for group in (*groups, *page.own) for line in group.lines}


def verdict(page: EvidencePage, claim: str, place: int = 0) -> str:
    (found,) = [each for each in page.claims if each.key == claim]
    return plain(found.groups[place].verdict)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def cell(people: People, kind: TaskType, tier: Tier, **counts: Any) -> None:
    CellHourFactory(
        fleet=people.fleet, starts_at=NOON - HOUR, task_type=kind.value, tier=tier.value, **counts
    )


@pytest.fixture
def rolled_up(shop: Shop) -> None:
    """High fails 5 of 100, medium 20 of 100, low 3 of 6; people denied 5 of 50."""
    FleetBucketFactory(
        fleet=shop.people.fleet, size="day", starts_at=NOON.replace(hour=0), agents=200
    )
    cell(
        shop.people, TaskType.STATELESS, Tier.HIGH, asked=100, approved=45, refused=5, expired=10,
        outcomes=100, failures=5, cost_usd=Decimal(25),
    )  # fmt: skip
    cell(shop.people, TaskType.PIPELINE, Tier.MEDIUM, asked=100, outcomes=100, failures=20)
    cell(shop.people, TaskType.PIPELINE, Tier.LOW, asked=6, outcomes=6, failures=3)


def test_every_claim_is_shown_with_what_holds(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = unescape(words(client_of(people.rita), URL))

    for claim in CLAIMS:
        assert claim.said in text
        assert claim.holds in text
        assert claim.does in text
    assert "No figure of a fleet can speak to this." in text


def test_shares_by_tier_have_their_wilson_intervals(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))
    found = figures(page)

    high, low = found["failed_high"], found["failed_low"]
    assert (plain(high.text), plain(high.interval), high.n) == ("5.0 %", "2.2 % to 11 %", 100)
    assert (low.text, low.interval, low.value) == ("not enough data (6 of 10)", "", None)
    assert verdict(page, "tiers") == (
        "Tier high fails less than tier medium. Tier medium beside low: not enough data."
    )


def test_a_preset_sums_the_cells_that_the_policy_in_force_gives_it(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    aggressive = figures(page)["failed_aggressive"]
    assert (aggressive.n, aggressive.note) == (100, "$0.25 a task")
    assert verdict(page, "matrix") == "2 of 9 cells have 10 outcomes or more in the period."


def test_what_people_denied_is_a_share_of_what_they_answered(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    found = figures(page_of(client_of(people.mona)))

    assert (plain(found["approvals_denied"].text), found["approvals_denied"].n) == ("10 %", 50)
    assert (plain(found["approvals_expired"].text), found["approvals_expired"].n) == ("17 %", 60)


def test_freezes_are_told_per_thousand_agent_days(
    rolled_up: None, shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    page = page_of(client_of(people.mona))

    freezes = figures(page)["freezes"]
    assert (freezes.text, freezes.n) == ("5.00", 200)
    assert verdict(page, "thresholds") == (
        "Detectors froze agents 1 time in earnest in 200 agent-days."
    )


def test_expected_failures_stand_beside_those_seen(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    judged = Outcome.objects.filter(result__in=["success", "partial", "failure"])
    expected = sum(judged.values_list("expected", flat=True))
    failed = judged.filter(result="failure").count()

    line = figures(page_of(client_of(people.mona)))["calibration"]

    assert line.value == pytest.approx(failed / expected)
    assert line.n == judged.count()


def test_nothing_is_claimed_of_a_fleet_without_a_record(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    found = figures(page_of(client_of(people.mona), "?from=2020-01-01&to=2020-02-01"))

    shares = [line for line in found.values() if line.unit == "share"]
    assert {line.value for line in shares} == {None}
    assert {line.text for line in shares} == {"not enough data (0 of 10)"}
    assert found["freezes"].text == "not enough data (0 of 100)"


def test_every_field_of_the_policy_stands_once_under_its_label(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.rita))

    assert [label.key for label in page.labels] == [label.value for label in Provenance]
    shown = [field.path for label in page.labels for field in label.fields]
    assert sorted(shown) == sorted(field.path for field in policy_fields())
    assert page.labels[0].changed == 0


def test_a_field_is_a_target_of_its_own(shop: Shop, people: People, client_of: ClientOf) -> None:
    html = client_of(people.rita).get(URL).content.decode()

    assert html.count('id="field-trust.half_life_days"') == 1


def test_what_accumulates_is_shown_for_the_longest_range_unless_asked_otherwise(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    assert plain(page_of(client).when) == "the last 90 days"
    assert plain(page_of(client, "?range=7d").when) == "the last 7 days"
    assert plain(page_of(client, "?from=yesterday").when) == "the last 90 days"
    assert plain(page_of(client, "?tz=utc").when) == "the last 90 days"


def test_figures_and_fields_are_saved_as_files(
    rolled_up: None, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    page = page_of(client)

    rows = {row["figure"]: row for row in objects(client, page.files.json_url)}
    fields = lines(client, page.field_files.csv_url)

    assert set(rows) == set(figures(page))
    high = rows["failed_high"]
    assert (high["claim"], high["value"], high["unit"], high["n"]) == ("tiers", 0.05, "share", 100)
    assert rows["failed_low"]["value"] is None
    assert "\N{NO-BREAK SPACE}" not in json.dumps(list(rows.values()), ensure_ascii=False)
    assert len(fields) == len(policy_fields())
    assert fields[0]["path"] == "trust.weight_success"


def test_a_file_of_a_period_that_nobody_understands_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.mona).get("/f/shop/evidence.json?range=forever")

    assert answer.status_code == 422


def test_a_longer_record_costs_no_more_queries(
    rolled_up: None, shop: Shop, people: People, client_of: ClientOf
) -> None:
    Agent.objects.update(last_seen_at=NOON)
    client = client_of(people.mona)
    shop.attempt()
    shop.trip()
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(4):
        shop.attempt()
    shop.trip(NEWCOMER)
    for hour in range(2, 40):
        CellHourFactory(fleet=people.fleet, starts_at=NOON - hour * HOUR, outcomes=10)

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)
    assert len(few) < 40


def test_the_page_stands_under_tune(shop: Shop, people: People, client_of: ClientOf) -> None:
    html = client_of(people.rita).get(URL).content.decode()

    assert "/f/shop/evidence/" in html.split("<h2>Tune</h2>")[1].split("</nav>")[0]
