"""Detectors: which of them an event tells of, and what it did about what it found."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from governance.domain.drift_state import DriftKind, DriftSignal
from governance.domain.transitions import BreakerReason


class Detector(StrEnum):
    """What looks for trouble by itself, in the order of what it looks at: one agent, then many."""

    BREAKER = "breaker"
    RULES = "rules"
    CRITICAL = "critical"
    DRIFT = "drift"
    COST_DRIFT = "cost_drift"
    LATENCY_DRIFT = "latency_drift"
    AUTHORITY = "authority"
    FLOOD = "flood"
    CASCADE = "cascade"
    INCIDENT = "incident"
    COLLUSION = "collusion"
    AUDIT = "audit"


class Effect(StrEnum):
    """What followed: it acted, it was only noted, or it was too much to act on in full.

    What is ``TRUNCATED`` was told of before, as enforced; what is over a cap was not.
    """

    ENFORCED = "enforced"
    NOTED = "noted"
    OVER_CAP = "over_cap"
    TRUNCATED = "truncated"


class Told(NamedTuple):
    """What one event says of a detector."""

    detector: Detector
    effect: Effect


_FREEZES = frozenset(
    {"breaker.tripped", "breaker.latched", "breaker.probation_failed", "breaker.starved"}
)
_RULES = frozenset({BreakerReason.FAILURES_IN_A_ROW, BreakerReason.FAILURE_RATE})
_DRIFT: Mapping[DriftKind, Detector] = {
    DriftKind.OUTCOMES: Detector.DRIFT,
    DriftKind.COST: Detector.COST_DRIFT,
    DriftKind.DURATION: Detector.LATENCY_DRIFT,
}
_FIXED: Mapping[str, Told] = {
    "breaker.overflow": Told(Detector.BREAKER, Effect.OVER_CAP),
    "breaker.would_trip": Told(Detector.RULES, Effect.NOTED),
    # A signal: people are called for all of it once, and no longer for each question.
    "breaker.approval_flood": Told(Detector.FLOOD, Effect.ENFORCED),
    "cascade.truncated": Told(Detector.CASCADE, Effect.TRUNCATED),
}
_PLAIN: Mapping[str, Detector] = {
    "cascade.detected": Detector.CASCADE,
    "fleet.incident_raised": Detector.INCIDENT,
    "task.attempt_denied": Detector.AUTHORITY,
}
# Every event that a detector is counted by.
DETECTOR_EVENTS = tuple(sorted({*_FREEZES, *_FIXED, *_PLAIN, "drift.found", "drift.held"}))


def event_told(name: str, *, acts: bool, reason: str = "", signal: str = "") -> Told:
    """Return what an event of ``DETECTOR_EVENTS`` says.

    Args:
        name: its wire name.
        acts: false where it says that it was only recorded.
        reason: of a breaker's move.
        signal: of a drift.

    Raises:
        ValueError: for any other event.
    """
    if name in _FIXED:
        return _FIXED[name]
    effect = Effect.ENFORCED if acts else Effect.NOTED
    if name in _FREEZES:
        return Told(froze_for(reason), effect)
    if name in {"drift.found", "drift.held"}:
        return Told(
            drifted_in(DriftSignal(signal).kind),
            effect if name == "drift.found" else Effect.OVER_CAP,
        )
    if name in _PLAIN:
        return Told(_PLAIN[name], effect)
    raise ValueError(f"no detector tells of {name}, only {', '.join(DETECTOR_EVENTS)}")


def froze_for(reason: str) -> Detector:
    """Return which detector a breaker's move of this reason is of."""
    why = BreakerReason(reason)
    if why in _RULES:
        return Detector.RULES
    return Detector.CRITICAL if why.is_critical else Detector.BREAKER


def drifted_in(kind: str) -> Detector:
    """Return which detector watches this kind of drift."""
    return _DRIFT[DriftKind(kind)]
