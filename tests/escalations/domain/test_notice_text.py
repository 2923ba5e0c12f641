from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.notice_text import (
    Call,
    call_message,
    digest_message,
    for_chat,
    one_line,
)
from escalations.domain.notice_text import test_message as try_message
from escalations.domain.notice_told import Told, told_sentence, told_state
from escalations.domain.notifying import NoticeState, Unsent
from tests.clock import NOON

CALL = Call(
    fleet="Shop",
    number=812,
    risk="HIGH",
    what="refund.issue",
    agent="Support",
    level=1,
    of=3,
    why="",
    decide_by=NOON + timedelta(minutes=29),
    zone=UTC,
    url="https://console.example/f/shop/tickets/812/",
    unanswered="Without an answer it counts as a no.",
)
TOLD = Told(
    who="mail to Mona",
    state=NoticeState.WAITING,
    unsent=None,
    over=None,
    due_at=NOON,
    held_until=None,
    next_at=NOON,
    attempts=0,
    ended_at=None,
)
LATER = NOON + timedelta(minutes=3)


def test_a_message_about_one_ticket_says_all_that_is_needed() -> None:
    message = call_message(CALL, now=NOON)

    assert message.subject == "[Shop] HIGH #812: refund.issue"
    assert message.body == (
        "Ticket #812 in Shop waits for a decision.\n"
        "\n"
        "Risk: HIGH\n"
        "What: refund.issue\n"
        "Agent: Support\n"
        "Called: level 1 of 3, which is called first.\n"
        "Decide by: 2026-03-02 12:29 UTC, in 29 min\n"
        "\n"
        "Read and decide it: https://console.example/f/shop/tickets/812/\n"
        "\n"
        "Nothing is decided by opening the link. Without an answer it counts as a no."
    )


def test_a_level_after_the_first_says_why_it_is_called_and_times_are_the_readers() -> None:
    call = replace(
        CALL,
        level=2,
        why="50 % of the time to decide is over.",
        agent="",
        zone=ZoneInfo("Asia/Tokyo"),
    )
    body = call_message(call, now=NOON).body

    assert "Called: level 2 of 3. 50 % of the time to decide is over." in body
    assert "Decide by: 2026-03-02 21:29 JST, in 29 min" in body
    assert "Agent:" not in body


def test_a_level_that_was_left_behind_is_not_said_to_be_the_first() -> None:
    body = call_message(replace(CALL, level=2), now=NOON).body

    assert "Called: level 2 of 3.\n" in body


def test_nothing_is_said_of_no_answer_where_nothing_comes_of_it() -> None:
    body = call_message(replace(CALL, unanswered=""), now=NOON).body

    assert body.endswith("\nNothing is decided by opening the link.")


def test_a_message_about_several_describes_the_first_three_and_counts_all() -> None:
    calls = [replace(CALL, number=number) for number in (1, 2, 3, 4)]
    message = digest_message(calls, more=2, queue_url="https://console.example/queue/", now=NOON)

    assert message.subject == "[Countersign] 6 tickets wait for a decision"
    assert [f"#{number} in Shop" in message.body for number in (1, 2, 3, 4)] == [True] * 3 + [False]
    assert "All of them: https://console.example/queue/" in message.body


def test_one_ticket_waits_in_the_singular() -> None:
    message = digest_message([CALL], queue_url="https://console.example/queue/", now=NOON)

    assert message.subject == "[Countersign] 1 ticket waits for a decision"


def test_a_test_holds_the_code_where_one_is_needed() -> None:
    proving = try_message(code="7K3MX0QT", within_min=60, url="https://console.example/account/")
    proven = try_message(code="", within_min=60, url="https://console.example/account/")

    assert "enter this code within 60 min: 7K3MX0QT" in proving.body
    assert proving.subject == "[Countersign] Your code is 7K3MX0QT"
    assert "there is nothing to do" in proven.body


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("refund\r\nBcc: everybody@example", "refund Bcc: everybody@example"),
        ("a\u2028b\u2029c\u0085d", "a b c d"),
        ("pay \u202e0001", "pay 0001"),
        ("x" * 200, "x" * 119 + "…"),
        ("Größe 中", "Größe 中"),
    ],
)
def test_a_line_stays_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(max_size=300))
def test_whatever_an_agent_calls_its_work_the_subject_is_one_printable_line(text: str) -> None:
    message = call_message(replace(CALL, what=text, fleet=text, why=f"x{text}"), now=NOON)

    assert len(message.subject.splitlines()) == 1
    assert message.subject.isprintable()
    assert len(message.body.splitlines()) == 11


def test_a_chat_finds_nobody_to_notify() -> None:
    assert for_chat("@everyone <!channel>") == "@\u200beveryone ‹!channel›"


def test_a_chat_draws_no_link_under_other_words() -> None:
    said = for_chat("What: [Approve #812](https://evil.example/) <https://evil.example|here>")

    assert "](" not in said
    assert said.endswith("‹https://evil.example|here›")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "mail to Mona: is sent 12:00 UTC"),
        ({"held_until": LATER}, "mail to Mona: held until 12:03 UTC, quiet hours"),
        (
            {"attempts": 2, "next_at": LATER},
            "mail to Mona: not taken after 2 attempts, is tried again 12:03 UTC",
        ),
        ({"over": Unsent.DECIDED}, "mail to Mona: not sent, decided before"),
        (
            {"over": Unsent.SNOOZED, "attempts": 1},
            "mail to Mona: is sent once the ticket wakes, put off by a person",
        ),
        ({"state": NoticeState.SENT, "ended_at": LATER}, "mail to Mona: delivered 12:03 UTC"),
        (
            {"state": NoticeState.SENT, "ended_at": LATER, "over": Unsent.DECIDED},
            "mail to Mona: delivered 12:03 UTC",
        ),
        (
            {"state": NoticeState.SENT, "ended_at": LATER, "instead_of": "chat to Mona"},
            "mail to Mona: delivered 12:03 UTC, because chat to Mona failed",
        ),
        (
            {"state": NoticeState.DROPPED, "unsent": Unsent.SNOOZED},
            "mail to Mona: not sent, put off by a person",
        ),
        (
            {"state": NoticeState.FAILED, "attempts": 1, "ended_at": LATER},
            "mail to Mona: failed after 1 attempt",
        ),
        (
            {
                "state": NoticeState.FOLDED,
                "folded_state": NoticeState.SENT,
                "folded_at": LATER,
            },
            "mail to Mona: told with others in one message 12:03 UTC",
        ),
        (
            {
                "state": NoticeState.FOLDED,
                "folded_state": NoticeState.WAITING,
                "folded_at": LATER,
            },
            "mail to Mona: will be told with others in one message 12:03 UTC",
        ),
        (
            {"state": NoticeState.FOLDED, "folded_state": NoticeState.FAILED},
            "mail to Mona: to be told with others in one message, which failed",
        ),
        (
            {"state": NoticeState.FOLDED, "folded_state": NoticeState.DROPPED},
            "mail to Mona: not sent, nothing of what was to be told in one message waited",
        ),
    ],
)
def test_what_became_of_a_message_is_one_sentence(
    changes: dict[str, object], sentence: str
) -> None:
    assert told_sentence(replace(TOLD, **changes))[0] == sentence  # type: ignore[arg-type]


def test_what_waits_for_a_ticket_that_ended_counts_as_dropped() -> None:
    assert told_state(replace(TOLD, over=Unsent.EXPIRED)) is NoticeState.DROPPED
    assert told_state(TOLD) is NoticeState.WAITING
