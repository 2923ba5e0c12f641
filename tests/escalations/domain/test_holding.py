"""What a holder may do with a waiting ticket, by the tables alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escalations.domain.guards import GUARD_MEANING, Guard, TicketFacts
from escalations.domain.lifecycle import MOVES, PENDING, Move, TicketKind, apply
from governance.domain.moves import GuardFailedError
from governance.domain.types import BlastLevel

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FACTS = TicketFacts(
    now=NOON,
    decide_by=NOON + timedelta(minutes=30),
    level=BlastLevel.HIGH,
    holds=True,
    wakes_at=NOON + timedelta(minutes=10),
    wake_before=NOON + timedelta(minutes=24),
    has_agent=True,
)
LATE = replace(FACTS, now=FACTS.decide_by)
OTHERS = replace(FACTS, holds=False)


@pytest.mark.parametrize(
    ("move", "facts"),
    [
        (Move.SNOOZE, FACTS),
        (Move.WAKE, replace(FACTS, is_snoozed=True)),
        (Move.ASK, FACTS),
        (Move.EDIT, replace(FACTS, is_editable=True)),
        (Move.ANSWER, replace(OTHERS, needs_info=True)),
        (Move.CALL_NEXT, replace(OTHERS, level_left=True)),
        (Move.REASSIGN, FACTS),
        (Move.REASSIGN, replace(OTHERS, manages=True)),
    ],
)
def test_a_move_of_a_holder_leaves_the_ticket_waiting(move: Move, facts: TicketFacts) -> None:
    assert apply(TicketKind.TASK, PENDING, move, facts) == PENDING


@pytest.mark.parametrize(
    ("move", "facts", "guard"),
    [
        (Move.SNOOZE, LATE, Guard.BEFORE_DEADLINE),
        (Move.EDIT, LATE, Guard.BEFORE_DEADLINE),
        (Move.EDIT, OTHERS, Guard.HELD_BY_MOVER),
        (Move.EDIT, FACTS, Guard.EDITABLE),
        (Move.SNOOZE, OTHERS, Guard.HELD_BY_MOVER),
        (Move.SNOOZE, replace(OTHERS, manages=True), Guard.HELD_BY_MOVER),
        (Move.SNOOZE, replace(FACTS, level=BlastLevel.CRITICAL), Guard.NOT_CRITICAL),
        (Move.SNOOZE, replace(FACTS, wakes_at=NOON), Guard.WAKES_IN_TIME),
        (Move.SNOOZE, replace(FACTS, wakes_at=FACTS.wake_before), Guard.WAKES_IN_TIME),
        (Move.SNOOZE, replace(FACTS, wakes_at=None), Guard.WAKES_IN_TIME),
        (Move.SNOOZE, replace(FACTS, wake_before=None), Guard.WAKES_IN_TIME),
        (Move.WAKE, FACTS, Guard.SNOOZED),
        (Move.ASK, OTHERS, Guard.HELD_BY_MOVER),
        (Move.ASK, replace(FACTS, has_agent=False), Guard.AGENT_NAMED),
        (Move.ASK, replace(FACTS, needs_info=True), Guard.NOTHING_ASKED),
        (Move.ASK, LATE, Guard.BEFORE_DEADLINE),
        (Move.ANSWER, FACTS, Guard.QUESTION_STANDS),
        (Move.ANSWER, replace(LATE, needs_info=True), Guard.BEFORE_DEADLINE),
        (Move.CALL_NEXT, FACTS, Guard.LEVEL_LEFT),
        (Move.CALL_NEXT, replace(FACTS, level_left=True, is_snoozed=True), Guard.AWAKE),
        (Move.CALL_NEXT, replace(LATE, level_left=True), Guard.BEFORE_DEADLINE),
        (Move.REASSIGN, OTHERS, Guard.HOLDER_OR_MANAGER),
        (Move.REASSIGN, LATE, Guard.BEFORE_DEADLINE),
    ],
)
def test_a_refused_move_of_a_holder_names_the_guard(
    move: Move, facts: TicketFacts, guard: Guard
) -> None:
    with pytest.raises(GuardFailedError, match=GUARD_MEANING[guard]) as refused:
        apply(TicketKind.TASK, PENDING, move, facts)

    assert refused.value.guard == guard


def test_whoever_is_audited_or_suspected_is_not_asked() -> None:
    asked = {kind for kind, table in MOVES.items() if (PENDING, Move.ASK) in table}

    assert set(TicketKind) - asked == {TicketKind.AUDIT, TicketKind.COLLUSION}


@pytest.mark.parametrize("kind", list(TicketKind))
@pytest.mark.parametrize("move", [Move.SNOOZE, Move.WAKE, Move.CALL_NEXT, Move.REASSIGN])
def test_every_kind_can_be_put_off_escalated_and_handed_over(kind: TicketKind, move: Move) -> None:
    assert (PENDING, move) in MOVES[kind]
