"""Tickets as one state machine: a table of legal moves for each kind of question.

Votes are counted before a ticket moves (voting.py); who may vote at all is routing.py. The grant
that an approval issues is a machine of its own, in governance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalations.domain.voting import VotesVerdict
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import GrantState

REOPEN_WITHIN = timedelta(minutes=5)


class TicketKind(StrEnum):
    """Which question a ticket asks."""

    TASK = "task"
    RELEASE = "release"
    INCIDENT = "incident"
    DRIFT = "drift"
    AUDIT = "audit"
    CASCADE = "cascade"
    COLLUSION = "collusion"


class TicketState(StrEnum):
    """Where a ticket stands; the last three say that no person answered."""

    PENDING = "PENDING"
    RESOLVED = "RESOLVED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"


class Resolution(StrEnum):
    """What people answered; an expiry is never one of these."""

    APPROVED = "approved"
    DENIED = "denied"
    RELEASED = "released"
    KEPT_FROZEN = "kept_frozen"
    ACKNOWLEDGED = "acknowledged"
    AGENT_PAUSED = "agent_paused"
    REBASELINED = "rebaselined"
    MANDATE_LOWERED = "mandate_lowered"
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    SETTLED = "settled"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    VERIFYING = "verifying"


class Move(StrEnum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    RELEASE_CLAIM = "release_claim"
    TAKE_OVER = "take_over"
    VOTE = "vote"
    APPROVE = "approve"
    DENY = "deny"
    ACKNOWLEDGE = "acknowledge"
    PAUSE_AGENT = "pause_agent"
    REBASELINE = "rebaseline"
    LOWER_MANDATE = "lower_mandate"
    PASS = "pass"  # noqa: S105  # a verdict, not a secret
    FAIL = "fail"
    LEAVE_UNCLEAR = "leave_unclear"
    ANSWER_HELD = "answer_held"
    SETTLE = "settle"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ASK_CHECKS = "ask_checks"
    UNDO = "undo"
    REVOKE = "revoke"
    REOPEN = "reopen"
    EXPIRE = "expire"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """State and, where people answered, their resolution."""

    state: TicketState
    resolution: Resolution | None = None

    def __str__(self) -> str:
        return self.state.value if self.resolution is None else self.resolution.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """What the guards look at, read in the transaction that makes the move.

    ``held`` counts the tasks that the cascade still holds; None for other kinds.
    """

    now: datetime
    decide_by: datetime
    votes: VotesVerdict = VotesVerdict.PENDING
    usable_from: datetime | None = None
    grant: GrantState | None = None
    resolved_at: datetime | None = None
    answer_delivered: bool = False
    held: int | None = None


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
}


@dataclass(frozen=True, slots=True)
class MoveRule:
    """Where a move leads and what must hold first, checked in this order."""

    after: TicketStatus
    guards: tuple[Guard, ...] = ()


PENDING = TicketStatus(TicketState.PENDING)
APPROVED = TicketStatus(TicketState.RESOLVED, Resolution.APPROVED)
DENIED = TicketStatus(TicketState.RESOLVED, Resolution.DENIED)
_Table = Mapping[tuple[TicketStatus, Move], MoveRule]


def _resolved(resolution: Resolution, *guards: Guard) -> MoveRule:
    status = TicketStatus(TicketState.RESOLVED, resolution)
    return MoveRule(status, (Guard.BEFORE_DEADLINE, *guards))


# EXPIRED, CANCELLED and SUPERSEDED have no row, so nothing leads from them to an approval.
_EVERY_KIND: _Table = {
    (PENDING, Move.CLAIM): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.RELEASE_CLAIM): MoveRule(PENDING),
    (PENDING, Move.TAKE_OVER): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.EXPIRE): MoveRule(TicketStatus(TicketState.EXPIRED), (Guard.DEADLINE_PASSED,)),
    (PENDING, Move.CANCEL): MoveRule(TicketStatus(TicketState.CANCELLED)),
}
_TASK: _Table = {
    (PENDING, Move.VOTE): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.APPROVE): _resolved(Resolution.APPROVED, Guard.QUORUM_APPROVES),
    (PENDING, Move.DENY): _resolved(Resolution.DENIED, Guard.ONE_DENIES),
    (PENDING, Move.SUPERSEDE): MoveRule(TicketStatus(TicketState.SUPERSEDED)),
    (APPROVED, Move.UNDO): MoveRule(PENDING, (Guard.GRANT_UNUSED, Guard.BEFORE_USABLE)),
    (APPROVED, Move.DENY): MoveRule(DENIED, (Guard.GRANT_UNUSED, Guard.ONE_DENIES)),
    (APPROVED, Move.REVOKE): MoveRule(DENIED, (Guard.GRANT_UNUSED,)),
    (DENIED, Move.REOPEN): MoveRule(
        PENDING, (Guard.ANSWER_WAITING, Guard.SOON_AFTER, Guard.BEFORE_DEADLINE)
    ),
}
_RELEASE: _Table = {
    (PENDING, Move.VOTE): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.APPROVE): _resolved(Resolution.RELEASED, Guard.QUORUM_APPROVES),
    (PENDING, Move.DENY): _resolved(Resolution.KEPT_FROZEN, Guard.ONE_DENIES),
}
_INCIDENT: _Table = {
    (PENDING, Move.ACKNOWLEDGE): _resolved(Resolution.ACKNOWLEDGED),
    (PENDING, Move.PAUSE_AGENT): _resolved(Resolution.AGENT_PAUSED),
}
# One person's answer settles each of these at once, so there is nothing to undo or reopen.
_DRIFT: _Table = {
    (PENDING, Move.REBASELINE): _resolved(Resolution.REBASELINED),
    (PENDING, Move.PAUSE_AGENT): _resolved(Resolution.AGENT_PAUSED),
    (PENDING, Move.LOWER_MANDATE): _resolved(Resolution.MANDATE_LOWERED),
}
_AUDIT: _Table = {
    (PENDING, Move.PASS): _resolved(Resolution.PASSED),
    (PENDING, Move.FAIL): _resolved(Resolution.FAILED),
    (PENDING, Move.LEAVE_UNCLEAR): _resolved(Resolution.UNCLEAR),
}
_CASCADE: _Table = {
    (PENDING, Move.ANSWER_HELD): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.SETTLE): _resolved(Resolution.SETTLED, Guard.NONE_HELD),
}
# Dismissing gives back what the suspicion took; a confirmation is cleared on the ring's page.
_COLLUSION: _Table = {
    (PENDING, Move.CONFIRM): _resolved(Resolution.CONFIRMED),
    (PENDING, Move.DISMISS): _resolved(Resolution.DISMISSED),
    (PENDING, Move.ASK_CHECKS): _resolved(Resolution.VERIFYING),
}

MOVES: Mapping[TicketKind, _Table] = {
    TicketKind.TASK: {**_EVERY_KIND, **_TASK},
    TicketKind.RELEASE: {**_EVERY_KIND, **_RELEASE},
    TicketKind.INCIDENT: {**_EVERY_KIND, **_INCIDENT},
    TicketKind.DRIFT: {**_EVERY_KIND, **_DRIFT},
    TicketKind.AUDIT: {**_EVERY_KIND, **_AUDIT},
    TicketKind.CASCADE: {**_EVERY_KIND, **_CASCADE},
    TicketKind.COLLUSION: {**_EVERY_KIND, **_COLLUSION},
}

RESOLUTIONS: Mapping[TicketKind, tuple[Resolution, ...]] = {
    kind: tuple(
        resolution
        for resolution in Resolution
        if any(rule.after.resolution is resolution for rule in table.values())
    )
    for kind, table in MOVES.items()
}


def apply(kind: TicketKind, status: TicketStatus, move: Move, facts: TicketFacts) -> TicketStatus:
    """Return the status of a ticket of ``kind`` after ``move``.

    Raises:
        IllegalMoveError: if the kind's table has no such move from this status.
        GuardFailedError: if it has one and the first failing guard is the one named.
    """
    rule = MOVES[kind].get((status, move))
    if rule is None:
        raise IllegalMoveError(str(status), move.value)
    for guard in rule.guards:
        if not TICKET_GUARDS[guard](facts):
            raise GuardFailedError(str(status), move.value, guard, GUARD_MEANING[guard])
    return rule.after
