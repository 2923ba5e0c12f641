"""The pure modules, called in a real browser with worked numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]
DURATIONS = json.loads((Path(__file__).parent.parent / "durations.json").read_text())
MOMENTS = json.loads((Path(__file__).parent.parent / "moments.json").read_text())
AT = "2026-11-22T12:01:40Z"
NOW = datetime.fromisoformat("2026-11-22T12:02:52Z")


def test_durations_read_as_on_the_server(call: Call) -> None:
    written = [call("durations", "durationText", seconds) for seconds, _ in DURATIONS]

    assert written == [text for _, text in DURATIONS]


def test_times_read_as_on_the_server(call: Call) -> None:
    read = datetime.fromisoformat
    written = [call("durations", "momentTime", read(at), read(now)) for at, now, _ in MOMENTS]

    assert written == [text for _, _, text in MOMENTS]


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


def test_waiting_doubles_up_to_eight_seconds(call: Call) -> None:
    delays = [call("backoff", "delayMs", attempt, 0) for attempt in (0, 1, 4, 5, 90)]

    assert delays == [500, 1000, 8000, 8000, 8000]


def test_chance_takes_up_to_half_of_the_wait(call: Call) -> None:
    assert call("backoff", "delayMs", 1, 0.5) == 750


def light(call: Call, **seen: object) -> dict[str, str]:
    found: dict[str, str] = call(
        "connection", "light", {"isOpen": False, "wasLive": True, "dataS": 2, "lostS": 0, **seen}
    )
    return found


def test_the_light_is_live_while_the_socket_speaks(call: Call) -> None:
    assert light(call, isOpen=True, dataS=1.4) == {
        "tone": "live",
        "text": "Live · 1\u00a0s",
        "banner": "",
    }


def test_a_short_loss_is_not_mentioned(call: Call) -> None:
    assert light(call, lostS=2) == {"tone": "live", "text": "Live · 2\u00a0s", "banner": ""}


def test_a_page_that_was_never_live_says_that_it_connects(call: Call) -> None:
    assert light(call, wasLive=False, lostS=2) == {
        "tone": "wait",
        "text": "Connecting",
        "banner": "",
    }


def test_a_loss_is_said_while_polling(call: Call) -> None:
    assert light(call, dataS=6, lostS=28) == {
        "tone": "poll",
        "text": "Polling every 10\u00a0s · 6\u00a0s old",
        "banner": "No live connection for 28\u00a0s. This page asks every 10\u00a0s instead; "
        "decisions work as always.",
    }


def test_polling_that_works_is_not_said_for_ever(call: Call) -> None:
    assert light(call, dataS=6, lostS=31)["banner"] == ""


@pytest.mark.parametrize("is_open", [True, False])
def test_old_data_is_stale_whatever_the_socket_does(call: Call, is_open: bool) -> None:
    found = light(call, isOpen=is_open, dataS=48, lostS=0)

    assert (found["tone"], found["text"]) == ("stale", "Stale · 48\u00a0s old")
    assert found["banner"].startswith("No answer for 48\u00a0s: this page does not show")
    assert "a decision counts only once you see its recorded time" in found["banner"]


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

    words = call("outcome", "conflictText", current, 3, "", NOW)

    assert words == {
        "title": "Ana Ruiz decided first",
        "sentence": "Denied at 12:01:40. You had opened version 3; now it is 4. "
        "Your decision was not recorded.",
        "reason": "wrong table",
    }


def test_an_expired_ticket_is_never_called_denied(call: Call) -> None:
    current = {"state": "EXPIRED", "resolution": "", "by": "", "at": AT, "reason": "", "version": 4}

    words = call(
        "outcome", "conflictText", current, 3, "Ticket #7 expired.", NOW + timedelta(days=1)
    )

    assert words["title"] == "Expired at 22\u00a0Nov 12:01"


def test_the_same_decision_keeps_its_key(call: Call) -> None:
    kept = call("idempotency", "attemptFor", {"key": "k1", "body": "x"}, "x")

    assert kept == {"key": "k1", "body": "x"}


def test_a_key_is_written_in_hexadecimal(call: Call) -> None:
    assert call("idempotency", "randomKey", [0, 15, 255]) == "000fff"
