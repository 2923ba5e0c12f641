"""How long a freeze lasts, when freezes add up, and how many agents may be frozen at once."""

from __future__ import annotations

from enum import StrEnum

from governance.domain.breaker_state import Breaker
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.types import BreakerState

_DAY_S = 86_400.0
# More than any policy counts; bounds what is stored.
_TRIPS_STORED = 20


class TripEffect(StrEnum):
    """What a trip by the detector does."""

    OPEN = "open"
    SUPERVISED = "supervised"


def trip_effect(
    frozen: int, eligible: int, policy: BreakerPolicy, *, critical: bool = False
) -> TripEffect:
    """Return whether a trip freezes the agent, or would freeze too much of the fleet.

    Args:
        frozen: agents the detector has frozen, this one not included.
        eligible: agents not paused and seen within 24 h, this one included.
        policy: gives the cap on the share.
        critical: a critical event always freezes.
    """
    if critical or frozen == 0:
        return TripEffect.OPEN
    # 0.3 of some fleets misses a whole agent by rounding.
    if frozen + 1 <= policy.frozen_share_cap * eligible + 1e-9:
        return TripEffect.OPEN
    return TripEffect.SUPERVISED


def level_at(breaker: Breaker, now_s: float, policy: BreakerPolicy) -> int:
    """Return the breaker level: one lower for each clean period since the breaker closed."""
    if breaker.state is not BreakerState.CLOSED or breaker.level_since_s is None:
        return breaker.level
    clean_days = max(0.0, now_s - breaker.level_since_s) / _DAY_S
    return max(0, breaker.level - int(clean_days / policy.level_decay_days))


def freeze_s(level: int, policy: BreakerPolicy, *, jitter: float) -> float:
    """Return the length of a freeze in seconds.

    Args:
        level: >= 1; each level doubles the first freeze.
        policy: first freeze, cap and share of jitter.
        jitter: in [-1, 1], drawn by the caller; the cap holds with it.
    """
    cap_s = policy.freeze_cap_h * 3600.0
    doubled_s = policy.freeze_first_min * 60.0 * 2.0 ** (min(level, 40) - 1)
    return min(cap_s, min(cap_s, doubled_s) * (1.0 + policy.freeze_jitter * jitter))


def trips_with(breaker: Breaker, now_s: float, policy: BreakerPolicy) -> tuple[float, ...]:
    """Return the trips of the latch window with one more at ``now_s``."""
    since_s = now_s - policy.latch_window_days * _DAY_S
    recent = [at_s for at_s in breaker.trips_s if at_s > since_s]
    return (*recent, now_s)[-_TRIPS_STORED:]
