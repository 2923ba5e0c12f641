"""Which period an address means, and what it says of what it does not understand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from dashboard.display.zones import Shown, shown_in
from dashboard.forms.period import LONGEST, RANGES, Period, period_read

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def read(**fields: str) -> Period:
    return period_read({name.strip("_"): value for name, value in fields.items()}, now=NOW)


@pytest.mark.parametrize(("name", "span"), RANGES.items())
def test_a_range_ends_now(name: str, span: timedelta) -> None:
    period = read(range=name)

    assert (period.since, period.until, period.name) == (NOW - span, NOW, name)
    assert period.misread == ()
    assert period.query == f"range={name}"


def test_without_an_address_it_is_a_week() -> None:
    assert read().name == "7d"


def test_both_ends_may_be_given_and_a_day_at_the_end_is_included() -> None:
    period = read(from_="2026-03-01", to="2026-03-02")

    assert period.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert period.until == datetime(2026, 3, 3, tzinfo=UTC)
    assert period.name == ""
    assert period.query == "from=2026-03-01T00%3A00&to=2026-03-03T00%3A00"


def test_both_ends_come_before_a_range() -> None:
    assert read(from_="2026-03-01", range="90d").since == datetime(2026, 3, 1, tzinfo=UTC)


def test_an_end_that_is_missing_or_to_come_is_now() -> None:
    assert read(from_="2026-03-01").until == NOW
    assert read(from_="2026-03-01", to="2027-01-01").until == NOW


def test_an_end_that_is_missing_or_to_come_moves_with_the_clock() -> None:
    assert read(from_="2026-03-01").query == "from=2026-03-01T00%3A00"
    assert read(from_="2026-03-01", to="2026-03-11T08:00").query == (
        "from=2026-03-01T00%3A00&to=2026-03-11T08%3A00"
    )


def test_a_beginning_that_is_missing_is_a_week_before_the_end() -> None:
    period = read(to="2026-03-02T06:00")

    assert period.until - period.since == timedelta(days=7)


def test_up_to_two_days_are_told_apart_by_the_hour() -> None:
    assert read(range="24h").width == "hour"
    assert read(from_="2026-03-08T12:00").width == "hour"
    assert read(range="7d").width == "day"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"range": "1y"}, "range cannot be “1y”. It takes 24h, 7d, 30d, 90d."),
        (
            {"from_": "yesterday"},
            "from cannot be “yesterday”. It takes a day or a time in UTC from 1900 on, such as"
            " 2026-03-02 or 2026-03-02T14:30.",
        ),
        (
            {"from_": "2026-03-05", "to": "2026-03-01"},
            "from cannot be “2026-03-05T00:00”. It takes a time before that of to, at most 366 days.",
        ),
        (
            {"from_": "2020-01-01"},
            "from cannot be “2020-01-01T00:00”. It takes a time before that of to, at most 366 days.",
        ),
        (
            {"from_": "2026-12-05"},
            "from cannot be “2026-12-05T00:00”. It takes a time before now, 2026-03-10T12:00; this one is to come.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_and_changes_nothing(
    fields: dict[str, str], sentence: str
) -> None:
    period = read(**fields)

    assert [each.sentence for each in period.misread] == [sentence]
    assert period.name == "7d"


def test_a_year_is_the_longest() -> None:
    assert timedelta(days=366) == LONGEST
    assert read(from_="2025-03-10").misread == ()


@pytest.mark.parametrize("day", ["0001-01-02", "1899-12-31", "9000-01-01", "9999-12-31"])
def test_what_lies_at_an_end_of_the_calendar_is_not_understood(day: str) -> None:
    period = read(from_="1900-01-01", to=day)

    assert [each.field for each in period.misread][:1] == ["to"]


def test_the_first_day_there_is_has_one_before_it() -> None:
    assert read(from_="1900-01-01", to="1900-12-31").earlier.since.year == 1899


BERLIN = Shown(own="Europe/Berlin", is_local=True, asked="local")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_times_without_an_offset_are_in_the_zone_shown() -> None:
    with shown_in(BERLIN):
        period = read(from_="2026-03-01T08:00", to="2026-03-02")

        assert (period.since, period.until) == (utc("2026-03-01T07:00"), utc("2026-03-02T23:00"))
        assert parse_qs(period.query) == {
            "from": ["2026-03-01T08:00+01:00"],
            "to": ["2026-03-03T00:00+01:00"],
            "tz": ["local"],
        }


def test_an_address_with_offsets_means_the_same_moments_in_every_zone() -> None:
    with shown_in(BERLIN):
        query = read(from_="2026-03-01T08:00", to="2026-03-02").query
    fields = {name: value for name, (value,) in parse_qs(query).items()}

    elsewhere = period_read(fields, now=NOW)

    assert (elsewhere.since, elsewhere.until) == (
        utc("2026-03-01T07:00"),
        utc("2026-03-02T23:00"),
    )


def test_a_day_on_which_clocks_are_moved_is_as_long_as_it_is() -> None:
    with shown_in(BERLIN):
        shorter = period_read({"from": "2026-03-29", "to": "2026-03-29"}, now=utc("2026-12-01"))
        longer = period_read({"from": "2026-10-25", "to": "2026-10-25"}, now=utc("2026-12-01"))

    assert shorter.until - shorter.since == timedelta(hours=23)
    assert longer.until - longer.since == timedelta(hours=25)


def test_a_time_that_clocks_repeat_is_the_first_of_the_two() -> None:
    with shown_in(BERLIN):
        period = period_read({"from": "2026-10-25T02:30"}, now=utc("2026-12-01"))

    assert period.since == utc("2026-10-25T00:30")


def test_whole_days_go_to_whole_days_over_a_change_of_the_clocks() -> None:
    now = utc("2026-12-01")
    with shown_in(BERLIN):
        period = period_read({"from": "2026-03-28", "to": "2026-03-29"}, now=now)
        earlier, later = period.earlier, period.later

        assert later is not None
        assert (earlier.since, earlier.until) == (utc("2026-03-25T23:00"), utc("2026-03-27T23:00"))
        assert (later.since, later.until) == (utc("2026-03-29T22:00"), utc("2026-03-31T22:00"))
        assert later.earlier.since == period.since


def test_the_one_before_a_range_is_as_long_and_ends_where_it_begins() -> None:
    earlier = read(range="7d").earlier

    assert (earlier.since, earlier.until) == (NOW - timedelta(days=14), NOW - timedelta(days=7))
    assert earlier.query == "from=2026-02-24T12%3A00&to=2026-03-03T12%3A00"


def test_after_what_ends_now_there_is_nothing_yet() -> None:
    assert read(range="7d").later is None
    assert read(from_="2026-03-01").later is None


def test_after_the_one_before_a_range_comes_that_range_again() -> None:
    earlier = read(range="24h").earlier.query
    fields = {name: value for name, (value,) in parse_qs(earlier).items()}

    # Somebody looked at it for an hour.
    later = period_read(fields, now=NOW + timedelta(hours=1)).later
    too_late = period_read(fields, now=NOW + timedelta(hours=2)).later

    assert later is not None
    assert (later.query, later.until) == ("range=24h", NOW + timedelta(hours=1))
    assert too_late is not None
    assert too_late.query == "from=2026-03-09T12%3A00&to=2026-03-10T12%3A00"


def test_the_day_of_the_calendar_that_goes_on_stays_a_day() -> None:
    today = read(from_="2026-03-09", to="2026-03-09").later

    assert today is not None
    assert today.query == "from=2026-03-10T00%3A00&to=2026-03-11T00%3A00"


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({"range": "24h"}, "range=7d"),
        ({"range": "30d"}, "range=90d"),
        ({"range": "90d"}, "from=2025-09-11T12%3A00"),
        ({"from_": "2026-03-09T12:00"}, "from=2026-03-08T12%3A00"),
        (
            {"from_": "2026-03-01", "to": "2026-03-02"},
            "from=2026-02-28T00%3A00&to=2026-03-04T00%3A00",
        ),
    ],
)
def test_a_wider_one_is_twice_as_long_or_the_next_range(fields: dict[str, str], query: str) -> None:
    wider = read(**fields).wider

    assert wider is not None
    assert wider.query == query


def test_half_a_year_and_more_has_no_wider_one() -> None:
    assert read(from_="2025-09-08").wider is None


def test_a_range_that_is_to_come_in_part_goes_on() -> None:
    assert read(range="7d").is_live
    assert read(from_="2026-03-01").is_live
    assert read(from_="2026-03-01", to="2026-03-11").is_live
    assert not read(from_="2026-03-01", to="2026-03-02").is_live


def test_a_zone_that_is_none_of_the_two_is_said() -> None:
    with shown_in(Shown(own="Europe/Berlin", asked="mars")):
        period = read()

    assert [each.sentence for each in period.misread] == [
        "tz cannot be “mars”. It takes local or utc."
    ]
    assert period.query == "range=7d"
