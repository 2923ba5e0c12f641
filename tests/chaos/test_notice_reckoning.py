from __future__ import annotations

import pytest

from tests.chaos.mailbox import step_of
from tests.chaos.notice_reckoning import Due, Got, by_channel, faults, reckon, table, waited_s

OPENED = Due(channel="/a", step="opened", at=100.0)
EXPIRED = Due(channel="/a", step="expired", at=160.0)


def got(
    step: str = "opened",
    message: str = "m-1",
    at: float = 101.0,
    *,
    channel: str = "/a",
    taken: bool = True,
) -> Got:
    return Got(channel=channel, step=step, message=message, at=at, taken=taken)


def test_what_was_taken_once_is_neither_lost_nor_doubled() -> None:
    tally = reckon([OPENED, EXPIRED], [got(), got("expired", "m-2", 163.5)], {}, late_after_s=3.0)

    assert (tally.due, tally.taken, tally.repeats, tally.late) == (2, 2, 0, 1)
    assert tally.slowest_s == 3.5
    assert faults({"/a": tally}) == []


def test_two_ids_for_one_step_are_a_double_whoever_refused_one() -> None:
    tally = reckon(
        [OPENED], [got(), got(message="m-2", at=102.0, taken=False)], {}, late_after_s=9.0
    )

    assert tally.doubled == ["/a was told of opened under 2 ids"]
    assert faults({"/a": tally}) == tally.doubled


def test_the_same_id_taken_again_is_a_repeat_and_no_double() -> None:
    tally = reckon([OPENED], [got(at=103.0), got(at=101.0)], {}, late_after_s=9.0)

    assert (tally.repeats, tally.doubled, tally.slowest_s) == (1, [], 1.0)


def test_a_step_that_was_only_ever_refused_is_lost() -> None:
    tally = reckon([OPENED, EXPIRED], [got(taken=False)], {}, late_after_s=9.0)

    assert (tally.taken, tally.refused) == (0, 1)
    assert tally.lost == ["/a was never told of opened", "/a was never told of expired"]


def test_what_nobody_was_to_be_told_is_named() -> None:
    tallies = by_channel([OPENED], [got(), got(channel="/elsewhere")], {}, late_after_s=9.0)

    assert list(tallies) == ["/a", "/elsewhere"]
    assert faults(tallies) == ["/elsewhere was told of opened, which was not due"]


def test_a_wait_leaves_out_when_the_channel_could_take_nothing() -> None:
    outages = {"": [(110.0, 120.0)], "/a": [(90.0, 105.0), (118.0, 130.0)], "/b": [(100.0, 999.0)]}

    assert waited_s(OPENED, 140.0, outages) == 40.0 - 5.0 - 20.0
    assert waited_s(OPENED, 112.0, outages) == 12.0 - 5.0 - 2.0
    assert waited_s(OPENED, 101.0, {}) == 1.0


def test_outages_within_outages_count_once() -> None:
    assert waited_s(OPENED, 130.0, {"/a": [(100.0, 125.0), (105.0, 110.0)]}) == 5.0


def test_the_table_says_for_each_channel_what_became_of_it_and_what_was_wrong() -> None:
    tallies = by_channel([OPENED, EXPIRED], [got(), got()], {}, late_after_s=9.0)

    head, line, wrong = table(tallies, late_after_s=9.0)

    assert head.split() == [
        "channel", "due", "taken", "repeats", "doubled", "lost", "late", "(>", "9", "s)",
        "slowest", "refused",
    ]  # fmt: skip
    assert line.split() == ["/a", "2", "1", "1", "0", "1", "0", "1.0", "s", "0"]
    assert wrong == "  /a was never told of expired"


def test_what_nobody_needed_to_hear_any_more_may_have_been_told_or_not() -> None:
    perhaps = Due(channel="/a", step="opened", at=100.0, must=False)

    told = reckon([perhaps], [got()], {}, late_after_s=9.0)
    untold = reckon([perhaps], [], {}, late_after_s=9.0)

    assert (told.due, told.taken, told.undue) == (0, 0, [])
    assert (untold.due, untold.lost) == (0, [])


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ("Ticket #12 in Shop waits.\n\nCalled: level 2 of 3. It was time.", "#12 level 2"),
        ("3 tickets wait for a decision.\n\n#12 in Shop, HIGH", "message m-1"),
        ("What: Ticket #9 in Shop\nCalled: level 2 of 3", "message m-1"),
    ],
)
def test_a_mail_is_known_by_the_ticket_and_level_it_tells_of(body: str, step: str) -> None:
    assert step_of(body, "m-1") == step
