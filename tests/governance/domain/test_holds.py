from __future__ import annotations

import pytest

from governance.domain.breaker_state import Breaker, Probation
from governance.domain.holds import (
    breaker_force_open,
    breaker_release,
    breaker_release_early,
    freeze_sentence,
    is_unexplained,
    release_requirement,
)
from governance.domain.moves import IllegalMoveError
from governance.domain.permissions import Action
from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerMode, BreakerState, Hold, HoldOrigin, Role
from tests.governance.domain.breakers import CLOSED, FORCED, HALF_OPEN, LATCHED, OPEN, SUPERVISED
from tests.governance.domain.outcomes import BREAKER, START_S


@pytest.mark.parametrize("before", [CLOSED, OPEN, HALF_OPEN, SUPERVISED])
def test_a_person_freezes_from_any_state(before: Breaker) -> None:
    breaker, record = breaker_force_open(before, "Mona: wrong prices.", now_s=START_S)

    assert (breaker.hold, breaker.hold_origin) == (Hold.FORCED_OPEN, HoldOrigin.PERSON)
    assert breaker.opened_s == START_S
    assert (record.move, record.sentence) == (BreakerMove.FORCED_OPEN, "Mona: wrong prices.")
    assert record.enforced
    assert not record.latched


def test_a_person_freezes_even_in_shadow() -> None:
    _, record = breaker_force_open(CLOSED._replace(mode=BreakerMode.SHADOW), "", now_s=START_S)

    assert record.enforced


def test_a_freeze_by_hand_does_not_undo_a_latch() -> None:
    breaker, _ = breaker_force_open(LATCHED, "", now_s=START_S)

    assert (breaker.hold, breaker.hold_origin) == (Hold.LATCHED, HoldOrigin.PERSON)


@pytest.mark.parametrize("before", [FORCED, LATCHED, LATCHED._replace(critical=True)])
def test_a_release_leads_into_probation_and_never_straight_to_closed(before: Breaker) -> None:
    breaker, record = breaker_release(before, "Fixed.", now_s=START_S + 60)

    assert (breaker.state, breaker.hold) == (BreakerState.HALF_OPEN, Hold.NONE)
    assert breaker.hold_origin is HoldOrigin.NONE
    assert breaker.probation == Probation(since_s=START_S + 60)
    assert breaker.level == before.level
    assert not breaker.critical
    assert record.move is BreakerMove.RELEASED


def test_there_is_nothing_to_release_without_a_hold() -> None:
    with pytest.raises(IllegalMoveError, match="released is not possible in state OPEN"):
        breaker_release(OPEN, "", now_s=START_S)


def test_a_freeze_can_be_ended_early_at_the_same_level() -> None:
    breaker, record = breaker_release_early(OPEN, "Cause found.", now_s=START_S + 60)

    assert (breaker.state, breaker.level) == (BreakerState.HALF_OPEN, 1)
    assert record.move is BreakerMove.RELEASED_EARLY


def test_a_hold_cannot_be_ended_as_if_it_were_a_freeze() -> None:
    with pytest.raises(IllegalMoveError):
        breaker_release_early(LATCHED, "", now_s=START_S)


@pytest.mark.parametrize(
    ("breaker", "role", "people"),
    [
        (OPEN, Role.REVIEWER, 1),
        (OPEN._replace(level=2), Role.REVIEWER, 1),
        (OPEN._replace(level=3), Role.MANAGER, 1),
        (FORCED, Role.REVIEWER, 1),
        (LATCHED, Role.REVIEWER, 2),
        (LATCHED._replace(level=4), Role.MANAGER, 2),
    ],
)
def test_longer_freezes_and_latches_take_more_to_release(
    breaker: Breaker, role: Role, people: int
) -> None:
    assert release_requirement(breaker, BREAKER, now_s=START_S) == (role, people)


@pytest.mark.parametrize(
    ("level", "action"), [(2, Action.AGENT_RELEASE), (3, Action.AGENT_RELEASE_HIGH)]
)
def test_the_level_says_which_permission_a_release_takes(level: int, action: Action) -> None:
    requirement = release_requirement(OPEN._replace(level=level), BREAKER, now_s=START_S)

    assert requirement.action is action


def test_a_freeze_whose_reason_is_to_follow_says_so() -> None:
    sentence = freeze_sentence("rita", " ")

    assert sentence == "Frozen by rita: No reason given yet."
    assert is_unexplained(sentence)


def test_a_freeze_with_a_reason_is_explained() -> None:
    sentence = freeze_sentence("rita", " Looks odd. ")

    assert sentence == "Frozen by rita: Looks odd."
    assert not is_unexplained(sentence)
