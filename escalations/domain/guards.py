"""Conditions on the moves of a ticket, each with a name and words for who is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalations.domain.editing import LONGEST_ARGUMENTS
from escalations.domain.voting import VotesVerdict
from governance.domain.types import BlastLevel, GrantState

REOPEN_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """What the guards look at, read in the transaction that makes the move.

    ``held`` counts the tasks that the cascade still holds; None for other kinds. ``holds`` and
    ``manages`` are about whoever makes the move; ``wakes_at`` is the end of the snooze that is
    wanted, ``wake_before`` what it must stay below.
    ``is_editable`` is about the arguments the agent asked with; ``is_edited`` says that people have
    put others in their place. ``rises`` says that a higher level of escalation is due,
    ``level_left`` that the policy has one above the one reached.
    ``rule`` is the number of the pre-approval rule that matches, None where none does;
    ``is_seconded`` says that two admins call it an emergency.
    """

    now: datetime
    decide_by: datetime
    votes: VotesVerdict = VotesVerdict.PENDING
    usable_from: datetime | None = None
    grant: GrantState | None = None
    resolved_at: datetime | None = None
    answer_delivered: bool = False
    held: int | None = None
    level: BlastLevel = BlastLevel.LOW
    holds: bool = False
    manages: bool = False
    wakes_at: datetime | None = None
    wake_before: datetime | None = None
    is_snoozed: bool = False
    needs_info: bool = False
    has_agent: bool = False
    rule: int | None = None
    is_seconded: bool = False
    is_editable: bool = False
    is_edited: bool = False
    rises: bool = False
    level_left: bool = False


class Guard(StrEnum):
    """A condition on a move, named so that a refusal can say which one failed."""

    BEFORE_DEADLINE = "before_deadline"
    DEADLINE_PASSED = "deadline_passed"
    QUORUM_APPROVES = "quorum_approves"
    ONE_DENIES = "one_denies"
    BEFORE_USABLE = "before_usable"
    GRANT_UNUSED = "grant_unused"
    ANSWER_WAITING = "answer_waiting"
    SOON_AFTER = "soon_after"
    NONE_HELD = "none_held"
    HELD_BY_MOVER = "held_by_mover"
    HOLDER_OR_MANAGER = "holder_or_manager"
    NOT_CRITICAL = "not_critical"
    WAKES_IN_TIME = "wakes_in_time"
    SNOOZED = "snoozed"
    LEVEL_RISES = "level_rises"
    AWAKE = "awake"
    LEVEL_LEFT = "level_left"
    AGENT_NAMED = "agent_named"
    NOTHING_ASKED = "nothing_asked"
    QUESTION_STANDS = "question_stands"
    RULE_MATCHES = "rule_matches"
    EMERGENCY_SECONDED = "emergency_seconded"
    EDITABLE = "editable"
    EDITED = "edited"
    AS_ASKED = "as_asked"


GUARD_MEANING: Mapping[Guard, str] = {
    Guard.BEFORE_DEADLINE: "the time to decide is over",
    Guard.DEADLINE_PASSED: "there is still time to decide",
    Guard.QUORUM_APPROVES: "approvals are still missing",
    Guard.ONE_DENIES: "nobody has denied",
    Guard.BEFORE_USABLE: "the undo window is over",
    Guard.GRANT_UNUSED: "the grant was used or is gone",
    Guard.ANSWER_WAITING: "the agent has the answer already",
    Guard.SOON_AFTER: "a denial can be reopened for 5 min only",
    Guard.NONE_HELD: "tasks are still held",
    Guard.HELD_BY_MOVER: "only whoever has claimed the ticket may do this",
    Guard.HOLDER_OR_MANAGER: "only whoever holds or has snoozed it, or a manager, may do this",
    Guard.NOT_CRITICAL: "what is critical is not put off",
    Guard.WAKES_IN_TIME: "it must wake while there is time left to decide",
    Guard.SNOOZED: "the ticket is not snoozed",
    Guard.LEVEL_RISES: "no higher level is due",
    Guard.AWAKE: "it is snoozed; wake it first",
    Guard.LEVEL_LEFT: "it is with its last level, nobody else is left to call",
    Guard.AGENT_NAMED: "it is about no one agent, so there is nobody to ask",
    Guard.NOTHING_ASKED: "a question waits for its answer already",
    Guard.QUESTION_STANDS: "no question waits for an answer",
    Guard.RULE_MATCHES: "no rule matches the request",
    Guard.EMERGENCY_SECONDED: "a second admin must call it an emergency too",
    Guard.EDITABLE: (
        f"it has no arguments to edit, or more than {LONGEST_ARGUMENTS:,} characters of them"
    ),
    Guard.EDITED: "nobody has edited it",
    Guard.AS_ASKED: "people have edited what was asked",
}

TICKET_GUARDS: Mapping[Guard, Callable[[TicketFacts], bool]] = {
    Guard.BEFORE_DEADLINE: lambda facts: facts.now < facts.decide_by,
    Guard.DEADLINE_PASSED: lambda facts: facts.now >= facts.decide_by,
    Guard.QUORUM_APPROVES: lambda facts: facts.votes is VotesVerdict.APPROVED,
    Guard.ONE_DENIES: lambda facts: facts.votes is VotesVerdict.DENIED,
    Guard.BEFORE_USABLE: lambda facts: (
        facts.usable_from is not None and facts.now < facts.usable_from
    ),
    Guard.GRANT_UNUSED: lambda facts: facts.grant is GrantState.ISSUED,
    Guard.ANSWER_WAITING: lambda facts: not facts.answer_delivered,
    Guard.SOON_AFTER: lambda facts: (
        facts.resolved_at is not None and facts.now < facts.resolved_at + REOPEN_WITHIN
    ),
    Guard.NONE_HELD: lambda facts: facts.held == 0,
    Guard.HELD_BY_MOVER: lambda facts: facts.holds,
    Guard.HOLDER_OR_MANAGER: lambda facts: facts.holds or facts.manages,
    Guard.NOT_CRITICAL: lambda facts: facts.level is not BlastLevel.CRITICAL,
    Guard.WAKES_IN_TIME: lambda facts: (
        facts.wakes_at is not None
        and facts.wake_before is not None
        and facts.now < facts.wakes_at < facts.wake_before
    ),
    Guard.SNOOZED: lambda facts: facts.is_snoozed,
    Guard.LEVEL_RISES: lambda facts: facts.rises,
    Guard.AWAKE: lambda facts: not facts.is_snoozed,
    Guard.LEVEL_LEFT: lambda facts: facts.level_left,
    Guard.AGENT_NAMED: lambda facts: facts.has_agent,
    Guard.NOTHING_ASKED: lambda facts: not facts.needs_info,
    Guard.QUESTION_STANDS: lambda facts: facts.needs_info,
    Guard.RULE_MATCHES: lambda facts: facts.rule is not None,
    Guard.EMERGENCY_SECONDED: lambda facts: facts.is_seconded,
    Guard.EDITABLE: lambda facts: facts.is_editable,
    Guard.EDITED: lambda facts: facts.is_edited,
    Guard.AS_ASKED: lambda facts: not facts.is_edited,
}
