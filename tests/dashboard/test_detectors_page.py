"""The detectors side by side, as real trips, alarms and rings fill them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.detectors import Detector
from governance.models import Agent, Audit, Fleet, Outcome, Standing
from tests.clock import NOON
from tests.dashboard.incident import fleet_incident_new, incident_new, words
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import NEWCOMER

if TYPE_CHECKING:
    from dashboard.cards.detectors import DetectorLine, DetectorsPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/detectors/"


def page_of(client: Any, query: str = "") -> DetectorsPage:
    page: DetectorsPage = client.get(f"{URL}{query}").context["detectors"]
    return page


def line(page: DetectorsPage, detector: Detector) -> DetectorLine:
    return next(each for each in page.lines if each.key == detector.value)


def counts(each: DetectorLine) -> tuple[int, int, int, int, int | None]:
    return (each.detected, each.enforced, each.noted, each.over, each.still_open)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_found_is_said_and_every_detector_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    assert plain(page.summary) == "In the last 7 days no detector found anything."
    assert [each.key for each in page.lines] == [each.value for each in Detector]
    assert {each.last for each in page.lines} == {None}


def test_a_trip_acts_and_a_second_one_over_the_cap_does_not(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Agent.objects.update(last_seen_at=NOON)
    shop.trip()
    shop.trip(NEWCOMER)

    page = page_of(client_of(people.mona))

    breaker = line(page, Detector.BREAKER)
    assert counts(breaker) == (2, 1, 0, 1, 2)
    assert breaker.over_note == "over the share that may be frozen: supervised instead"
    assert breaker.open_url == "/f/shop/agents/"
    assert breaker.found_url.startswith("/f/shop/events/?name=breaker.%2A&from=2026-02-23")
    assert "freezes at most 30 % of the fleet" in plain(breaker.setting)


def test_the_last_find_leads_to_its_event(shop: Shop, people: People, client_of: ClientOf) -> None:
    shop.trip()
    client = client_of(people.mona)

    last = line(page_of(client), Detector.BREAKER).last

    assert last is not None
    assert last.at == NOON
    assert client.get(last.url).status_code == 200
    assert last.url.startswith("/f/shop/events/")


def test_a_trip_in_shadow_is_only_noted(shop: Shop, people: People, client_of: ClientOf) -> None:
    Fleet.objects.update(enforcement="shadow")
    shop.key.fleet.refresh_from_db()
    shop.trip()

    page = page_of(client_of(people.mona))

    assert counts(line(page, Detector.BREAKER))[:4] == (1, 0, 1, 0)
    assert line(page, Detector.BREAKER).mode.label == "Shadow"
    assert page.shadow.startswith("The fleet is in shadow")
    assert page.shadow_url == "/f/shop/shadow/?range=7d"


def test_one_agent_in_shadow_is_said_too(shop: Shop, people: People, client_of: ClientOf) -> None:
    Agent.objects.filter(external_id=NEWCOMER).update(enforcement="shadow")

    page = page_of(client_of(people.mona))

    assert plain(page.shadow).startswith("1 agent of 2 is in shadow")


def test_rings_cascades_incidents_and_attempts_have_their_lists(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.attempt()
    incident_new()
    fleet_incident_new()
    ring_new()
    client = client_of(people.mona)

    page = page_of(client, "?range=90d")

    found = {each.key: each for each in page.lines}
    for key, url in {
        "authority": "/f/shop/queue/?kind=incident",
        "cascade": "/f/shop/cascades/",
        "incident": "/f/shop/incidents/",
        "collusion": "/f/shop/collusion/",
    }.items():
        assert (found[key].detected, found[key].open_url) == (1, url)
        last = found[key].last
        assert last is not None
        assert client.get(last.url).status_code == 200


def test_an_agent_that_is_free_again_is_open_no_longer(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    Standing.objects.update(breaker_state="CLOSED")

    breaker = line(page_of(client_of(people.mona)), Detector.BREAKER)

    assert counts(breaker) == (1, 1, 0, 0, 0)


def test_what_was_found_before_the_period_does_not_count(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    clock.forward(hours=25)

    page = page_of(client_of(people.mona), "?range=24h")

    assert counts(line(page, Detector.BREAKER)) == (0, 0, 0, 0, 1)


def test_the_detectors_are_saved_as_a_file(shop: Shop, people: People, client_of: ClientOf) -> None:
    shop.trip()
    client = client_of(people.mona)

    saved = json.loads(b"".join(client.get(page_of(client).files.json_url)))

    (breaker,) = [row for row in saved if row["detector"] == "breaker"]
    assert (breaker["detected"], breaker["enforced"], breaker["open_now"]) == (1, 1, 1)
    assert breaker["last_at"] == "2026-03-02T12:00:00.000Z"
    assert "\N{NO-BREAK SPACE}" not in "".join(row["setting"] for row in saved)


def test_an_alarm_of_drift_says_that_it_costs_the_tier_whatever_drifted(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona))

    drifts = (Detector.DRIFT, Detector.COST_DRIFT, Detector.LATENCY_DRIFT)
    assert {plain(line(page, drift).setting) for drift in drifts} == {
        "costs 1 tier at once; audits 3 times as likely until people look"
    }


def test_audits_drawn_by_chance_are_no_find(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    agent = Agent.objects.get(external_id="refund-bot")
    Audit.objects.create(
        fleet=agent.fleet,
        agent=agent,
        outcome=Outcome.objects.filter(agent=agent).latest("fact"),
        probability=0.1,
        sentence="Drawn by chance.",
        drawn_at=NOON,
    )

    page = page_of(client_of(people.mona))

    assert line(page, Detector.AUDIT).detected == 1
    assert [figure.value for figure in page.figures] == ["1", "1", "0", "0", "1"]
    assert "something once: 1 acted on" in plain(page.summary)
    assert page.summary.endswith("Audits are drawn by chance and are not counted here.")


def test_the_page_says_its_figures_in_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    text = words(client_of(people.mona), URL)

    assert "In the last 7 days detectors found something once: 1 acted on, 0 only noted." in text
    assert "nothing in this period" in text


def test_more_finds_cost_no_more_queries(shop: Shop, people: People, client_of: ClientOf) -> None:
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

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_the_shadow_report_stands_beside_the_detectors_in_the_navigation(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = client_of(people.mona).get(URL).content.decode()

    found = page.split("<h2>Found</h2>")[1]
    assert found.index("/f/shop/detectors/") < found.index("/f/shop/shadow/")
    assert found.index("/f/shop/shadow/") < found.index("/f/shop/collusion/")
