from __future__ import annotations

import pytest

from governance.domain.facts import BreakerView
from governance.domain.ladder import is_probe, ladder_findings
from governance.domain.reasons import Finding
from governance.domain.types import (
    Approval,
    BlastLevel,
    BreakerMode,
    BreakerState,
    Hold,
    HoldOrigin,
)
from tests.governance.domain.asking import NOW_S

FROZEN = BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S + 1680)
PROBATION = BreakerView(state=BreakerState.HALF_OPEN)
SUPERVISED = BreakerView(hold=Hold.SUPERVISED)


def _rungs(
    breaker: BreakerView,
    *,
    level: BlastLevel = BlastLevel.LOW,
    fleet_halted: bool = False,
    probe_available: bool = False,
) -> tuple[Finding, ...]:
    return ladder_findings(
        breaker,
        fleet_halted=fleet_halted,
        level=level,
        probe_available=probe_available,
        retry_probe_s=60.0,
        now_s=NOW_S,
    )


def test_a_closed_breaker_asks_for_nothing() -> None:
    assert _rungs(BreakerView(), level=BlastLevel.CRITICAL) == ()


@pytest.mark.parametrize(
    ("breaker", "code", "sentence"),
    [
        (
            BreakerView(is_paused=True),
            "agent_paused",
            "The agent is paused until a person resumes it.",
        ),
        (
            BreakerView(hold=Hold.FORCED_OPEN, hold_origin=HoldOrigin.PERSON),
            "forced_open",
            "A person froze the agent; a person releases it.",
        ),
        (
            BreakerView(hold=Hold.LATCHED, hold_origin=HoldOrigin.PERSON),
            "latched",
            "The agent is latched: it stays frozen until two people release it.",
        ),
    ],
)
@pytest.mark.parametrize("mode", list(BreakerMode))
def test_what_a_person_did_denies_in_every_mode(
    breaker: BreakerView, code: str, sentence: str, mode: BreakerMode
) -> None:
    view = BreakerView(
        hold=breaker.hold,
        hold_origin=breaker.hold_origin,
        is_paused=breaker.is_paused,
        mode=mode,
    )

    [rung] = _rungs(view)

    assert (rung.code, rung.sentence, rung.asks) == (code, sentence, Approval.DENY)
    assert (rung.acts, rung.is_personal, rung.retry_after_s) == (True, True, None)


def test_a_pause_that_ends_by_itself_says_when() -> None:
    view = BreakerView(is_paused=True, paused_until_s=NOW_S + 1680)

    [rung] = _rungs(view)

    assert rung.sentence == "The agent is paused for 28 min more."
    assert (rung.asks, rung.is_personal, rung.retry_after_s) == (Approval.DENY, True, 1680.0)


def test_a_fleet_halt_denies_everything() -> None:
    [rung] = _rungs(BreakerView(mode=BreakerMode.BYPASS), fleet_halted=True)

    assert (rung.code, rung.asks, rung.acts, rung.is_personal) == (
        "fleet_halted",
        Approval.DENY,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("mode", "acts"),
    [(BreakerMode.ENFORCE, True), (BreakerMode.BYPASS, True), (BreakerMode.SHADOW, False)],
)
def test_a_detectors_latch_beats_bypass_and_is_recorded_in_shadow(
    mode: BreakerMode, acts: bool
) -> None:
    view = BreakerView(hold=Hold.LATCHED, hold_origin=HoldOrigin.DETECTOR, mode=mode)

    [rung] = _rungs(view)

    assert (rung.asks, rung.acts, rung.is_personal) == (Approval.DENY, acts, False)


