from __future__ import annotations

from uuid import UUID

import pytest

from governance.domain.error_text import error_text
from governance.domain.health import (
    LATE_AFTER_S,
    PartState,
    Reading,
    part_of,
    parts_of,
    state_of,
    summary,
    unread,
    unused,
    unwell,
)
from governance.domain.health_signs import (
    Taking,
    beat_reading,
    broker_reading,
    errors_reading,
    queue_reading,
    sockets_reading,
)
from governance.domain.health_words import ABOUT, ABOUT_STATE


def reading(key: str = "sweeper", **changes: object) -> Reading:
    return Reading(**{"key": key, "said": "What was read.", **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (reading(), PartState.OK),
        (reading(lag_s=30.0), PartState.OK),
        (reading(lag_s=30.1), PartState.LATE),
        (reading(short=True), PartState.LATE),
        (reading(missing=True), PartState.AWAY),
        (reading(unread=True), PartState.UNKNOWN),
        # What cannot be asked is not said to be away, and what is away is not only late.
        (reading(unread=True, missing=True), PartState.UNKNOWN),
        (reading(missing=True, lag_s=99.0), PartState.AWAY),
        # A scan of last week is no fault of the scans.
        (reading("scans", lag_s=600_000.0), PartState.OK),
        (reading(read_as=PartState.NOT_YET), PartState.NOT_YET),
        (reading(read_as=PartState.NOT_YET, lag_s=31.0), PartState.LATE),
        # An old fault is a fault.
        (reading(read_as=PartState.FAULT, lag_s=31.0), PartState.FAULT),
        (reading(read_as=PartState.FAULT, unread=True), PartState.UNKNOWN),
    ],
)
def test_a_part_is_judged_by_what_was_read(found: Reading, state: PartState) -> None:
    assert state_of(found) is state


@pytest.mark.parametrize("key", LATE_AFTER_S)
def test_every_threshold_is_of_a_part_and_is_the_last_moment_in_time(key: str) -> None:
    late_after_s = LATE_AFTER_S[key]

    assert state_of(reading(key, lag_s=late_after_s)) is PartState.OK
    assert state_of(reading(key, lag_s=late_after_s + 0.1)) is PartState.LATE
    assert key in ABOUT


@pytest.mark.parametrize("key", ABOUT)
def test_a_part_says_what_it_means_and_what_to_do_only_while_it_is_not_well(key: str) -> None:
    well, ill = part_of(reading(key)), part_of(reading(key, missing=True, error="Refused"))

    assert (well.means, well.advice, well.last_error) == ("", "", None)
    assert (ill.means, ill.advice) == (ABOUT[key].means, ABOUT[key].advice)
    assert (ill.name, ill.last_error) == (ABOUT[key].name, "Refused")
    assert ill.means.endswith(".")
    assert ill.advice.endswith(".")


@pytest.mark.parametrize(("key", "state"), ABOUT_STATE)
def test_what_differs_in_one_state_is_said_in_it(key: str, state: str) -> None:
    part = part_of(reading(key, read_as=PartState(state), fleets=("shop",)))

    assert (part.means, part.advice) == (
        ABOUT_STATE[key, state].means,
        ABOUT_STATE[key, state].advice,
    )
    assert (part.name, part.fleets) == (ABOUT[key].name, ("shop",))
    assert part.means != ABOUT[key].means


def test_a_lag_is_told_where_it_is_what_is_wrong() -> None:
    late, fault = reading(lag_s=31.0), reading(lag_s=31.0, read_as=PartState.FAULT)

    assert (part_of(late).told_lag_s, part_of(fault).told_lag_s) == (31.0, 0.0)
    assert part_of(reading(missing=True, lag_s=0.4)).told_lag_s == 0.0
    assert part_of(reading(missing=True)).told_lag_s == 0.0


