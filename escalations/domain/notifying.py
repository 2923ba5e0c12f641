"""Channels that tell people of tickets outside the browser, and messages on their way: as tables.

A channel gets nothing about tickets before its owner has proven that its messages arrive. A message
ends in exactly one way, and a record says which and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.moves import IllegalMoveError

# Own choice: 5 s and 30 s apart, so that a channel is known to fail within a minute, while most of
# the shortest time to decide is left for another.
FAILURES_UNTIL_FAILING = 3
CHANNELS_MOST = 5
TESTS_AN_HOUR = 10
PROOF_TRIES = 5
PROOF_WITHIN_MIN = 60


class ChannelKind(StrEnum):
    """How a channel reaches people."""

    MAIL = "mail"
    CHAT = "chat"


class ChannelState(StrEnum):
    """How far a channel can be relied on."""

    UNPROVEN = "UNPROVEN"
    WORKING = "WORKING"
    FAILING = "FAILING"
    ENDED = "ENDED"


class ChannelMove(StrEnum):
    """What can happen to a channel."""

    PROVE = "prove"
    FAIL = "fail"
    RECOVER = "recover"
    END = "end"


CHANNEL_MOVES: Mapping[tuple[ChannelState, ChannelMove], ChannelState] = {
    (ChannelState.UNPROVEN, ChannelMove.PROVE): ChannelState.WORKING,
    (ChannelState.UNPROVEN, ChannelMove.END): ChannelState.ENDED,
    (ChannelState.WORKING, ChannelMove.FAIL): ChannelState.FAILING,
    (ChannelState.WORKING, ChannelMove.END): ChannelState.ENDED,
    (ChannelState.FAILING, ChannelMove.RECOVER): ChannelState.WORKING,
    (ChannelState.FAILING, ChannelMove.END): ChannelState.ENDED,
}
# Which channels tickets are told on: one that fails is still tried, for it may have recovered.
TOLD_ON = (ChannelState.WORKING, ChannelState.FAILING)


class Purpose(StrEnum):
    """What a message is for."""

    CALL = "call"
    DIGEST = "digest"
    TEST = "test"
    REPORT = "report"


class NoticeState(StrEnum):
    """Where a message stands; all but the first are final."""

    WAITING = "WAITING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    FAILED = "FAILED"
    FOLDED = "FOLDED"


class NoticeMove(StrEnum):
    """What can happen to a message."""

    SEND = "send"
    DROP = "drop"
    FAIL = "fail"
    FOLD = "fold"


NOTICE_MOVES: Mapping[tuple[NoticeState, NoticeMove], NoticeState] = {
    (NoticeState.WAITING, NoticeMove.SEND): NoticeState.SENT,
    (NoticeState.WAITING, NoticeMove.DROP): NoticeState.DROPPED,
    (NoticeState.WAITING, NoticeMove.FAIL): NoticeState.FAILED,
    (NoticeState.WAITING, NoticeMove.FOLD): NoticeState.FOLDED,
}


class Unsent(StrEnum):
    """Why a message that was planned is not sent."""

    DECIDED = "decided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    SNOOZED = "snoozed"
    FLEET_ARCHIVED = "fleet_archived"
    ACCOUNT_CLOSED = "account_closed"
    NO_MEMBER = "no_member"
    NOT_CALLED = "not_called"
    BARRED = "barred"
    CHANNEL_ENDED = "channel_ended"
    NO_MAIL_SERVER = "no_mail_server"
    NOT_WANTED = "not_wanted"


UNSENT_WORDS: Mapping[Unsent, str] = {
    Unsent.DECIDED: "decided before",
    Unsent.EXPIRED: "the time to decide was over",
    Unsent.WITHDRAWN: "withdrawn before",
    Unsent.SUPERSEDED: "asked again with other arguments",
    Unsent.SNOOZED: "put off by a person",
    Unsent.FLEET_ARCHIVED: "the fleet is archived",
    Unsent.ACCOUNT_CLOSED: "the account is closed",
    Unsent.NO_MEMBER: "no member of the fleet any longer",
    Unsent.NOT_CALLED: "no longer on the level that was called",
    Unsent.BARRED: "may not decide this ticket, or not any longer",
    Unsent.CHANNEL_ENDED: "the channel has ended",
    Unsent.NO_MAIL_SERVER: "no mail server is set up",
    Unsent.NOT_WANTED: "no longer wanted",
}


def channel_moved(state: ChannelState, move: ChannelMove) -> ChannelState:
    """Return the state of a channel after ``move``.

    Raises:
        IllegalMoveError: if the table has no such move from this state.
    """
    after = CHANNEL_MOVES.get((state, move))
    if after is None:
        raise IllegalMoveError(state.value, move.value)
    return after


def notice_moved(state: NoticeState, move: NoticeMove) -> NoticeState:
    """Return the state of a message after ``move``.

    Raises:
        IllegalMoveError: if it has ended already.
    """
    after = NOTICE_MOVES.get((state, move))
    if after is None:
        raise IllegalMoveError(state.value, move.value)
    return after


def channel_judged(state: ChannelState, *, failures: int) -> ChannelState:
    """Return the state of a channel after an attempt to send to it.

    Args:
        state: before.
        failures: in a row, this attempt included; 0 after one that was taken.
    """
    if state is ChannelState.FAILING and not failures:
        return channel_moved(state, ChannelMove.RECOVER)
    if state is ChannelState.WORKING and failures >= FAILURES_UNTIL_FAILING:
        return channel_moved(state, ChannelMove.FAIL)
    return state
