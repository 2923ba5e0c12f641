"""The moves of a breaker: what the detector and the sweeper do to it.

Each function returns the new breaker with a record of the move, checked against the table in
`breaker_moves.py`. Moves by people are in `holds.py`.
"""

from __future__ import annotations

from dataclasses import replace

from governance.domain.breaker_moves import Moved, moved, on_probation
from governance.domain.breaker_state import NO_PROBATION, NO_RECENT, NO_RUN, Breaker
from governance.domain.freezing import freeze_s, level_at, trips_with
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.transitions import BreakerMove, BreakerReason, TripEvidence
from governance.domain.types import BreakerState, Hold, HoldOrigin


def breaker_trip(
    breaker: Breaker, evidence: TripEvidence, policy: BreakerPolicy, *, now_s: float, jitter: float
) -> Moved:
    """Freeze on suspicion or a plain rule (B1, B2, B13), latched at the window's 4th (B9)."""
    after, latched = _frozen(breaker, policy, now_s=now_s, jitter=jitter)
    return moved(
        BreakerMove.TRIPPED,
        evidence.reason,
        evidence.sentence + latched,
        breaker,
        after,
        now_s=now_s,
        evidence=evidence,
    )


def breaker_would_trip(breaker: Breaker, evidence: TripEvidence, *, now_s: float) -> Moved:
    """Record what a plain rule in shadow would have done (B2); nothing moves."""
    told = moved(
        BreakerMove.WOULD_TRIP,
        evidence.reason,
        f"{evidence.sentence} Only recorded: the rule is in shadow.",
        breaker,
        breaker,
        now_s=now_s,
        evidence=evidence,
    )
    return Moved(breaker, replace(told.record, enforced=False))


def breaker_supervise(
    breaker: Breaker, evidence: TripEvidence, *, frozen: int, eligible: int, now_s: float
) -> Moved:
    """Supervise instead of freezing, because too much of the fleet is frozen already (B1)."""
    after = breaker._replace(hold=Hold.SUPERVISED, hold_origin=HoldOrigin.DETECTOR)
    return moved(
        BreakerMove.OVERFLOW,
        BreakerReason.FROZEN_SHARE_CAP,
        f"{evidence.sentence} Supervised, not frozen: {frozen} of {eligible} agents are frozen.",
        breaker,
        after,
        now_s=now_s,
        evidence=evidence,
    )


def breaker_latch(
    breaker: Breaker,
    reason: BreakerReason,
    sentence: str,
    policy: BreakerPolicy,
    *,
    now_s: float,
    jitter: float,
) -> Moved:
    """Freeze and latch on one critical event, from any state (B3).

    Raises:
        ValueError: if ``reason`` is not a critical one.
    """
    if not reason.is_critical:
        raise ValueError(f"reason must be critical, got {reason.value}")
    frozen, _ = _frozen(breaker, policy, now_s=now_s, jitter=jitter)
    after = _latched(frozen, breaker.hold_origin)._replace(critical=True)
    return moved(BreakerMove.LATCHED, reason, sentence, breaker, after, now_s=now_s)


def is_probation_due(breaker: Breaker, now_s: float) -> bool:
    """Return whether the freeze is over and no hold stands."""
    return (
        breaker.state is BreakerState.OPEN
        and breaker.hold is Hold.NONE
        and breaker.frozen_until_s is not None
        and now_s >= breaker.frozen_until_s
    )


def probation_begin(breaker: Breaker, *, now_s: float) -> Moved:
    """Begin probation after a freeze (B4); the caller sees to open tickets that block it."""
    return moved(
        BreakerMove.PROBATION_STARTED,
        BreakerReason.FREEZE_OVER,
        "The freeze is over: one task of level LOW at a time until the agent has proved itself.",
        breaker,
        on_probation(breaker, now_s),
        now_s=now_s,
    )


def breaker_close(breaker: Breaker, sentence: str, *, now_s: float) -> Moved:
    """Close after probation passed (B6); the level decays from here."""
    after = breaker._replace(
        state=BreakerState.CLOSED,
        frozen_until_s=None,
        level_since_s=now_s,
        run=NO_RUN,
        recent=NO_RECENT,
        probation=NO_PROBATION,
    )
    return moved(
        BreakerMove.CLOSED, BreakerReason.PROBATION_PASSED, sentence, breaker, after, now_s=now_s
    )