@pytest.mark.parametrize(
    ("mode", "acts"),
    [(BreakerMode.ENFORCE, True), (BreakerMode.BYPASS, False), (BreakerMode.SHADOW, False)],
)
@pytest.mark.parametrize(
    ("state", "hold", "level"),
    [
        (BreakerState.OPEN, Hold.NONE, BlastLevel.LOW),
        (BreakerState.HALF_OPEN, Hold.NONE, BlastLevel.MEDIUM),
        (BreakerState.HALF_OPEN, Hold.NONE, BlastLevel.LOW),
        (BreakerState.CLOSED, Hold.SUPERVISED, BlastLevel.MEDIUM),
    ],
)
def test_bypass_and_shadow_skip_what_a_detector_derived(
    state: BreakerState, hold: Hold, level: BlastLevel, mode: BreakerMode, acts: bool
) -> None:
    [rung] = _rungs(BreakerView(state=state, hold=hold, mode=mode), level=level)

    assert rung.acts is acts


def test_a_freeze_says_how_long() -> None:
    [rung] = _rungs(FROZEN)

    assert rung.sentence == "The agent is frozen for 28 min more."
    assert (rung.asks, rung.retry_after_s) == (Approval.DENY, 1680.0)


@pytest.mark.parametrize("mode", list(BreakerMode))
@pytest.mark.parametrize(("hold", "code"), [("LATCHED", "latched"), ("FORCED_OPEN", "forced_open")])
def test_what_people_must_end_says_no_time(hold: str, code: str, mode: BreakerMode) -> None:
    view = BreakerView(
        state=BreakerState.OPEN, hold=Hold[hold], frozen_until_s=NOW_S + 240, mode=mode
    )

    [rung] = _rungs(view)

    assert (rung.code, rung.retry_after_s) == (code, None)


def test_a_freeze_that_just_ended_still_denies_for_a_second() -> None:
    [rung] = _rungs(BreakerView(state=BreakerState.OPEN, frozen_until_s=NOW_S - 3))

    assert rung.retry_after_s == 1.0


def test_a_freeze_without_an_end_waits_for_a_person() -> None:
    [rung] = _rungs(BreakerView(state=BreakerState.OPEN))

    assert rung.sentence == "The agent is frozen until a person releases it."
    assert rung.retry_after_s is None


@pytest.mark.parametrize(
    ("level", "probe_available", "code", "asks", "retry"),
    [
        (BlastLevel.LOW, True, "probation_probe", Approval.RUN, None),
        (BlastLevel.LOW, False, "probation_busy", Approval.DENY, 60.0),
        (BlastLevel.MEDIUM, True, "probation_level", Approval.DENY, None),
    ],
)
def test_probation_runs_one_low_task_at_a_time(
    level: BlastLevel, probe_available: bool, code: str, asks: Approval, retry: float | None
) -> None:
    [rung] = _rungs(PROBATION, level=level, probe_available=probe_available)

    assert (rung.code, rung.asks, rung.retry_after_s) == (code, asks, retry)


def test_supervision_asks_a_person_from_medium_up() -> None:
    [rung] = _rungs(SUPERVISED, level=BlastLevel.MEDIUM)

    assert (rung.code, rung.asks) == ("supervised", Approval.ONE)
    assert _rungs(SUPERVISED, level=BlastLevel.LOW) == ()


def test_every_rung_that_applies_is_named() -> None:
    view = BreakerView(
        state=BreakerState.OPEN,
        hold=Hold.LATCHED,
        hold_origin=HoldOrigin.DETECTOR,
        is_paused=True,
        frozen_until_s=NOW_S + 60,
    )

    codes = [rung.code.value for rung in _rungs(view, fleet_halted=True)]

    assert codes == ["fleet_halted", "agent_paused", "latched"]


@pytest.mark.parametrize(
    ("breaker", "level", "probe_available", "probe"),
    [
        (PROBATION, BlastLevel.LOW, True, True),
        (PROBATION, BlastLevel.LOW, False, False),
        (PROBATION, BlastLevel.MEDIUM, True, False),
        (BreakerView(), BlastLevel.LOW, True, False),
    ],
)
def test_only_a_low_task_with_a_slot_on_probation_is_a_probe(
    breaker: BreakerView, level: BlastLevel, probe_available: bool, probe: bool
) -> None:
    assert is_probe(breaker, level=level, probe_available=probe_available) is probe
