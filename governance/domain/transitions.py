"""Records of what changed about an agent: the rules return them, services publish them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from governance.domain.drift_state import DriftSignal
from governance.domain.types import BreakerMode, BreakerState, Hold, Tier


class BreakerMove(StrEnum):
    """The moves of a breaker; the value is the last part of the event's wire name."""

    TRIPPED = "tripped"  # B1 and B2, and B13 once the frozen share allows it
    OVERFLOW = "overflow"  # B1 over the frozen-share cap: supervised instead
    WOULD_TRIP = "would_trip"  # B2 in shadow: recorded, nothing moves
    LATCHED = "latched"  # B3
    PROBATION_STARTED = "probation_started"  # B4
    RELEASED_EARLY = "released_early"  # B5
    CLOSED = "closed"  # B6
    PROBATION_FAILED = "probation_failed"  # B7
    STARVED = "starved"  # B8
    FORCED_OPEN = "forced_open"  # B10
    RELEASED = "released"  # B11
    SUPERVISION_ENDED = "supervision_ended"  # B13
    MODE_CHANGED = "mode_changed"  # B12


# By these detectors freeze an agent; over the frozen-share cap it is supervised instead.
FREEZES = (
    BreakerMove.TRIPPED,
    BreakerMove.LATCHED,
    BreakerMove.PROBATION_FAILED,
    BreakerMove.STARVED,
)


class BreakerReason(StrEnum):
    """Why a breaker moved, as a code."""

    SUSPICION = "suspicion"
    FAILURES_IN_A_ROW = "failures_in_a_row"
    FAILURE_RATE = "failure_rate"
    FROZEN_SHARE_CAP = "frozen_share_cap"
    POLICY_VIOLATION = "policy_violation"
    FORBIDDEN_TOOL = "forbidden_tool"
    HARD_CAP = "hard_cap"
    CONFIRMED_COLLUSION = "confirmed_collusion"
    FREEZE_OVER = "freeze_over"
    PROBATION_PASSED = "probation_passed"
    PROBATION_FAILED = "probation_failed"
    PROBATION_STARVED = "probation_starved"
    RECOVERED = "recovered"
    MANUAL = "manual"

    @property
    def is_critical(self) -> bool:
        """Return whether one such event freezes at once and needs two people to release."""
        return self in {
            BreakerReason.POLICY_VIOLATION,
            BreakerReason.FORBIDDEN_TOOL,
            BreakerReason.HARD_CAP,
            BreakerReason.CONFIRMED_COLLUSION,
        }


class TierCause(StrEnum):
    """Why a tier changed."""

    EVIDENCE = "evidence"
    BREAKER = "breaker"
    DRIFT = "drift"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class TripEvidence:
    """The numbers behind an alarm, and which rule raised it.

    ``tasks``, ``failures`` and ``partials`` are what that rule counted. ``usual`` is the failure
    rate normal for this agent on this work; ``suspicion`` and ``threshold`` are log odds.
    """

    tasks: int
    failures: int
    partials: int
    usual: float
    suspicion: float
    threshold: float
    tier: Tier
    sentence: str
    reason: BreakerReason = BreakerReason.SUSPICION


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerMoved:
    """One move of a breaker.

    ``at_s`` and ``frozen_until_s`` are epoch seconds of receipt. ``enforced`` is False where the
    breaker only records (SHADOW, BYPASS). ``needs_release`` asks for a release ticket. ``mode`` is
    the new mode where the move is a change of mode, so that a re-fold can make it again.
    """

    move: BreakerMove
    reason: BreakerReason
    sentence: str
    at_s: float
    state_before: BreakerState
    state_after: BreakerState
    hold_before: Hold
    hold_after: Hold
    level: int
    frozen_until_s: float | None
    enforced: bool
    needs_release: bool
    evidence: TripEvidence | None = None
    mode: BreakerMode | None = None

    @property
    def latched(self) -> bool:
        """Return whether this move latched the breaker, so that only people release it."""
        return self.hold_after is Hold.LATCHED and self.hold_before is not Hold.LATCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeJudged:
    """One probe that did not yet decide probation; ``bound`` is where ``ratio`` decides."""

    passed: bool
    sentence: str
    at_s: float
    ratio: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChanged:
    """A change of tier at event time ``at_s`` (epoch seconds)."""

    before: Tier
    after: Tier
    cause: TierCause
    sentence: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftAlarmed:
    """A lasting change in an agent's work.

    ``normal`` and ``now`` are failure rates, or geometric means of cost in dollars or duration in
    seconds, over ``tasks`` from ``since_s`` to ``at_s`` (event times, epoch seconds). ``factor``
    is how many times as often as normal the rest of the fleet fails. ``held`` says that the fleet
    has an incident: nothing follows for this agent alone.
    """

    signal: DriftSignal
    sentence: str
    at_s: float
    since_s: float
    tasks: int
    normal: float
    now: float
    score: float
    threshold: float
    factor: float
    held: bool


Transition = BreakerMoved | ProbeJudged | TierChanged | DriftAlarmed
