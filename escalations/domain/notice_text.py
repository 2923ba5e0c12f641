"""What a message says: plain text without arguments, and nothing that breaks out of its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from governance.domain.phrases import count_words, duration_words

LONGEST_WORDS = 120
URGENT_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is told of one ticket.

    ``what`` is the operation, or the question of a ticket about none; ``why`` is the sentence with
    which a level after the first was called, empty where another was since; ``unanswered`` says
    what comes of no answer; ``zone`` is the reader's.
    """

    fleet: str
    number: int
    risk: str
    what: str
    agent: str
    level: int
    of: int
    why: str
    decide_by: datetime
    zone: tzinfo
    url: str
    unanswered: str


@dataclass(frozen=True, slots=True)
class Message:
    """Subject and body, both plain text; the subject is one line.

    ``html`` has the same words for readers of mail; empty where the plain text is all.
    """

    subject: str
    body: str
    html: str = ""


def call_message(call: Call, *, now: datetime) -> Message:
    """Return the message about one ticket.

    Args:
        call: the ticket as it is now.
        now: the moment of sending, before ``call.decide_by``.
    """
    fleet, what = one_line(call.fleet), one_line(call.what)
    lines = [
        f"Ticket #{call.number} in {fleet} waits for a decision.",
        "",
        f"Risk: {call.risk}",
        f"What: {what}",
        *([f"Agent: {one_line(call.agent)}"] if call.agent else []),
        f"Called: level {call.level} of {call.of}{_because(call)}",
        f"Decide by: {_by(call.decide_by, call.zone, now)}",
        "",
        f"Read and decide it: {call.url}",
        "",
        f"Nothing is decided by opening the link. {call.unanswered}".rstrip(),
    ]
    return Message(f"[{fleet}] {call.risk} #{call.number}: {what}", "\n".join(lines))


def digest_message(
    calls: Sequence[Call], *, more: int = 0, queue_url: str, now: datetime
) -> Message:
    """Return one message about several tickets.

    Args:
        calls: what waits, the most urgent first, at least one; three are described.
        more: how many wait beside those in ``calls``.
        queue_url: where all of them are listed.
        now: the moment of sending.
    """
    waiting = len(calls) + more
    wait = "waits" if waiting == 1 else "wait"
    said = f"{count_words(waiting, 'ticket')} {wait} for a decision"
    lines = [f"{said}. The most urgent:", ""]
    for call in calls[:URGENT_SHOWN]:
        lines += [
            f"#{call.number} in {one_line(call.fleet)}, {call.risk}: {one_line(call.what)},"
            f" decide by {_by(call.decide_by, call.zone, now)}",
            f"  {call.url}",
        ]
    lines += [
        "",
        f"All of them: {queue_url}",
        "",
        "So many came within 10 min that they are told in one message.",
    ]
    return Message(f"[Countersign] {said}", "\n".join(lines))


def test_message(*, code: str, within_min: int, url: str) -> Message:
    """Return the message that shows whether a channel works.

    Args:
        code: to be entered in the console; empty where the channel is proven already.
        within_min: for how many minutes the code counts.
        url: where it is entered.
    """
    if not code:
        return Message(
            "[Countersign] Test message",
            "This test message of Countersign has arrived; there is nothing to do.",
        )
    lines = [
        "Somebody wants Countersign to call them here when a ticket waits.",
        "",
        f"If that is you, sign in and enter this code within {within_min} min: {code}",
        f"Where: {url}",
        "",
        "If not, do nothing: without the code nothing more is sent here.",
    ]
    return Message(f"[Countersign] Your code is {code}", "\n".join(lines))


def one_line(text: str) -> str:
    """Return text for one line of a message: printable, at most 120 characters.

    Line breaks would begin headers of a mail; characters that turn the direction of writing would
    show another text than the one that is there.
    """
    kept = "".join(each if _is_plain(each) else " " for each in text)
    words = " ".join(kept.split())
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"


def for_chat(text: str) -> str:
    """Return text in which a chat finds nobody to notify and no link under other words.

    A zero-width space after ``@`` keeps names from being called, one within ``](`` keeps Markdown
    from hiding where a link leads; angle brackets, which begin links and calls in some chats,
    become quotation marks of the same look.
    """
    parted = text.replace("@", "@\u200b").replace("](", "]\u200b(")
    return parted.replace("<", "‹").replace(">", "›")


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def _because(call: Call) -> str:
    if call.why:
        return f". {one_line(call.why)}"
    return ", which is called first." if call.level == 1 else "."


def _by(decide_by: datetime, zone: tzinfo, now: datetime) -> str:
    local = decide_by.astimezone(zone)
    left = duration_words(max(decide_by - now, timedelta()).total_seconds())
    return f"{local:%Y-%m-%d %H:%M} {local:%Z}, in {left}"
