from __future__ import annotations

import pytest

from governance.domain.types import BreakerState, Hold, HoldOrigin
from governance.models import Standing


@pytest.mark.parametrize(
    ("state", "hold", "is_frozen"),
    [
        (BreakerState.CLOSED, Hold.NONE, False),
        (BreakerState.CLOSED, Hold.SUPERVISED, False),
        (BreakerState.CLOSED, Hold.FORCED_OPEN, True),
        (BreakerState.HALF_OPEN, Hold.NONE, False),
        (BreakerState.HALF_OPEN, Hold.LATCHED, True),
        (BreakerState.OPEN, Hold.NONE, True),
    ],
)
def test_an_open_breaker_and_a_hold_that_people_end_are_a_freeze(
    state: BreakerState, hold: Hold, is_frozen: bool
) -> None:
    assert Standing(breaker_state=state.value, hold=hold.value).is_frozen is is_frozen


@pytest.mark.parametrize(
    ("hold", "origin", "by_person"),
    [
        (Hold.FORCED_OPEN, HoldOrigin.PERSON, True),
        (Hold.LATCHED, HoldOrigin.PERSON, True),
        (Hold.LATCHED, HoldOrigin.DETECTOR, False),
        (Hold.NONE, HoldOrigin.NONE, False),
    ],
)
def test_a_person_s_freeze_is_told_from_the_detector_s(
    hold: Hold, origin: HoldOrigin, by_person: bool
) -> None:
    standing = Standing(hold=hold.value, hold_origin=origin.value)

    assert standing.is_frozen_by_person is by_person
