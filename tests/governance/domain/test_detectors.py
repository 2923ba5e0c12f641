import pytest

from governance.domain.detectors import (
    DETECTOR_EVENTS,
    Detector,
    Effect,
    Told,
    drifted_in,
    event_told,
    froze_for,
)
from governance.domain.transitions import BreakerReason
from governance.events.base import REGISTRY


def test_every_event_that_detectors_are_counted_by_is_published_and_understood() -> None:
    assert set(DETECTOR_EVENTS) <= set(REGISTRY)

    told = {
        event_told(name, acts=True, reason="suspicion", signal="failing").detector
        for name in DETECTOR_EVENTS
    }

    assert told == {
        Detector.BREAKER, Detector.RULES, Detector.DRIFT, Detector.AUTHORITY, Detector.FLOOD,
        Detector.CASCADE, Detector.INCIDENT,
    }  # fmt: skip


def test_a_freeze_is_of_the_detector_whose_reason_it_names() -> None:
    assert event_told("breaker.tripped", acts=True, reason="suspicion") == Told(
        Detector.BREAKER, Effect.ENFORCED
    )
    assert event_told("breaker.tripped", acts=False, reason="failures_in_a_row") == Told(
        Detector.RULES, Effect.NOTED
    )
    assert event_told("breaker.latched", acts=True, reason="forbidden_tool") == Told(
        Detector.CRITICAL, Effect.ENFORCED
    )


@pytest.mark.parametrize("reason", BreakerReason)
def test_every_reason_of_a_breaker_belongs_to_a_detector(reason: BreakerReason) -> None:
    assert froze_for(reason.value) in {Detector.BREAKER, Detector.RULES, Detector.CRITICAL}


def test_what_was_too_much_is_told_apart_from_what_was_only_noted() -> None:
    over = event_told("breaker.overflow", acts=True, reason="frozen_share_cap")

    assert over == Told(Detector.BREAKER, Effect.OVER_CAP)
    assert event_told("drift.held", acts=True, signal="slower") == Told(
        Detector.LATENCY_DRIFT, Effect.OVER_CAP
    )
    assert event_told("breaker.would_trip", acts=False).effect is Effect.NOTED
    assert event_told("cascade.truncated", acts=True).effect is Effect.TRUNCATED


def test_a_drift_is_of_its_kind_in_either_direction() -> None:
    assert event_told("drift.found", acts=True, signal="cheaper").detector is Detector.COST_DRIFT
    assert drifted_in("latency_drift") is Detector.LATENCY_DRIFT


def test_another_event_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no detector tells of task\.started"):
        event_told("task.started", acts=True)
