"""In which zone the pages of figures show their times: UTC, or that of the person's account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from escalations.models import NoticeHours
from tests.dashboard.deciding import JSON
from tests.dashboard.incident import words
from tests.dashboard.test_service_page import denied, page_of, plain

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/service/"


@pytest.fixture
def berlin(people: People) -> None:
    NoticeHours.objects.create(user=people.mona, zone="Europe/Berlin")


def at_noon_before_clocks_are_moved(clock: Clock) -> None:
    # Two days later, on 29 March 2026 at 01:00 UTC, Berlin goes from UTC+1 to UTC+2.
    clock.forward(seconds=(datetime(2026, 3, 27, 12, tzinfo=UTC) - clock.now).total_seconds())


@pytest.mark.usefixtures("berlin")
def test_days_are_those_of_the_zone_also_where_clocks_are_moved(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    at_noon_before_clocks_are_moved(clock)
    clock.forward(hours=11, seconds=1800)
    denied(shop.refund(), people)
    clock.forward(hours=48)
    denied(shop.refund(), people)

    client = client_of(people.mona)
    here, utc = page_of(client, "?range=7d&tz=local"), page_of(client, "?range=7d&tz=utc")

    # 27 March 23:30 UTC is the 28th, 00:30 in Berlin; 29 March 23:30 UTC is the 30th, 01:30.
    assert [plain(row[0].text) for row in here.chart.table.rows] == ["30 Mar", "28 Mar"]
    assert [row[0].value for row in here.chart.table.rows] == [
        "2026-03-29T22:00:00.000Z",
        "2026-03-27T23:00:00.000Z",
    ]
    assert [plain(row[0].text) for row in utc.chart.table.rows] == ["29 Mar", "27 Mar"]


@pytest.mark.usefixtures("berlin")
def test_the_bar_names_the_zone_once_and_times_are_in_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=1)
    denied(shop.refund(), people)
    client = client_of(people.mona)

    here, utc = words(client, f"{URL}?tz=local"), words(client, URL)

    assert "14:00:00 Europe/Berlin" in here
    assert "13:00:00 UTC" in utc
    assert plain(page_of(client, "?tz=local").people[0].last) == "2 Mar 14:00"
    assert plain(page_of(client).people[0].last) == "2 Mar 13:00"


@pytest.mark.usefixtures("berlin")
def test_every_link_and_the_form_keep_the_zone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.mona), "?from=2026-02-20&to=2026-02-21&tz=local")

    bar = page.bar
    assert bar.zone.name == "Europe/Berlin"
    links = [bar.earlier, bar.later, bar.wider, page.parts_url, *(each.url for each in bar.ranges)]
    assert [url for url in links if not url.endswith("&tz=local")] == []
    assert bar.kept == (("tz", "local"),)
    assert bar.since_text == "2026-02-20T00:00"
    assert bar.zone.choices[0].url == (
        f"{URL}?from=2026-02-20T00%3A00%2B01%3A00&to=2026-02-22T00%3A00%2B01%3A00&tz=utc"
    )


def test_who_has_no_zone_is_shown_utc_and_where_to_set_one(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    page = page_of(client, "?tz=local")

    assert page.bar.zone.name == "UTC"
    assert [choice.label for choice in page.bar.zone.choices] == ["UTC"]
    assert "Set your time zone" in words(client, URL)


@pytest.mark.usefixtures("berlin")
def test_the_zone_of_one_page_is_not_that_of_the_next(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    client.get(f"{URL}?tz=local")

    assert "12:00:00 UTC" in words(client, "/f/shop/agents/")


@pytest.mark.usefixtures("berlin")
def test_the_overview_has_the_same_switch(shop: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.mona)

    page = client.get("/f/shop/overview/?tz=local").context["overview"]

    assert page.zone.name == "Europe/Berlin"
    assert page.parts_url == "/f/shop/overview/parts/?tz=local"
    assert "13:00:00 Europe/Berlin" in words(client, "/f/shop/overview/?tz=local")


@pytest.mark.usefixtures("berlin")
def test_who_switches_it_on_sees_their_own_zone_until_a_page_is_asked_for_utc(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    switched = client.post("/own-zone/", {"own_zone": "on"}, follow=True)

    assert switched.redirect_chain == [("/account/#own_zone", 302)]
    assert "My own zone is on" in switched.content.decode()
    assert page_of(client).bar.zone.name == "Europe/Berlin"
    assert page_of(client, "?tz=utc").bar.zone.name == "UTC"
    assert page_of(client_of(people.rita)).bar.zone.name == "UTC"


def test_it_is_switched_on_or_off_and_nothing_else(people: People, client_of: ClientOf) -> None:
    answer = client_of(people.mona).post("/own-zone/", {"own_zone": "maybe"}, headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, "own_zone")
    assert answer.json()["detail"] == "Times in one's own zone are switched on or off."
