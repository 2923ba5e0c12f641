from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.notice_timing import (
    QuietHours,
    digest_at,
    due_after,
    due_at,
    is_flood,
    quiet_until,
    retry_at,
)
from escalations.domain.notifying import ChannelKind
from tests.clock import NOON

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
NIGHT = QuietHours(zone=BERLIN, begins=time(22), until=time(7))
NAP = QuietHours(zone=BERLIN, begins=time(13), until=time(14, 30))
BOTH = {ChannelKind.MAIL, ChannelKind.CHAT}


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "others", "seconds"),
    [
        (ChannelKind.CHAT, BOTH, 60),
        (ChannelKind.MAIL, BOTH, 300),
        (ChannelKind.MAIL, {ChannelKind.MAIL}, 60),
        (ChannelKind.CHAT, {ChannelKind.CHAT}, 60),
        (ChannelKind.MAIL, set(), 60),
    ],
)
def test_mail_waits_for_chat_where_there_is_one(
    kind: ChannelKind, others: set[ChannelKind], seconds: int
) -> None:
    after = due_after(kind, others, chat_after_s=60, mail_after_s=300)

    assert after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("level_s", "after_s", "due_s"),
    [(900, 60, 60), (900, 450, 450), (900, 451, 450), (100, 60, 50), (0, 60, 0), (-5, 60, 0)],
)
def test_half_of_the_time_of_a_level_is_left_to_answer(
    level_s: int, after_s: int, due_s: int
) -> None:
    until = NOON + timedelta(seconds=level_s)

    assert due_at(NOON, until, timedelta(seconds=after_s)) == NOON + timedelta(seconds=due_s)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        # Winter in Berlin is an hour ahead of UTC.
        (NIGHT, utc(1, 10, 20, 59), None),
        (NIGHT, utc(1, 10, 21), utc(1, 11, 6)),
        (NIGHT, utc(1, 11, 0), utc(1, 11, 6)),
        (NIGHT, utc(1, 11, 5, 59), utc(1, 11, 6)),
        (NIGHT, utc(1, 11, 6), None),
        # Summer: two hours.
        (NIGHT, utc(7, 10, 20), utc(7, 11, 5)),
        # The night of the 29th of March has no hour from 2 to 3.
        (NIGHT, utc(3, 28, 21), utc(3, 29, 5)),
        # The one of the 25th of October has it twice.
        (NIGHT, utc(10, 24, 20), utc(10, 25, 6)),
        (NAP, utc(1, 10, 11, 59), None),
        (NAP, utc(1, 10, 12), utc(1, 10, 13, 30)),
        (NAP, utc(1, 10, 13, 30), None),
        (QuietHours(zone=KOLKATA, begins=time(0), until=time(6)), utc(1, 9, 18, 30), utc(1, 10, 0, 30)),
        (None, utc(1, 10, 23), None),
    ],
)  # fmt: skip
def test_quiet_hours_are_those_of_the_persons_clock(
    quiet: QuietHours | None, now: datetime, until: datetime | None
) -> None:
    assert quiet_until(quiet, now=now) == until


def test_an_end_in_the_hour_that_comes_twice_holds_nothing_for_a_day() -> None:
    # Until 02:30, and it is 02:10 for the second time: the first 02:30 is over.
    quiet = QuietHours(zone=BERLIN, begins=time(22), until=time(2, 30))

    assert quiet_until(quiet, now=utc(10, 25, 1, 10)) is None


@given(begins=st.times(), until=st.times(), minutes=st.integers(0, 365 * 24 * 60))
def test_quiet_hours_end_ahead_and_within_a_day_and_an_hour(
    begins: time, until: time, minutes: int
) -> None:
    at = NOON + timedelta(minutes=minutes)
    end = quiet_until(QuietHours(zone=BERLIN, begins=begins, until=until), now=at)

    assert end is None or at < end <= at + timedelta(hours=25)


@pytest.mark.parametrize(
    ("attempts", "wait_s"), [(1, 5), (2, 30), (3, 120), (4, 600), (5, 3_600), (9, None)]
)
def test_a_message_is_tried_again_less_and_less_often(attempts: int, wait_s: int | None) -> None:
    found = retry_at(attempts, now=NOON, decide_by=None)

    assert found == (None if wait_s is None else NOON + timedelta(seconds=wait_s))


@pytest.mark.parametrize(("left_s", "is_tried"), [(31, True), (30, False), (10, False)])
def test_it_is_given_up_when_nobody_could_decide_any_more(left_s: int, is_tried: bool) -> None:
    found = retry_at(2, now=NOON, decide_by=NOON + timedelta(seconds=left_s))

    assert (found is not None) is is_tried


def test_the_sixth_message_is_one_too_many() -> None:
    assert [is_flood(lately) for lately in (4, 5)] == [False, True]


@pytest.mark.parametrize(
    ("last_min", "next_min"), [(None, 0), (-11, 0), (-10, 0), (-9, 1), (0, 10)]
)
def test_ten_minutes_are_between_two_messages_for_several(
    last_min: int | None, next_min: int
) -> None:
    last = None if last_min is None else NOON + timedelta(minutes=last_min)

    assert digest_at(last, now=NOON) == NOON + timedelta(minutes=next_min)
