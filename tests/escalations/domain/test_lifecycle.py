from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escalations.domain.guards import GUARD_MEANING, TICKET_GUARDS, Guard, TicketFacts
from escalations.domain.lifecycle import (
    APPROVED,
    APPROVED_EDITED,
    DENIED,
    LETS_RUN,
    MOVES,
    PENDING,
    RESOLUTIONS,
    Move,
    Resolution,
    TicketKind,
    TicketState,
    TicketStatus,
    apply,
)
from escalations.domain.voting import VotesVerdict
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import GrantState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FACTS = TicketFacts(now=NOON, decide_by=NOON + timedelta(minutes=15))
LATE = replace(FACTS, now=FACTS.decide_by)
QUORUM = replace(FACTS, votes=VotesVerdict.APPROVED)
EDITED = replace(QUORUM, is_edited=True)
VETO = replace(FACTS, votes=VotesVerdict.DENIED)
NONE_HELD = replace(FACTS, held=0)
WITHOUT_ANSWER = {Move.RELEASE_CLAIM, Move.WAKE, Move.EXPIRE, Move.CANCEL}
JUST_APPROVED = replace(
    FACTS, usable_from=NOON + timedelta(seconds=10), grant=GrantState.ISSUED, resolved_at=NOON
)


def test_a_quorum_approves_a_task() -> None:
    assert apply(TicketKind.TASK, PENDING, Move.APPROVE, QUORUM) == APPROVED


def test_one_denial_denies_a_task() -> None:
    assert apply(TicketKind.TASK, PENDING, Move.DENY, VETO) == DENIED


@pytest.mark.parametrize(
    ("kind", "move", "facts", "resolution"),
    [
        (TicketKind.TASK, Move.APPROVE_EDITED, EDITED, Resolution.APPROVED_EDITED),
        (TicketKind.TASK, Move.RESPOND, FACTS, Resolution.RESPONDED),
        (TicketKind.RELEASE, Move.APPROVE, QUORUM, Resolution.RELEASED),
        (TicketKind.RELEASE, Move.DENY, VETO, Resolution.KEPT_FROZEN),
        (TicketKind.INCIDENT, Move.ACKNOWLEDGE, FACTS, Resolution.ACKNOWLEDGED),
        (TicketKind.INCIDENT, Move.PAUSE_AGENT, FACTS, Resolution.AGENT_PAUSED),
        (TicketKind.DRIFT, Move.REBASELINE, FACTS, Resolution.REBASELINED),
        (TicketKind.DRIFT, Move.PAUSE_AGENT, FACTS, Resolution.AGENT_PAUSED),
        (TicketKind.DRIFT, Move.LOWER_MANDATE, FACTS, Resolution.MANDATE_LOWERED),
        (TicketKind.AUDIT, Move.PASS, FACTS, Resolution.PASSED),
        (TicketKind.AUDIT, Move.FAIL, FACTS, Resolution.FAILED),
        (TicketKind.AUDIT, Move.LEAVE_UNCLEAR, FACTS, Resolution.UNCLEAR),
        (TicketKind.CASCADE, Move.SETTLE, NONE_HELD, Resolution.SETTLED),
        (TicketKind.COLLUSION, Move.CONFIRM, FACTS, Resolution.CONFIRMED),
        (TicketKind.COLLUSION, Move.DISMISS, FACTS, Resolution.DISMISSED),
        (TicketKind.COLLUSION, Move.ASK_CHECKS, FACTS, Resolution.VERIFYING),
    ],
)
def test_each_kind_has_its_own_answers(
    kind: TicketKind, move: Move, facts: TicketFacts, resolution: Resolution
) -> None:
    after = apply(kind, PENDING, move, facts)

    assert after == TicketStatus(TicketState.RESOLVED, resolution)


