"""Following the sequence: each event once, in order, none lost silently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]


def event(seq: int, fleet: str = "shop") -> dict[str, Any]:
    return {"fleet": fleet, "seq": seq, "name": "x", "ids": {}}


def told(seq: int) -> dict[str, Any]:
    """Return an event as the feed of its fleet answers it."""
    return {"seq": seq, "name": "x", "ids": {}, "actor": "rita"}


def track(
    *, reached: int = 41, early: list[dict[str, Any]] | None = None, **seqs: int
) -> dict[str, Any]:
    return {
        "seqs": {"shop": 41, **seqs},
        "reached": {"shop": reached, **seqs},
        "early": early or [],
    }


def numbers(heard: dict[str, Any]) -> list[int]:
    return [one["seq"] for one in heard["due"]]


def test_the_next_event_is_applied(call: Call) -> None:
    heard = call("sequence", "hear", track(), event(42))

    assert heard == {
        "track": {"seqs": {"shop": 42}, "reached": {"shop": 42}, "early": []},
        "due": [event(42)],
        "isStrange": False,
    }


def test_an_event_heard_twice_changes_nothing(call: Call) -> None:
    heard = call("sequence", "hear", track(), event(41))

    assert (numbers(heard), heard["track"]) == ([], track())


def test_an_event_after_a_gap_waits(call: Call) -> None:
    heard = call("sequence", "hear", track(), event(43))

    assert numbers(heard) == []
    assert heard["track"] == track(reached=43, early=[event(43)])
    assert call("sequence", "gap", heard["track"]) == {
        "fleet": "shop",
        "after": 41,
        "isWide": False,
    }


def test_what_came_too_early_is_applied_in_its_place(call: Call) -> None:
    waiting = track(reached=44, early=[event(44), event(43)])

    heard = call("sequence", "hear", waiting, event(42))

    assert numbers(heard) == [42, 43, 44]
    assert call("sequence", "gap", heard["track"]) is None


def test_the_fleets_are_followed_apart(call: Call) -> None:
    heard = call("sequence", "hear", track(bank=7), event(8, "bank"))

    assert heard["track"]["seqs"] == {"shop": 41, "bank": 8}


@pytest.mark.parametrize("kind", ["hello", "beat"])
def test_a_fleet_that_came_further_leaves_a_gap(call: Call, kind: str) -> None:
    heard = call("sequence", "hear", track(), {kind: {"shop": 42}})

    assert call("sequence", "gap", heard["track"])["after"] == 41
    assert heard["isStrange"] is False


def test_a_beat_at_the_same_number_says_all_is_current(call: Call) -> None:
    heard = call("sequence", "hear", track(), {"beat": {"shop": 41}})

    assert call("sequence", "gap", heard["track"]) is None


def test_a_beat_that_lags_takes_nothing_back(call: Call) -> None:
    heard = call("sequence", "hear", track(), {"beat": {"shop": 40}})

    assert heard["track"] == track()


@pytest.mark.parametrize(
    "message", [event(7, "bank"), {"beat": {"shop": 41, "bank": 7}}, {"hello": {"bank": 7}}]
)
def test_other_fleets_than_those_shown_are_strange(call: Call, message: dict[str, Any]) -> None:
    assert call("sequence", "hear", track(), message)["isStrange"] is True


def test_a_fleet_that_the_greeting_lacks_is_strange(call: Call) -> None:
    heard = call("sequence", "hear", track(bank=7), {"hello": {"shop": 41}})

    assert heard["isStrange"] is True


def test_the_feed_fills_a_gap_and_repeats_nothing(call: Call) -> None:
    waiting = track(reached=44, early=[event(43), event(44)])

    filled = call(
        "sequence", "fill", waiting, "shop", {"events": [told(42), told(43)], "more": False}
    )

    assert (numbers(filled), filled["isWhole"]) == ([42, 43, 44], True)


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [told(42)], "more": True},
        {"events": [], "more": False},
        # The feed begins later: what was missed has been pruned.
        {"events": [told(44)], "more": False},
    ],
)
def test_a_gap_that_stays_is_said(call: Call, answer: dict[str, Any]) -> None:
    filled = call("sequence", "fill", track(reached=44), "shop", answer)

    assert filled["isWhole"] is False


def test_more_than_one_answer_holds_is_a_wide_gap(call: Call) -> None:
    widths = [call("sequence", "gap", track(reached=reached))["isWide"] for reached in (541, 542)]

    assert widths == [False, True]


def test_a_snapshot_closes_the_gap_before_it(call: Call) -> None:
    waiting = track(reached=50, early=[event(43), event(50)])

    renewed = call("sequence", "renew", waiting, {"shop": 49})

    assert numbers(renewed) == [50]
    assert call("sequence", "gap", renewed["track"]) is None


def test_a_snapshot_that_is_older_than_an_event_takes_nothing_back(call: Call) -> None:
    renewed = call("sequence", "renew", track(), {"shop": 40})

    assert renewed["track"]["seqs"] == {"shop": 41}


def test_a_fleet_that_a_snapshot_lacks_is_forgotten(call: Call) -> None:
    renewed = call("sequence", "renew", track(bank=7), {"shop": 41})

    assert renewed["track"] == track()


@pytest.mark.parametrize(
    ("seqs", "other", "is_older"),
    [
        ({"shop": 41}, {"shop": 42}, True),
        ({"shop": 42}, {"shop": 42}, False),
        ({"shop": 43}, {"shop": 42}, False),
        ({"shop": 43, "bank": 6}, {"shop": 42, "bank": 7}, True),
        ({"shop": 42, "bank": 7}, {"shop": 42}, False),
        ({"shop": 42}, {"shop": 42, "bank": 7}, False),
    ],
)
def test_a_drawing_is_older_that_knows_less_of_a_fleet_both_show(
    call: Call, seqs: dict[str, int], other: dict[str, int], is_older: bool
) -> None:
    assert call("sequence", "isOlder", seqs, other) is is_older
