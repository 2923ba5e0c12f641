"""The breaker ladder: what halts, pauses, holds and freezes ask for at least."""

from __future__ import annotations

from collections.abc import Iterator

from governance.domain.facts import BreakerView
from governance.domain.phrases import duration_words
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import (
    ENDED_BY_PEOPLE,
    Approval,
    BlastLevel,
    BreakerMode,
    BreakerState,
    Hold,
    HoldOrigin,
)


def ladder_findings(
    breaker: BreakerView,
    *,
    fleet_halted: bool,
    level: BlastLevel,
    probe_available: bool,
    retry_probe_s: float,
    now_s: float,
) -> tuple[Finding, ...]:
    """Return every rung that applies to a task of ``level``; none of them means it may run.

    What a detector derived does not act in mode SHADOW. BYPASS skips freezes, probation and
    supervision, never a latch. What a person or a halt did always acts.

    Source: docs/architecture.md, Breakers.
    """
    return (
        *_personal_rungs(breaker, fleet_halted=fleet_halted, now_s=now_s),
        *_latch_rung(breaker),
        *_freeze_rung(breaker, now_s=now_s),
        *_probation_rung(breaker, level, probe_available, retry_probe_s),
        *_supervision_rung(breaker, level),
    )


def is_probe(breaker: BreakerView, *, level: BlastLevel, probe_available: bool) -> bool:
    """Return whether a task that runs now is a probe of the agent's probation."""
    on_probation = breaker.state is BreakerState.HALF_OPEN
    return on_probation and level is BlastLevel.LOW and probe_available


def _personal_rungs(breaker: BreakerView, *, fleet_halted: bool, now_s: float) -> Iterator[Finding]:
    if fleet_halted:
        yield Finding(
            code=ReasonCode.FLEET_HALTED,
            sentence="The fleet is halted until a person resumes it.",
            asks=Approval.DENY,
            is_personal=True,
        )
    if breaker.is_paused:
        left_s = _left_s(breaker.paused_until_s, now_s)
        yield Finding(
            code=ReasonCode.AGENT_PAUSED,
            sentence=f"The agent is paused {_ends(left_s, 'resumes')}.",
            asks=Approval.DENY,
            is_personal=True,
            retry_after_s=left_s,
        )
    if breaker.hold is Hold.FORCED_OPEN:
        yield Finding(
            code=ReasonCode.FORCED_OPEN,
            sentence="A person froze the agent; a person releases it.",
            asks=Approval.DENY,
            is_personal=True,
        )


def _latch_rung(breaker: BreakerView) -> Iterator[Finding]:
    if breaker.hold is not Hold.LATCHED:
        return
    by_person = breaker.hold_origin is HoldOrigin.PERSON
    yield Finding(
        code=ReasonCode.LATCHED,
        sentence="The agent is latched: it stays frozen until two people release it.",
        asks=Approval.DENY,
        is_personal=by_person,
        acts=by_person or breaker.mode is not BreakerMode.SHADOW,
    )


def _freeze_rung(breaker: BreakerView, *, now_s: float) -> Iterator[Finding]:
    # Until people act, the time that is left says nothing.
    if breaker.state is not BreakerState.OPEN or breaker.hold in ENDED_BY_PEOPLE:
        return
    left_s = _left_s(breaker.frozen_until_s, now_s)
    yield Finding(
        code=ReasonCode.FROZEN,
        sentence=f"The agent is frozen {_ends(left_s, 'releases')}.",
        asks=Approval.DENY,
        acts=breaker.mode is BreakerMode.ENFORCE,
        retry_after_s=left_s,
    )


def _probation_rung(
    breaker: BreakerView, level: BlastLevel, probe_available: bool, retry_probe_s: float
) -> Iterator[Finding]:
    if breaker.state is not BreakerState.HALF_OPEN:
        return
    acts = breaker.mode is BreakerMode.ENFORCE
    if level is not BlastLevel.LOW:
        yield Finding(
            code=ReasonCode.PROBATION_LEVEL,
            sentence=f"On probation only Low tasks run; this one is {level.value.capitalize()}.",
            asks=Approval.DENY,
            acts=acts,
        )
    elif not probe_available:
        yield Finding(
            code=ReasonCode.PROBATION_BUSY,
            sentence="On probation one task runs at a time, and one is running.",
            asks=Approval.DENY,
            acts=acts,
            retry_after_s=retry_probe_s,
        )
    else:
        yield Finding(
            code=ReasonCode.PROBATION_PROBE,
            sentence="On probation: this task runs as a probe.",
            acts=acts,
        )


def _supervision_rung(breaker: BreakerView, level: BlastLevel) -> Iterator[Finding]:
    if breaker.hold is Hold.SUPERVISED and level is not BlastLevel.LOW:
        yield Finding(
            code=ReasonCode.SUPERVISED,
            sentence="The agent is supervised: from Medium up a person must agree.",
            asks=Approval.ONE,
            acts=breaker.mode is BreakerMode.ENFORCE,
        )


def _left_s(until_s: float | None, now_s: float) -> float | None:
    return None if until_s is None else max(1.0, until_s - now_s)


def _ends(left_s: float | None, lifts: str) -> str:
    return f"until a person {lifts} it" if left_s is None else f"for {duration_words(left_s)} more"