def test_the_resolutions_of_a_kind_are_read_off_its_table() -> None:
    assert RESOLUTIONS == {
        TicketKind.TASK: (
            Resolution.APPROVED,
            Resolution.APPROVED_EDITED,
            Resolution.DENIED,
            Resolution.RESPONDED,
        ),
        TicketKind.RELEASE: (Resolution.RELEASED, Resolution.KEPT_FROZEN),
        TicketKind.INCIDENT: (Resolution.ACKNOWLEDGED, Resolution.AGENT_PAUSED),
        TicketKind.DRIFT: (
            Resolution.AGENT_PAUSED,
            Resolution.REBASELINED,
            Resolution.MANDATE_LOWERED,
        ),
        TicketKind.AUDIT: (Resolution.PASSED, Resolution.FAILED, Resolution.UNCLEAR),
        TicketKind.CASCADE: (Resolution.SETTLED,),
        TicketKind.COLLUSION: (Resolution.CONFIRMED, Resolution.DISMISSED, Resolution.VERIFYING),
    }


@pytest.mark.parametrize("held", [None, 1])
def test_a_cascade_is_not_settled_while_anything_is_held(held: int | None) -> None:
    with pytest.raises(GuardFailedError, match="tasks are still held"):
        apply(TicketKind.CASCADE, PENDING, Move.SETTLE, replace(FACTS, held=held))


def test_an_answer_about_one_held_task_leaves_the_cascade_waiting() -> None:
    assert apply(TicketKind.CASCADE, PENDING, Move.ANSWER_HELD, FACTS) == PENDING


@pytest.mark.parametrize(
    ("kind", "move"),
    [
        (kind, move)
        for kind in (TicketKind.DRIFT, TicketKind.AUDIT, TicketKind.CASCADE)
        for status, move in MOVES[kind]
        if status == PENDING and move not in WITHOUT_ANSWER
    ],
)
def test_nothing_is_answered_past_the_deadline(kind: TicketKind, move: Move) -> None:
    with pytest.raises(GuardFailedError, match="the time to decide is over"):
        apply(kind, PENDING, move, replace(NONE_HELD, now=LATE.now))


@pytest.mark.parametrize("kind", [TicketKind.DRIFT, TicketKind.AUDIT, TicketKind.CASCADE])
def test_what_acts_at_once_is_never_undone(kind: TicketKind) -> None:
    assert {status.state for status, _ in MOVES[kind]} == {TicketState.PENDING}


@pytest.mark.parametrize(
    ("status", "move", "facts", "guard"),
    [
        (PENDING, Move.APPROVE, FACTS, Guard.QUORUM_APPROVES),
        (PENDING, Move.DENY, FACTS, Guard.ONE_DENIES),
        (PENDING, Move.APPROVE, EDITED, Guard.AS_ASKED),
        (PENDING, Move.APPROVE_EDITED, QUORUM, Guard.EDITED),
        (PENDING, Move.APPROVE_EDITED, replace(FACTS, is_edited=True), Guard.QUORUM_APPROVES),
        (PENDING, Move.APPROVE, replace(QUORUM, now=LATE.now), Guard.BEFORE_DEADLINE),
        (PENDING, Move.DENY, replace(VETO, now=LATE.now), Guard.BEFORE_DEADLINE),
        (PENDING, Move.VOTE, LATE, Guard.BEFORE_DEADLINE),
        (PENDING, Move.CLAIM, LATE, Guard.BEFORE_DEADLINE),
        (PENDING, Move.EXPIRE, FACTS, Guard.DEADLINE_PASSED),
        (
            APPROVED,
            Move.UNDO,
            replace(JUST_APPROVED, now=NOON + timedelta(seconds=10)),
            Guard.BEFORE_USABLE,
        ),
        (APPROVED, Move.UNDO, FACTS, Guard.GRANT_UNUSED),
        (
            APPROVED,
            Move.DENY,
            replace(VETO, grant=GrantState.CONSUMED),
            Guard.GRANT_UNUSED,
        ),
        (APPROVED, Move.DENY, JUST_APPROVED, Guard.ONE_DENIES),
        (
            APPROVED,
            Move.DENY,
            replace(VETO, grant=GrantState.LAPSED),
            Guard.GRANT_UNUSED,
        ),
        (
            DENIED,
            Move.REOPEN,
            replace(FACTS, resolved_at=NOON, answer_delivered=True),
            Guard.ANSWER_WAITING,
        ),
        (
            DENIED,
            Move.REOPEN,
            replace(FACTS, resolved_at=NOON - timedelta(minutes=5)),
            Guard.SOON_AFTER,
        ),
        (DENIED, Move.REOPEN, FACTS, Guard.SOON_AFTER),
        (DENIED, Move.REOPEN, replace(LATE, resolved_at=LATE.now), Guard.BEFORE_DEADLINE),
    ],
)
def test_a_refused_move_names_the_guard(
    status: TicketStatus, move: Move, facts: TicketFacts, guard: Guard
) -> None:
    with pytest.raises(GuardFailedError) as refused:
        apply(TicketKind.TASK, status, move, facts)

    assert (refused.value.guard, refused.value.move) == (guard, move)
    assert GUARD_MEANING[guard] in str(refused.value)


