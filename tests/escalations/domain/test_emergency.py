from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from escalations.domain.emergency import call_counts, call_lapses_at, is_seconded, reason_length
from escalations.domain.guards import Guard, TicketFacts
from escalations.domain.lifecycle import APPROVED, PENDING, Move, TicketKind, apply
from governance.domain.moves import GuardFailedError
from governance.domain.policy.timing import TicketTiming

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMING = TicketTiming(emergency_min=10)
FACTS = TicketFacts(now=NOON, decide_by=NOON + timedelta(minutes=15))


def test_a_call_waits_ten_minutes_and_not_a_moment_longer() -> None:
    last = NOON + timedelta(minutes=10)

    assert call_lapses_at(NOON, timing=TIMING) == last
    assert call_counts(NOON, now=last - timedelta(microseconds=1), timing=TIMING)
    assert not call_counts(NOON, now=last, timing=TIMING)


@pytest.mark.parametrize(
    ("callers", "is_enough"),
    [([], False), (["adam"], False), (["adam", "adam"], False), (["adam", "anna"], True)],
)
def test_two_different_admins_make_an_emergency(callers: list[str], is_enough: bool) -> None:
    assert is_seconded(callers) is is_enough


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("  now  ", 3), ("the\n\n till   is down", 16), (" " * 40, 0)]
)
def test_white_space_makes_no_reason_longer(text: str, length: int) -> None:
    assert reason_length(text) == length


def test_one_call_leaves_the_ticket_waiting_and_two_approve_it() -> None:
    seconded = TicketFacts(now=NOON, decide_by=FACTS.decide_by, is_seconded=True)

    assert apply(TicketKind.TASK, PENDING, Move.CALL_EMERGENCY, FACTS) == PENDING
    assert apply(TicketKind.TASK, PENDING, Move.APPROVE_EMERGENCY, seconded) == APPROVED


@pytest.mark.parametrize(
    ("facts", "guard"),
    [
        (FACTS, Guard.EMERGENCY_SECONDED),
        (
            TicketFacts(now=FACTS.decide_by, decide_by=FACTS.decide_by, is_seconded=True),
            Guard.BEFORE_DEADLINE,
        ),
    ],
)
def test_no_emergency_goes_past_the_deadline_or_one_admin(facts: TicketFacts, guard: Guard) -> None:
    with pytest.raises(GuardFailedError) as refused:
        apply(TicketKind.TASK, PENDING, Move.APPROVE_EMERGENCY, facts)

    assert refused.value.guard == guard
