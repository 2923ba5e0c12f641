"""Which period an address means, and what it says of what it does not understand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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
            "from cannot be “yesterday”. It takes a day or a time in UTC, such as 2026-03-02 or"
            " 2026-03-02T14:30.",
        ),
        (
            {"from_": "2026-03-05", "to": "2026-03-01"},
            "from cannot be “2026-03-05T00:00”. It takes a time before that of to, at most 366 days.",
        ),
        (
            {"from_": "2020-01-01"},
            "from cannot be “2020-01-01T00:00”. It takes a time before that of to, at most 366 days.",
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


def test_times_before_the_calendar_are_no_fault_of_the_server() -> None:
    assert read(to="0001-01-02").name == "7d"
