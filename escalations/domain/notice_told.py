"""What became of a message, as people read it beside the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from escalations.domain.notifying import UNSENT_WORDS, NoticeState, Unsent
from governance.domain.phrases import count_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one channel, and why its ticket needs it no longer, if so (``over``).

    ``folded_state`` and ``folded_at`` are of the message that tells of it with others: when it was
    sent, or will be. ``instead_of`` names the channel that failed before it. What the other side
    said is for the owner of the channel alone.
    """

    who: str
    state: NoticeState
    unsent: Unsent | None
    over: Unsent | None
    due_at: datetime
    held_until: datetime | None
    next_at: datetime | None
    attempts: int
    ended_at: datetime | None
    folded_state: NoticeState | None = None
    folded_at: datetime | None = None
    instead_of: str = ""


def told_state(told: Told) -> NoticeState:
    """Return the state that counts: what waits for a ticket that has ended is as good as dropped.

    The row itself is dropped when it falls due, so that a decision that is undone by then is told.
    What waits for a ticket that was put off is sent once that wakes.
    """
    waits = told.state is NoticeState.WAITING
    ended = told.over is not None and told.over is not Unsent.SNOOZED
    return NoticeState.DROPPED if waits and ended else told.state


def told_sentence(told: Told) -> tuple[str, datetime | None]:
    """Return a sentence about the message, with times in UTC, and the time that it names.

    It begins with the channel: ``mail to Mona: delivered 12:03 UTC``.
    """
    state = told_state(told)
    if state is NoticeState.SENT:
        said, at = f"delivered {_clock(told.ended_at)}", told.ended_at
    elif state is NoticeState.DROPPED:
        why = told.unsent or told.over or Unsent.DECIDED
        said, at = f"not sent, {UNSENT_WORDS[why]}", told.ended_at
    elif state is NoticeState.FAILED:
        tries = count_words(told.attempts, "attempt")
        said, at = f"failed after {tries}", told.ended_at
    elif state is NoticeState.FOLDED:
        said, at = _folded(told)
    else:
        said, at = _waits(told)
    instead = f", because {told.instead_of} failed" if told.instead_of else ""
    return f"{told.who}: {said}{instead}", at


def _folded(told: Told) -> tuple[str, datetime | None]:
    if told.folded_state is NoticeState.SENT:
        return f"told with others in one message {_clock(told.folded_at)}", told.folded_at
    if told.folded_state is NoticeState.WAITING:
        return f"will be told with others in one message {_clock(told.folded_at)}", told.folded_at
    if told.folded_state is NoticeState.FAILED:
        return "to be told with others in one message, which failed", told.folded_at
    return "not sent, nothing of what was to be told in one message waited", told.folded_at


def _waits(told: Told) -> tuple[str, datetime | None]:
    if told.over is Unsent.SNOOZED:
        return "is sent once the ticket wakes, put off by a person", None
    if told.attempts:
        tries = count_words(told.attempts, "attempt")
        return f"not taken after {tries}, is tried again {_clock(told.next_at)}", told.next_at
    if told.held_until is not None:
        return f"held until {_clock(told.held_until)}, quiet hours", told.held_until
    return f"is sent {_clock(told.next_at)}", told.next_at


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%H:%M} UTC"
