"""The pure modules, called in a real browser with worked numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]
DURATIONS = json.loads((Path(__file__).parent.parent / "durations.json").read_text())
AT = "2026-11-22T12:01:40Z"


def test_durations_read_as_on_the_server(call: Call) -> None:
    written = [call("durations", "durationText", seconds) for seconds, _ in DURATIONS]

    assert written == [text for _, text in DURATIONS]


@pytest.mark.parametrize(
    ("left_s", "look"),
    [
        (600, {"percent": 67, "tone": ""}),
        (450, {"percent": 50, "tone": "half"}),
        (90, {"percent": 10, "tone": "last"}),
        (0, {"percent": 0, "tone": "over"}),
    ],
)
def test_a_ring_changes_at_half_and_at_a_tenth(
    call: Call, left_s: int, look: dict[str, object]
) -> None:
    assert call("durations", "ring", left_s, 900) == look


def test_an_age_is_written_in_its_largest_unit(call: Call) -> None:
    ages = [call("durations", "ageText", seconds) for seconds in (6.9, 59.9, 61, 7300)]

    assert ages == ["6\u00a0s", "59\u00a0s", "1\u00a0min", "2\u00a0h\u00a001"]


def test_the_next_event_is_applied(call: Call) -> None:
    heard = call(
        "sequence", "hear", {"shop": 41}, {"fleet": "shop", "seq": 42, "name": "x", "ids": {}}
    )

    assert heard == {"seqs": {"shop": 42}, "step": "apply"}


def test_an_event_heard_twice_changes_nothing(call: Call) -> None:
    heard = call(
        "sequence", "hear", {"shop": 42}, {"fleet": "shop", "seq": 42, "name": "x", "ids": {}}
    )

    assert heard == {"seqs": {"shop": 42}, "step": "repeat"}


def test_a_gap_asks_for_a_snapshot(call: Call) -> None:
    heard = call(
        "sequence", "hear", {"shop": 41}, {"fleet": "shop", "seq": 43, "name": "x", "ids": {}}
    )

    assert heard == {"seqs": {"shop": 43}, "step": "snapshot"}


def test_an_unknown_fleet_asks_for_a_snapshot(call: Call) -> None:
    heard = call(
        "sequence", "hear", {"shop": 41}, {"fleet": "bank", "seq": 7, "name": "x", "ids": {}}
    )

    assert heard == {"seqs": {"shop": 41, "bank": 7}, "step": "snapshot"}


def test_a_beat_that_is_further_on_asks_for_a_snapshot(call: Call) -> None:
    heard = call("sequence", "hear", {"shop": 41}, {"beat": {"shop": 42}})

    assert heard == {"seqs": {"shop": 42}, "step": "snapshot"}


def test_a_beat_at_the_same_number_says_all_is_current(call: Call) -> None:
    heard = call("sequence", "hear", {"shop": 41, "bank": 3}, {"beat": {"shop": 41}})

    assert heard == {"seqs": {"shop": 41, "bank": 3}, "step": "current"}


def test_a_beat_that_lags_takes_nothing_back(call: Call) -> None:
    heard = call("sequence", "hear", {"shop": 41}, {"beat": {"shop": 40}})

    assert heard == {"seqs": {"shop": 41}, "step": "current"}


def test_waiting_doubles_up_to_fifteen_seconds(call: Call) -> None:
    delays = [call("backoff", "delayMs", attempt, 0) for attempt in (0, 1, 4, 5, 90)]

    assert delays == [500, 1000, 8000, 15000, 15000]


def test_chance_takes_up_to_half_of_the_wait(call: Call) -> None:
    assert call("backoff", "delayMs", 1, 0.5) == 750


def test_the_light_is_live_while_the_socket_speaks(call: Call) -> None:
    light = call("connection", "light", {"isOpen": True, "heardS": 1.4, "dataS": 1.4, "lostS": 0})

    assert light == {"tone": "live", "text": "Live · 1\u00a0s", "banner": ""}


def test_a_short_loss_is_not_mentioned(call: Call) -> None:
    light = call("connection", "light", {"isOpen": False, "heardS": 2, "dataS": 2, "lostS": 2})

    assert light == {"tone": "wait", "text": "Connecting", "banner": ""}


def test_a_loss_is_said_while_polling(call: Call) -> None:
    light = call("connection", "light", {"isOpen": False, "heardS": 48, "dataS": 6, "lostS": 48})

    assert light == {
        "tone": "poll",
        "text": "Polling every 10\u00a0s · 6\u00a0s old",
        "banner": "Connection lost 48\u00a0s ago. Data is polled. Decisions still work.",
    }


def test_an_open_socket_without_a_beat_is_stale(call: Call) -> None:
    light = call("connection", "light", {"isOpen": True, "heardS": 48, "dataS": 48, "lostS": 0})

    assert (light["tone"], light["text"]) == ("stale", "Stale · 48\u00a0s old")


def row(key: str, sign: str = "1", *, is_pending: bool = True) -> dict[str, object]:
    return {"key": key, "sign": sign, "isPending": is_pending}


def test_a_new_row_waits(call: Call) -> None:
    plan = call("queue_policy", "plan", [row("a")], [row("b"), row("a")])

    assert plan == {"waiting": ["b"], "redraw": [], "missing": [], "showAtOnce": False}


def test_the_first_row_of_an_empty_queue_is_shown_at_once(call: Call) -> None:
    plan = call("queue_policy", "plan", [row("done", is_pending=False)], [row("a")])

    assert plan == {"waiting": ["a"], "redraw": [], "missing": [], "showAtOnce": True}


def test_a_changed_row_is_redrawn_and_a_lost_one_asked_about(call: Call) -> None:
    plan = call("queue_policy", "plan", [row("a"), row("b")], [row("a", "2")])

    assert plan == {"waiting": [], "redraw": ["a"], "missing": ["b"], "showAtOnce": False}


def test_the_button_counts(call: Call) -> None:
    words = [call("queue_policy", "showNewText", count) for count in (1, 3)]

    assert words == ["Show 1 new ticket", "Show 3 new tickets"]


@pytest.mark.parametrize(
    ("current", "step", "reached"),
    [("", 1, "a"), ("", -1, "c"), ("a", 1, "b"), ("c", 1, "c"), ("a", -1, "a")],
)
def test_moving_stops_at_the_ends(call: Call, current: str, step: int, reached: str) -> None:
    assert call("queue_policy", "neighbour", ["a", "b", "c"], current, step) == reached


def test_hidden_characters_are_named(call: Call) -> None:
    segments = call("visible_text", "visibleSegments", "a\u202eb\u200b\nc\U000e0041")

    assert [segment["text"] for segment in segments] == [
        "a", "U+202E", "b", "U+200B", "U+000A", "\nc", "U+E0041",
    ]  # fmt: skip


def test_a_recorded_decision_carries_the_servers_time(call: Call) -> None:
    outcome = call("outcome", "outcomeOf", 200, {"ok": True, "recorded_at": AT})

    assert outcome == {"kind": "recorded", "message": "Recorded 12:01:40."}


def test_no_answer_is_not_recorded(call: Call) -> None:
    outcome = call("outcome", "outcomeOf", 0, None)

    assert outcome == {
        "kind": "not_recorded",
        "message": "Not recorded: the server did not answer. Your text is kept. "
        "Trying again cannot count twice.",
    }


def test_a_busy_server_is_not_recorded(call: Call) -> None:
    assert call("outcome", "outcomeOf", 503, {"detail": "x"})["kind"] == "not_recorded"


def test_a_wrong_field_is_refused_at_its_field(call: Call) -> None:
    outcome = call(
        "outcome", "outcomeOf", 422, {"detail": "Choose a reason.", "field": "reason_code"}
    )

    assert outcome == {
        "kind": "refused",
        "message": "Not recorded. Choose a reason.",
        "field": "reason_code",
    }


def test_a_missing_password_is_asked_for_and_is_no_sign_out(call: Call) -> None:
    outcome = call("outcome", "outcomeOf", 401, {"detail": "Your password.", "field": "password"})

    assert (outcome["kind"], outcome["field"]) == ("refused", "password")


def test_a_signed_out_person_is_told(call: Call) -> None:
    assert call("outcome", "outcomeOf", 401, {"code": "signed_out"})["kind"] == "signed_out"


def test_who_was_slower_reads_who_when_and_what(call: Call) -> None:
    current = {
        "state": "RESOLVED", "resolution": "denied", "by": "Ana Ruiz", "at": AT,
        "reason": "wrong table", "version": 4,
    }  # fmt: skip

    words = call("outcome", "conflictText", current, 3, "")

    assert words == {
        "title": "Ana Ruiz decided first",
        "sentence": "Denied at 12:01:40. You had opened version 3; now it is 4. "
        "Your decision was not recorded.",
        "reason": "wrong table",
    }


def test_an_expired_ticket_is_never_called_denied(call: Call) -> None:
    current = {"state": "EXPIRED", "resolution": "", "by": "", "at": AT, "reason": "", "version": 4}

    words = call("outcome", "conflictText", current, 3, "Ticket #7 expired.")

    assert words["title"] == "Expired at 12:01:40"


def test_the_same_decision_keeps_its_key(call: Call) -> None:
    kept = call("idempotency", "attemptFor", {"key": "k1", "body": "x"}, "x")

    assert kept == {"key": "k1", "body": "x"}


def test_a_key_is_written_in_hexadecimal(call: Call) -> None:
    assert call("idempotency", "randomKey", [0, 15, 255]) == "000fff"
