"""What the gate answers to one recorded task under two policies, and how they differ."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from governance.domain.types import BlastLevel, Preset, Tier, Verdict


class Side(StrEnum):
    """Whose fold something belongs to: the version in force, or the draft."""

    BASE = "base"
    DRAFT = "draft"


class Ending(StrEnum):
    """How a recorded task ended.

    ``DENIED``: by the gate, it did not run. ``REFUSED``: people denied it, or it expired while it
    waited. ``WITHDRAWN``: cancelled or superseded. ``WAITING``: people have not answered yet, it
    did not run so far. ``OPEN``: not ended, or nothing was reported.
    """

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    NEUTRAL = "neutral"
    DENIED = "denied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"
    OPEN = "open"


# It is known how these went; and these never ran.
JUDGED = frozenset({Ending.SUCCEEDED, Ending.PARTIAL, Ending.FAILED})
NEVER_RAN = frozenset({Ending.DENIED, Ending.REFUSED, Ending.WITHDRAWN})


class Answer(NamedTuple):
    """What the gate says, and whom it asks: ``approvals`` people, one a manager where it says so.

    ``reason`` is the sentence that decided.
    """

    would_be: Verdict
    approvals: int
    needs_manager: bool
    preset: Preset
    tier: Tier
    level: BlastLevel
    reason: str


class Compared(NamedTuple):
    """One recorded decision, answered under both policies; ``agent`` and ``owner`` are ids."""

    decision_id: UUID
    task_id: UUID
    agent: str
    owner: str
    at_s: float
    base: Answer
    draft: Answer
    ending: Ending


class Asks(StrEnum):
    """What an answer comes to for the person who waits for it, mildest first."""

    RUNS = "runs"
    ONE = "one"
    TWO = "two"
    TWO_WITH_MANAGER = "two_with_manager"
    DENIED = "denied"


class Kind(StrEnum):
    """How the draft's answer differs; the first three tighten, the next three loosen.

    ``LIMITS``: the same answer with another preset, level, or other limits.
    """

    STOPPED = "stopped"
    NEWLY_ASKED = "newly_asked"
    ASKED_MORE = "asked_more"
    LET = "let"
    UNASKED = "unasked"
    ASKED_LESS = "asked_less"
    LIMITS = "limits"

    @property
    def tightens(self) -> bool:
        """Return whether the draft asks for more than the base."""
        return self in {Kind.STOPPED, Kind.NEWLY_ASKED, Kind.ASKED_MORE}

    @property
    def loosens(self) -> bool:
        """Return whether the draft asks for less than the base."""
        return self in {Kind.LET, Kind.UNASKED, Kind.ASKED_LESS}


_KINDS = {
    (Verdict.ALLOW, Verdict.DENY): Kind.STOPPED,
    (Verdict.ESCALATE, Verdict.DENY): Kind.STOPPED,
    (Verdict.ALLOW, Verdict.ESCALATE): Kind.NEWLY_ASKED,
    (Verdict.DENY, Verdict.ALLOW): Kind.LET,
    (Verdict.DENY, Verdict.ESCALATE): Kind.LET,
    (Verdict.ESCALATE, Verdict.ALLOW): Kind.UNASKED,
}


def asks_of(answer: Answer) -> Asks:
    """Return what an answer asks for, in one word."""
    if answer.would_be is Verdict.ALLOW:
        return Asks.RUNS
    if answer.would_be is Verdict.DENY:
        return Asks.DENIED
    if answer.needs_manager:
        return Asks.TWO_WITH_MANAGER
    return Asks.ONE if answer.approvals <= 1 else Asks.TWO


def kind_of(base: Answer, draft: Answer) -> Kind | None:
    """Return how the draft's answer differs from the base's; None where it does not.

    Another tier or another sentence alone changes nothing for the task.
    """
    if base.would_be is not draft.would_be:
        return _KINDS[base.would_be, draft.would_be]
    asked, now = (base.approvals, base.needs_manager), (draft.approvals, draft.needs_manager)
    if base.would_be is Verdict.ESCALATE and asked != now:
        return Kind.ASKED_MORE if now > asked else Kind.ASKED_LESS
    same = base.preset is draft.preset and base.level is draft.level
    return None if same else Kind.LIMITS
