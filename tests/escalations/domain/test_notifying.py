from __future__ import annotations

from itertools import product

import pytest

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import TicketState
from escalations.domain.notifying import (
    CHANNEL_MOVES,
    NOTICE_MOVES,
    UNSENT_WORDS,
    ChannelMove,
    ChannelState,
    NoticeMove,
    NoticeState,
    Unsent,
    channel_judged,
    channel_moved,
    notice_moved,
)
from escalations.domain.wanted import over_because
from governance.domain.moves import IllegalMoveError
from tests.clock import NOON

ILLEGAL_CHANNEL = [pair for pair in product(ChannelState, ChannelMove) if pair not in CHANNEL_MOVES]
ILLEGAL_NOTICE = [pair for pair in product(NoticeState, NoticeMove) if pair not in NOTICE_MOVES]


@pytest.mark.parametrize(("state", "move"), ILLEGAL_CHANNEL)
def test_a_channel_makes_no_move_that_its_table_lacks(
    state: ChannelState, move: ChannelMove
) -> None:
    with pytest.raises(IllegalMoveError, match=f"{move} is not possible in state {state}"):
        channel_moved(state, move)


@pytest.mark.parametrize(("state", "move"), ILLEGAL_NOTICE)
def test_a_message_that_has_ended_stays_as_it_is(state: NoticeState, move: NoticeMove) -> None:
    with pytest.raises(IllegalMoveError, match=f"{move} is not possible in state {state}"):
        notice_moved(state, move)


@pytest.mark.parametrize(
    ("move", "after"),
    [
        (NoticeMove.SEND, NoticeState.SENT),
        (NoticeMove.DROP, NoticeState.DROPPED),
        (NoticeMove.FAIL, NoticeState.FAILED),
        (NoticeMove.FOLD, NoticeState.FOLDED),
    ],
)
def test_a_message_that_waits_ends_in_one_way(move: NoticeMove, after: NoticeState) -> None:
    assert notice_moved(NoticeState.WAITING, move) is after


def test_nothing_leads_back_from_the_end_of_a_channel() -> None:
    assert not [pair for pair in CHANNEL_MOVES if pair[0] is ChannelState.ENDED]


@pytest.mark.parametrize(
    ("before", "failures", "after"),
    [
        (ChannelState.WORKING, 2, ChannelState.WORKING),
        (ChannelState.WORKING, 3, ChannelState.FAILING),
        (ChannelState.FAILING, 4, ChannelState.FAILING),
        (ChannelState.FAILING, 0, ChannelState.WORKING),
        (ChannelState.UNPROVEN, 0, ChannelState.UNPROVEN),
        (ChannelState.UNPROVEN, 9, ChannelState.UNPROVEN),
        (ChannelState.ENDED, 3, ChannelState.ENDED),
    ],
)
def test_three_failures_in_a_row_make_a_channel_failing_and_one_success_mends_it(
    before: ChannelState, failures: int, after: ChannelState
) -> None:
    assert channel_judged(before, failures=failures) is after


def test_every_reason_has_words() -> None:
    assert UNSENT_WORDS.keys() == set(Unsent)


@pytest.mark.parametrize(
    ("state", "minutes_left", "snoozed_min", "archived", "why"),
    [
        (TicketState.PENDING, 1, None, False, None),
        (TicketState.PENDING, 1, 0, False, None),
        (TicketState.PENDING, 1, 1, False, Unsent.SNOOZED),
        (TicketState.PENDING, 0, 1, True, Unsent.EXPIRED),
        (TicketState.PENDING, 1, None, True, Unsent.FLEET_ARCHIVED),
        (TicketState.RESOLVED, 0, None, True, Unsent.DECIDED),
        (TicketState.EXPIRED, 0, None, False, Unsent.EXPIRED),
        (TicketState.CANCELLED, 1, None, False, Unsent.WITHDRAWN),
        (TicketState.SUPERSEDED, 1, None, False, Unsent.SUPERSEDED),
    ],
)
def test_nobody_is_told_of_what_waits_for_nobody(
    state: TicketState,
    minutes_left: int,
    snoozed_min: int | None,
    archived: bool,
    why: Unsent | None,
) -> None:
    decide_by = NOON.replace(minute=minutes_left)
    found = over_because(
        state,
        decide_by=decide_by,
        snoozed_until=None if snoozed_min is None else NOON.replace(minute=snoozed_min),
        is_archived=archived,
        now=NOON,
    )

    assert found is why
    assert is_expired(decide_by, now=NOON) is (minutes_left == 0)
