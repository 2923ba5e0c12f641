"""Pre-approval rules: what counts, what waits, what is over, and the form that makes one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """A ticket by its number."""

    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMove:
    """One thing a person may do to a rule; `why_not` keeps this person from it.

    `asks` is the question that its reason answers, empty where none is wanted.
    """

    name: str
    label: str
    icon: str
    url: str
    asks: str
    why_not: str
    idempotency_key: str
    typed_reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule: what it lets through, who is behind it, what it has approved so far.

    `until` says when it ends or ended; `ended` how, where it ended before its time.
    """

    number: int
    mark: Mark
    sentence: str
    agent_name: str
    agent_url: str
    behind: str
    reason: str
    until: str
    used: str
    tickets: tuple[TicketRef, ...]
    made_from: TicketRef | None
    ended: str
    moves: tuple[RuleMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentField:
    """One argument of the request a rule is made from: fixed unless somebody loosens it.

    `is_number` and `is_loosenable` say which ways there are; the texts are what was typed.
    """

    index: int
    name: str
    shown: str
    is_number: bool
    is_loosenable: bool
    least: str = ""
    most: str = ""
    one_of: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """What makes a rule from a ticket: first read aloud, then made.

    `sentence` is what it will let through, empty until it was asked for, and `read` the digest of
    what was read then; `makes` says whether this
    person's rule counts at once. `wrong` names the field at fault.
    """

    review_url: str
    make_url: str
    why_not: str
    makes: bool
    ticket: TicketRef
    action: str
    target: ArgumentField
    arguments: tuple[ArgumentField, ...]
    spend_most_usd: str
    levels: tuple[str, ...]
    level_most: str
    hours: str
    longest_h: str
    uses_most: str
    reason: str
    sentence: str
    counts: str
    read: str
    idempotency_key: str
    wrong: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """The rules of a fleet. `seq` is its last event number, read before all else."""

    fleet_name: str
    fleet_slug: str
    seq: int
    now: datetime
    url: str
    parts_url: str
    queue_url: str
    counting: tuple[RuleLine, ...]
    proposed: tuple[RuleLine, ...]
    over: tuple[RuleLine, ...]
    form: RuleForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InAdvance:
    """What a ticket's page says of rules: which one approved it, or that one can be made."""

    sentence: str
    url: str
    label: str