def breaker_reopen(
    breaker: Breaker, sentence: str, policy: BreakerPolicy, *, now_s: float, jitter: float
) -> Moved:
    """Freeze again, longer, because probation failed (B7); it counts as a freeze for B9."""
    after, latched = _frozen(breaker, policy, now_s=now_s, jitter=jitter)
    return moved(
        BreakerMove.PROBATION_FAILED,
        BreakerReason.PROBATION_FAILED,
        sentence + latched,
        breaker,
        after,
        now_s=now_s,
    )


def is_starved(breaker: Breaker, now_s: float, policy: BreakerPolicy) -> bool:
    """Return whether probation has gone on too long without a verdict."""
    since_s = breaker.probation.since_s
    return (
        breaker.state is BreakerState.HALF_OPEN
        and breaker.hold is Hold.NONE
        and since_s is not None
        and now_s - since_s >= policy.probation_limit_h * 3600.0
    )


def breaker_starve(
    breaker: Breaker, policy: BreakerPolicy, *, now_s: float, jitter: float
) -> Moved:
    """Freeze again after probation without a verdict (B8), level unchanged, and ask a person."""
    length_s = freeze_s(max(1, breaker.level), policy, jitter=jitter)
    probes = breaker.probation.clean + breaker.probation.failed + breaker.probation.partial
    after = breaker._replace(
        state=BreakerState.OPEN,
        opened_s=now_s,
        frozen_until_s=now_s + length_s,
        run=NO_RUN,
        recent=NO_RECENT,
        probation=NO_PROBATION,
    )
    return moved(
        BreakerMove.STARVED,
        BreakerReason.PROBATION_STARVED,
        f"No verdict after {policy.probation_limit_h:g} h of probation and {probes} probes.",
        breaker,
        after,
        now_s=now_s,
        needs_release=True,
    )


def supervision_end(breaker: Breaker, policy: BreakerPolicy, *, now_s: float) -> Moved:
    """End supervision after enough outcomes in a row without suspicion (B13)."""
    after = breaker._replace(hold=Hold.NONE, hold_origin=HoldOrigin.NONE)
    return moved(
        BreakerMove.SUPERVISION_ENDED,
        BreakerReason.RECOVERED,
        f"No suspicion for {policy.supervised_clean} tasks.",
        breaker,
        after,
        now_s=now_s,
    )


def _frozen(
    breaker: Breaker, policy: BreakerPolicy, *, now_s: float, jitter: float
) -> tuple[Breaker, str]:
    """Return the breaker frozen one level up, and what to add to the sentence if it latched."""
    level = level_at(breaker, now_s, policy) + 1
    trips_s = trips_with(breaker, now_s, policy)
    after = breaker._replace(
        state=BreakerState.OPEN,
        hold=Hold.NONE if breaker.hold is Hold.SUPERVISED else breaker.hold,
        hold_origin=(HoldOrigin.NONE if breaker.hold is Hold.SUPERVISED else breaker.hold_origin),
        opened_s=now_s,
        frozen_until_s=now_s + freeze_s(level, policy, jitter=jitter),
        level=level,
        level_since_s=now_s,
        trips_s=trips_s,
        run=NO_RUN,
        recent=NO_RECENT,
        probation=NO_PROBATION,
    )
    if len(trips_s) < policy.latch_trips:
        return after, ""
    count, days = len(trips_s), policy.latch_window_days
    sentence = f" Frozen {count} times in {days:g} days: two people must release it."
    return _latched(after, breaker.hold_origin), sentence


def _latched(breaker: Breaker, origin: HoldOrigin) -> Breaker:
    # A person's freeze stays a person's: no mode of the detector may lift it.
    person = origin is HoldOrigin.PERSON
    return breaker._replace(
        hold=Hold.LATCHED,
        hold_origin=HoldOrigin.PERSON if person else HoldOrigin.DETECTOR,
    )