@pytest.mark.parametrize("approval", [APPROVED, APPROVED_EDITED])
def test_undo_returns_an_approval_to_the_queue(approval: TicketStatus) -> None:
    assert apply(TicketKind.TASK, approval, Move.UNDO, JUST_APPROVED) == PENDING


@pytest.mark.parametrize("approval", [APPROVED, APPROVED_EDITED])
def test_a_denial_beats_an_approval_until_the_grant_is_used(approval: TicketStatus) -> None:
    facts = replace(JUST_APPROVED, votes=VotesVerdict.DENIED, now=NOON + timedelta(minutes=5))

    assert apply(TicketKind.TASK, approval, Move.DENY, facts) == DENIED


def test_the_answers_that_let_a_task_run_are_those_an_approval_leads_to() -> None:
    approving = [move for move in Move if "approve" in move.value]

    found = {MOVES[TicketKind.TASK][PENDING, move].after.resolution for move in approving}
    assert found == LETS_RUN


def test_a_denial_can_be_reopened_while_the_agent_still_waits() -> None:
    facts = replace(FACTS, resolved_at=NOON - timedelta(minutes=4, seconds=59))

    assert apply(TicketKind.TASK, DENIED, Move.REOPEN, facts) == PENDING


def test_the_deadline_expires_a_ticket() -> None:
    after = apply(TicketKind.TASK, PENDING, Move.EXPIRE, LATE)

    assert (after, str(after)) == (TicketStatus(TicketState.EXPIRED), "EXPIRED")


@pytest.mark.parametrize(
    ("move", "state"),
    [(Move.CANCEL, TicketState.CANCELLED), (Move.SUPERSEDE, TicketState.SUPERSEDED)],
)
def test_a_question_can_end_without_an_answer(move: Move, state: TicketState) -> None:
    assert apply(TicketKind.TASK, PENDING, move, FACTS) == TicketStatus(state)


@pytest.mark.parametrize("kind", list(TicketKind))
@pytest.mark.parametrize(
    "state", [TicketState.EXPIRED, TicketState.CANCELLED, TicketState.SUPERSEDED]
)
@pytest.mark.parametrize("move", list(Move))
def test_nothing_leads_out_of_an_end_without_an_answer(
    kind: TicketKind, state: TicketState, move: Move
) -> None:
    with pytest.raises(IllegalMoveError) as refused:
        apply(kind, TicketStatus(state), move, QUORUM)

    assert str(refused.value) == f"{move} is not possible in state {state}"


def test_every_guard_is_implemented_and_worded() -> None:
    assert set(TICKET_GUARDS) == set(GUARD_MEANING) == set(Guard)


def test_no_table_leads_from_an_end_without_an_answer() -> None:
    left = {status.state for table in MOVES.values() for status, _ in table}

    assert left == {TicketState.PENDING, TicketState.RESOLVED}