@pytest.mark.parametrize(
    ("template", "args", "said"),
    [
        ("it failed at 100 %", (), "it failed at 100 %"),
        ("%d of fleet %s wait for %.1f s", (3, "shop", 2.5), "3 of fleet shop wait for 2.5 s"),
        ("fleet %s: %s", ("shop", ValueError("no\nsecond line")), "fleet shop: no"),
        ("%(name)s ended", {"name": "gate"}, "gate ended"),
        ("%s, %s", (None, PartState.LATE), "None, late"),
        ("'%s'", ("",), "''"),
        ("%s", UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ("%s", (f"task {UUID(int=7)}: no",), "task 00000000-0000-0000-0000-000000000007: no"),
        ("the key %s was refused", ("cs_short",), "the key … was refused"),
        ("%s", ("abcdefghij0123456789",), "…"),
        ("%s", ("SEAL_KEY=abc",), "…"),
        ("%s", ("to rita@example.org, twice",), "to …, twice"),
        ("%s", ("https://u:p@hooks.example.org/T/x?y",), "https://hooks.example.org/…"),
        # A line that cannot be put together is told as it stands.
        ("%d and %s", ("one",), "%d and %s"),
    ],
)
def test_an_error_is_told_without_what_looks_like_a_secret(
    template: str, args: object, said: str
) -> None:
    assert error_text(template, args) == said


def test_parts_stand_in_the_order_of_the_words_whatever_order_they_were_read_in() -> None:
    found = parts_of([reading("errors"), reading("database", missing=True), reading("beat")])

    assert [part.key for part in found] == ["database", "beat", "errors"]
    assert [part.key for part in unwell(found)] == ["database"]


def test_lags_are_told_to_a_tenth_of_a_second() -> None:
    assert part_of(reading(lag_s=1.26)).lag_s == 1.3
    assert part_of(reading()).lag_s is None


def test_what_cannot_be_asked_is_unknown_and_says_why() -> None:
    (part,) = parts_of(unread(["beat"], because="The broker does not answer."))

    assert (part.state, part.said) == (PartState.UNKNOWN, "The broker does not answer.")


def test_the_summary_names_what_needs_a_look() -> None:
    well = parts_of([reading("database"), reading("broker")])
    one = parts_of([reading("database"), reading("broker", missing=True)])
    off = parts_of([reading("database"), reading("watch", read_as=PartState.OFF)])
    two = parts_of([reading("database", missing=True), reading("broker", missing=True)])

    assert summary(well) == "All 2 parts are well."
    assert summary(off) == (
        "No part needs a look: 1 of 2 are well. Not in use: watch from outside."
    )
    assert [unwell(off), [part.key for part in unused(off)]] == [(), ["watch"]]
    assert summary(one) == "1 of 2 parts needs a look: broker."
    assert summary(two) == "2 of 2 parts need a look: database, broker."


@pytest.mark.parametrize(
    ("beat_s", "state"),
    [
        (0.0, PartState.OK),
        (10.0, PartState.OK),
        (11.0, PartState.LATE),
        (30.0, PartState.LATE),
        (31.0, PartState.AWAY),
        (None, PartState.AWAY),
    ],
)
def test_a_beat_is_late_then_away(beat_s: float | None, state: PartState) -> None:
    assert state_of(beat_reading(beat_s)) is state


def test_a_queue_without_a_worker_is_away_and_says_since_when() -> None:
    dead = [Taking(("gate", "sweep"), 31.0), Taking(("gate",), 90.0)]

    found = queue_reading("gate", depth=1, oldest_s=2.0, workers=dead)
    never = queue_reading("notify", depth=0, oldest_s=None, workers=dead)

    assert (state_of(found), state_of(never)) == (PartState.AWAY, PartState.AWAY)
    assert found.said == "1 message waits; its worker was last heard 31 s ago."
    assert never.said == "0 messages wait; no worker was heard within the last hour."


def test_a_queue_is_late_by_the_age_of_its_oldest_message() -> None:
    alive = [Taking(("sweep",), 4.0)]
    two = [*alive, Taking(("sweep",), 30.0)]

    in_time = queue_reading("sweep", depth=7, oldest_s=30.0, workers=two)
    late = queue_reading("sweep", depth=7, oldest_s=30.5, workers=alive)

    assert (state_of(in_time), state_of(late)) == (PartState.OK, PartState.LATE)
    assert in_time.said == "7 messages wait; 2 workers take from it."
    assert late.said == "7 messages wait; 1 worker takes from it."


def test_one_error_within_the_hour_needs_a_look() -> None:
    none, one = errors_reading(0, "of yesterday"), errors_reading(1, "relay: failed")
    many = errors_reading(12, "relay: failed")

    assert (state_of(none), none.error, none.said) == (PartState.OK, None, "None was logged.")
    assert (state_of(one), one.error, one.said) == (
        PartState.LATE,
        "relay: failed",
        "1 was logged.",
    )
    assert many.said == "12 were logged."


def test_live_pages_and_the_broker_say_their_figures() -> None:
    none = sockets_reading(is_open=0, processes=2, dropped=1)
    one = sockets_reading(is_open=1, processes=1, dropped=0)
    many = sockets_reading(is_open=40, processes=3, dropped=2)

    assert none.said == "No live page is open; 1 was cut off for falling behind."
    assert one.said == "1 live page is open in 1 web process."
    assert many.said == (
        "40 live pages are open in 3 web processes; 2 were cut off for falling behind."
    )
    assert broker_reading(0.00042).said == "It answers in 0.4 ms."
