from __future__ import annotations

from governance.domain.breaker_state import Breaker
from governance.domain.modes import breaker_mode_change, bypass_sentence, mode_sentence
from governance.domain.types import BreakerMode, BreakerState, Hold, HoldOrigin


def test_a_change_of_mode_changes_nothing_else() -> None:
    breaker = Breaker(state=BreakerState.OPEN, level=2, frozen_until_s=900.0)

    change = breaker_mode_change(breaker, BreakerMode.SHADOW, "Try.", now_s=10.0)

    assert change.breaker == breaker._replace(mode=BreakerMode.SHADOW)
    assert change.record.mode is BreakerMode.SHADOW
    assert change.record.enforced
    assert not change.record.needs_release


def test_a_latch_that_was_only_recorded_asks_for_its_release_once_it_acts() -> None:
    latched = Breaker(
        state=BreakerState.OPEN,
        hold=Hold.LATCHED,
        hold_origin=HoldOrigin.DETECTOR,
        mode=BreakerMode.SHADOW,
    )

    change = breaker_mode_change(latched, BreakerMode.ENFORCE, "Act.", now_s=10.0)

    assert change.record.needs_release


def test_a_freeze_that_begins_to_act_needs_no_release() -> None:
    frozen = Breaker(state=BreakerState.OPEN, mode=BreakerMode.SHADOW)

    change = breaker_mode_change(frozen, BreakerMode.ENFORCE, "Act.", now_s=10.0)

    assert not change.record.needs_release


def test_the_record_names_who_and_why() -> None:
    assert mode_sentence(BreakerMode.SHADOW, actor="adam", reason=" New. ") == (
        "The breaker only records what it would do, by adam: New."
    )
    assert bypass_sentence(asked_by="adam", agreed_by="ada", length_min=60, reason="Sale.") == (
        "The breaker is passed over for 1 h, by adam and ada: Sale."
    )
