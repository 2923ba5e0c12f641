"""One answer to many tickets: which of them it can be given to, and what it says it will do.

A person who answers many at once has read less of each. So only what stops something, and what
one signature on its own page would let run, is answered together; the rest is left out by a rule
that is told, before and after.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import REASONS, Reason, choices_of
from escalations.domain.voting import Choice
from governance.domain.phrases import count_words, list_words
from governance.domain.types import BlastLevel

# As many as a person still reads line by line before one answer, about two screens; beyond that an
# answer together is a rubber stamp. Own choice, and no policy field: whoever raised it would only
# take a safeguard from people in a hurry.
MOST_TOGETHER = 25
# Four times that: whoever selects more is shown what does not fit.
LISTED_MOST = 4 * MOST_TOGETHER
# Approving and denying many; every other answer needs words or a judgement of its own.
ANSWERS = (Choice.DENY, Choice.APPROVE)
_NAMED_MOST = 4
_NAME = re.compile(r"([-a-zA-Z0-9_]{1,50})/([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, order=True)
class TicketName:
    """A ticket as a form names it: its fleet's slug, its number and the version that was read."""

    fleet: str
    number: int
    version: int

    def __str__(self) -> str:
        return f"{self.fleet}/{self.number}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What an answer to many asks of one ticket.

    ``level`` is None where no one task is asked about, ``what`` says in a word what it asks for.
    ``why_not`` says why this person cannot give this answer on the ticket's own page either: it is
    decided, their own, held by somebody, of a frozen agent. ``signatures_missing`` counts theirs;
    ``is_edited`` says that people changed what would run; ``is_counted`` is False where the person
    confirmed the answer while the ticket was left out of it.
    """

    kind: TicketKind
    level: BlastLevel | None = None
    what: str = ""
    why_not: str = ""
    signatures_missing: int = 1
    is_edited: bool = False
    is_counted: bool = True


class Apart(StrEnum):
    """A rule that leaves a ticket out of an answer to many."""

    NOT_ALONE_EITHER = "not_alone_either"
    OWN_QUESTION = "own_question"
    CRITICAL = "critical_alone"
    EDITED = "edited_alone"
    TOO_MANY = "too_many"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a ticket is left out: the rule and a sentence."""

    rule: Apart
    sentence: str


def _has_own_question(ticket: Candidate, choice: Choice) -> bool:
    """Return whether the answer means something else for each such ticket, or nothing at all."""
    if choice is Choice.APPROVE:
        return ticket.kind is not TicketKind.TASK
    return choice not in choices_of(ticket.kind)


def _is_critical(ticket: Candidate, choice: Choice) -> bool:
    # Denying stops it, which needs no password.
    return choice is Choice.APPROVE and ticket.level is BlastLevel.CRITICAL


# In this order; what bars the person everywhere comes first, for its own page would not help.
_RULES: tuple[tuple[Apart, Callable[[Candidate, Choice], bool], str], ...] = (
    (Apart.NOT_ALONE_EITHER, lambda ticket, _: bool(ticket.why_not), "{ticket.why_not}"),
    (
        Apart.OWN_QUESTION,
        _has_own_question,
        "It is about {article} {ticket.kind.value}, which is answered on its own page.",
    ),
    (
        Apart.CRITICAL,
        _is_critical,
        "Critical: it is approved on its own page, with your password.",
    ),
    (
        Apart.EDITED,
        lambda ticket, choice: choice is Choice.APPROVE and ticket.is_edited,
        "Its arguments were edited: the edit is read and approved on its own page.",
    ),
    (
        Apart.NOT_COUNTED,
        lambda ticket, _: not ticket.is_counted,
        "It was left out of what you confirmed, so it is not answered.",
    ),
)
_TOO_MANY = LeftOut(
    Apart.TOO_MANY, f"At most {MOST_TOGETHER} are answered together; it comes after these."
)


def left_out(tickets: Sequence[Candidate], choice: Choice) -> tuple[LeftOut | None, ...]:
    """Return for each ticket, in this order, why ``choice`` leaves it out; None where it does not.

    The most that are answered together are the first that no other rule leaves out.
    """
    found: list[LeftOut | None] = []
    for ticket in tickets:
        rule = _rule_against(ticket, choice)
        if rule is None and found.count(None) >= MOST_TOGETHER:
            rule = _TOO_MANY
        found.append(rule)
    return tuple(found)


def reasons_shared(kinds: Sequence[TicketKind], choice: Choice) -> tuple[Reason, ...]:
    """Return the reasons that fit an answer to tickets of all these kinds."""
    first, *others = kinds or (TicketKind.TASK,)
    fit = [{reason.code for reason in REASONS.get((kind, choice), ())} for kind in others]
    return tuple(
        reason
        for reason in REASONS.get((first, choice), ())
        if all(reason.code in codes for codes in fit)
    )


def summary(tickets: Sequence[Candidate], choice: Choice) -> str:
    """Return what an answer to these tickets does, counted: the words a person confirms.

    ``Approve 6 tickets: 5 × refund.issue, 1 × deploy; highest risk High``. Denying nothing but
    releases says that the agents stay frozen.
    """
    if choice is Choice.DENY and {ticket.kind for ticket in tickets} == {TicketKind.RELEASE}:
        return f"Keep {count_words(len(tickets), 'agent')} frozen"
    asked = Counter(ticket.what or ticket.kind.value for ticket in tickets).most_common()
    named = [f"{count} × {what}" for what, count in asked[:_NAMED_MOST]]
    rest = sum(count for _, count in asked[_NAMED_MOST:])
    said = [", ".join([*named, f"{rest} × something else"] if rest else named)]
    levels = [ticket.level for ticket in tickets if ticket.level is not None]
    if levels:
        said.append(f"highest risk {max(levels, key=lambda level: level.rank).value.capitalize()}")
    waiting = sum(ticket.signatures_missing > 1 for ticket in tickets)
    if choice is Choice.APPROVE and waiting:
        said.append(f"{waiting} of them {_wait(waiting)} for another approval after yours")
    return f"{choice.value.capitalize()} {count_words(len(tickets), 'ticket')}: {'; '.join(said)}"


def name_read(text: str) -> TicketName:
    """Return the ticket that a form names.

    Raises:
        ValueError: for a mangled name.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        msg = f"no fleet, number and version: {text}"
        raise ValueError(msg)
    fleet, number, version = found.groups()
    return TicketName(fleet, int(number), int(version))


def answers_words() -> str:
    """Return the answers that many tickets take, as a field's allowed values."""
    return list_words([choice.value for choice in ANSWERS]).replace(" and ", " or ")


def _rule_against(ticket: Candidate, choice: Choice) -> LeftOut | None:
    for rule, holds, sentence in _RULES:
        if holds(ticket, choice):
            article = "an" if ticket.kind.value[0] in "aeiou" else "a"
            return LeftOut(rule, sentence.format(ticket=ticket, article=article))
    return None


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"
