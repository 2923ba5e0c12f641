"""Tickets as one state machine: a table of legal moves for each kind of question.

Votes are counted before a ticket moves (voting.py); who may vote at all is routing.py. The grant
that an approval issues is a machine of its own, in governance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from escalations.domain.guards import GUARD_MEANING, TICKET_GUARDS, Guard, TicketFacts
from governance.domain.moves import GuardFailedError, IllegalMoveError


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
    APPROVED_EDITED = "approved_edited"
    DENIED = "denied"
    RESPONDED = "responded"
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
    REASSIGN = "reassign"
    SNOOZE = "snooze"
    WAKE = "wake"
    ESCALATE = "escalate"
    CALL_NEXT = "call_next"
    ASK = "ask"
    ANSWER = "answer"
    VOTE = "vote"
    EDIT = "edit"
    APPROVE = "approve"
    APPROVE_EDITED = "approve_edited"
    PRE_APPROVE = "pre_approve"
    CALL_EMERGENCY = "call_emergency"
    APPROVE_EMERGENCY = "approve_emergency"
    APPROVE_EMERGENCY_EDITED = "approve_emergency_edited"
    END_RULE = "end_rule"
    DENY = "deny"
    RESPOND = "respond"
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


@dataclass(frozen=True, slots=True)
class MoveRule:
    """Where a move leads and what must hold first, checked in this order."""

    after: TicketStatus
    guards: tuple[Guard, ...] = ()


PENDING = TicketStatus(TicketState.PENDING)
APPROVED = TicketStatus(TicketState.RESOLVED, Resolution.APPROVED)
APPROVED_EDITED = TicketStatus(TicketState.RESOLVED, Resolution.APPROVED_EDITED)
DENIED = TicketStatus(TicketState.RESOLVED, Resolution.DENIED)
# The answers that let a task run: as it was asked, or as people edited it.
LETS_RUN = frozenset({Resolution.APPROVED, Resolution.APPROVED_EDITED})
_Table = Mapping[tuple[TicketStatus, Move], MoveRule]


def _resolved(resolution: Resolution, *guards: Guard) -> MoveRule:
    status = TicketStatus(TicketState.RESOLVED, resolution)
    return MoveRule(status, (Guard.BEFORE_DEADLINE, *guards))


# EXPIRED, CANCELLED and SUPERSEDED have no row, so nothing leads from them to an approval.
_EVERY_KIND: _Table = {
    (PENDING, Move.CLAIM): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.RELEASE_CLAIM): MoveRule(PENDING),
    (PENDING, Move.TAKE_OVER): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.REASSIGN): MoveRule(PENDING, (Guard.BEFORE_DEADLINE, Guard.HOLDER_OR_MANAGER)),
    # Whatever the question, it can wait for its reader unless it is critical.
    (PENDING, Move.SNOOZE): MoveRule(
        PENDING,
        (Guard.BEFORE_DEADLINE, Guard.HELD_BY_MOVER, Guard.NOT_CRITICAL, Guard.WAKES_IN_TIME),
    ),
    (PENDING, Move.WAKE): MoveRule(PENDING, (Guard.SNOOZED,)),
    # By time or because nobody is left to ask: nobody's move, so no version is named.
    (PENDING, Move.ESCALATE): MoveRule(PENDING, (Guard.BEFORE_DEADLINE, Guard.LEVEL_RISES)),
    # By hand it names the level, which is what a second call of the same finds done.
    (PENDING, Move.CALL_NEXT): MoveRule(
        PENDING, (Guard.BEFORE_DEADLINE, Guard.AWAKE, Guard.LEVEL_LEFT)
    ),
    (PENDING, Move.EXPIRE): MoveRule(TicketStatus(TicketState.EXPIRED), (Guard.DEADLINE_PASSED,)),
    (PENDING, Move.CANCEL): MoveRule(TicketStatus(TicketState.CANCELLED)),
}
# Not of an audit, whose subject must not learn of it, nor of a ring, whose members it would warn.
_ASKING: _Table = {
    (PENDING, Move.ASK): MoveRule(
        PENDING,
        (Guard.BEFORE_DEADLINE, Guard.HELD_BY_MOVER, Guard.AGENT_NAMED, Guard.NOTHING_ASKED),
    ),
    (PENDING, Move.ANSWER): MoveRule(PENDING, (Guard.BEFORE_DEADLINE, Guard.QUESTION_STANDS)),
}
_TASK: _Table = {
    (PENDING, Move.VOTE): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    # Votes are withdrawn with the arguments they were about, so each counts for what it was shown.
    (PENDING, Move.EDIT): MoveRule(
        PENDING, (Guard.BEFORE_DEADLINE, Guard.HELD_BY_MOVER, Guard.EDITABLE)
    ),
    (PENDING, Move.APPROVE): _resolved(Resolution.APPROVED, Guard.AS_ASKED, Guard.QUORUM_APPROVES),
    (PENDING, Move.APPROVE_EDITED): _resolved(
        Resolution.APPROVED_EDITED, Guard.EDITED, Guard.QUORUM_APPROVES
    ),
    (PENDING, Move.PRE_APPROVE): _resolved(Resolution.APPROVED, Guard.RULE_MATCHES),
    # Two admins in place of the quorum; a denial or the deadline ends it like any other wait.
    (PENDING, Move.CALL_EMERGENCY): MoveRule(PENDING, (Guard.BEFORE_DEADLINE,)),
    (PENDING, Move.APPROVE_EMERGENCY): _resolved(
        Resolution.APPROVED, Guard.AS_ASKED, Guard.EMERGENCY_SECONDED
    ),
    (PENDING, Move.APPROVE_EMERGENCY_EDITED): _resolved(
        Resolution.APPROVED_EDITED, Guard.EDITED, Guard.EMERGENCY_SECONDED
    ),
    (PENDING, Move.DENY): _resolved(Resolution.DENIED, Guard.ONE_DENIES),
    (PENDING, Move.RESPOND): _resolved(Resolution.RESPONDED),
    (PENDING, Move.SUPERSEDE): MoveRule(TicketStatus(TicketState.SUPERSEDED)),
    (APPROVED, Move.UNDO): MoveRule(PENDING, (Guard.GRANT_UNUSED, Guard.BEFORE_USABLE)),
    (APPROVED_EDITED, Move.UNDO): MoveRule(PENDING, (Guard.GRANT_UNUSED, Guard.BEFORE_USABLE)),
    # A denial is how people revoke what was approved: with a vote, a reason and a name.
    (APPROVED, Move.DENY): MoveRule(DENIED, (Guard.GRANT_UNUSED, Guard.ONE_DENIES)),
    (APPROVED_EDITED, Move.DENY): MoveRule(DENIED, (Guard.GRANT_UNUSED, Guard.ONE_DENIES)),
    # What a rule approved is taken back with the rule; nobody votes on it.
    (APPROVED, Move.END_RULE): MoveRule(DENIED, (Guard.GRANT_UNUSED,)),
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
    TicketKind.TASK: {**_EVERY_KIND, **_ASKING, **_TASK},
    TicketKind.RELEASE: {**_EVERY_KIND, **_ASKING, **_RELEASE},
    TicketKind.INCIDENT: {**_EVERY_KIND, **_ASKING, **_INCIDENT},
    TicketKind.DRIFT: {**_EVERY_KIND, **_ASKING, **_DRIFT},
    TicketKind.AUDIT: {**_EVERY_KIND, **_AUDIT},
    TicketKind.CASCADE: {**_EVERY_KIND, **_ASKING, **_CASCADE},
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
