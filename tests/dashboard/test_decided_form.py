"""What an address of the log of decisions means, and what of it nobody understands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.forms.decided import decided_read
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.ended import EVERYTHING, EndedQuery
from governance.domain.types import BlastLevel, TaskType, Tier

EVERY = {
    "outcome": "denied",
    "kind": "task",
    "level": "HIGH",
    "type": "pipeline",
    "tier": "low",
    "person": "rita",
    "agent": "refund",
    "from": "2026-03-01T00:00",
    "to": "2026-03-02T14:30:05",
    "q": "order 7",
}


def test_an_address_says_every_filter_and_is_written_as_it_was_read() -> None:
    form = decided_read(EVERY)

    assert form.misread == ()
    assert form.query == EndedQuery(
        ending="denied",
        kind=TicketKind.TASK,
        level=BlastLevel.HIGH,
        task_type=TaskType.PIPELINE,
        tier=Tier.LOW,
        person="rita",
        agent="refund",
        since=datetime(2026, 3, 1, tzinfo=UTC),
        until=datetime(2026, 3, 2, 14, 30, 5, tzinfo=UTC),
        search="order 7",
    )
    assert form.address("/d/") == (
        "/d/?outcome=denied&kind=task&level=HIGH&type=pipeline&tier=low&person=rita&agent=refund"
        "&from=2026-03-01T00%3A00&to=2026-03-02T14%3A30%3A05&q=order+7"
    )


def test_an_empty_address_asks_for_everything() -> None:
    form = decided_read({"outcome": "", "kind": "", "from": " ", "q": "\x00 "})

    assert (form.query, form.misread, form.address("/d/")) == (EVERYTHING, (), "/d/")


def test_a_day_begins_at_midnight_and_is_included_as_an_end() -> None:
    query = decided_read({"from": "2026-03-01", "to": "2026-03-01"}).query

    assert query.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert query.until == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_time_of_another_zone_is_turned_into_utc() -> None:
    form = decided_read({"from": "2026-03-01T01:30+02:00"})

    assert form.since_text == "2026-02-28T23:30"


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("outcome", "nope", "approved, approved_edited, denied"),
        ("kind", "tsk", "task, release"),
        ("level", "high", "LOW, MEDIUM, HIGH, CRITICAL"),
        ("type", "batch", "stateless, pipeline, coordination"),
        ("tier", "LOW", "high, medium, low"),
        ("from", "yesterday", "a day or a time in UTC"),
        ("to", "2026-13-01", "a day or a time in UTC"),
        ("to", "9999-12-31", "a day or a time in UTC"),
        ("from", "0001-01-01T00:00+14:00", "a day or a time in UTC"),
        ("before", "nonsense", "the place an Older link names"),
    ],
)
def test_a_wrong_value_narrows_nothing_and_is_told_in_a_sentence(
    field: str, value: str, allowed: str
) -> None:
    form = decided_read({field: value})

    assert (form.query, form.before) == (EVERYTHING, None)
    assert [misread.field for misread in form.misread] == [field]
    assert form.misread[0].sentence.startswith(f"{field} cannot be “{value}”. It takes {allowed}")


def test_an_end_before_the_beginning_is_told() -> None:
    form = decided_read({"from": "2026-03-02T12:00", "to": "2026-03-02T12:00"})

    assert (form.query.until, form.since_text) == (None, "2026-03-02T12:00")
    assert form.misread[0].sentence == (
        "to cannot be “2026-03-02T12:00”. It takes a time after that of from."
    )
