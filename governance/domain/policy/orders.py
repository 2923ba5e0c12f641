"""Fields that bound each other: the one table behind every contradiction between numbers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from governance.domain.policy.numbers import number_words
from governance.domain.types import Preset


class Bound(StrEnum):
    """How a field stands to its bound; the value is how the sentence says it."""

    MOST = "at most"
    LEAST = "at least"
    BELOW = "below"
    ABOVE = "above"

    def holds(self, value: float, limit: float) -> bool:
        """Return whether ``value`` keeps to ``limit``."""
        return {
            Bound.MOST: value <= limit,
            Bound.LEAST: value >= limit,
            Bound.BELOW: value < limit,
            Bound.ABOVE: value > limit,
        }[self]


class Order(NamedTuple):
    """A field and its bound: ``times`` the field at ``by``, plus ``plus``, less that at ``less``.

    ``times`` is one unit of the bounding field in units of the bounded one.
    """

    path: str
    bound: Bound
    by: str
    times: float = 1.0
    plus: float = 0.0
    less: str = ""

    def limit(self, policy: Any) -> float:
        """Return the bound in units of the field."""
        limit: float = attrgetter(self.by)(policy) * self.times + self.plus
        return limit - attrgetter(self.less)(policy) if self.less else limit

    def holds(self, policy: Any) -> bool:
        """Return whether the field keeps to its bound, whatever the last bit says."""
        limit = round(self.limit(policy), 12)
        if self.less and limit <= 0:
            # The two that bound it contradict each other, which is said of them.
            return True
        return self.bound.holds(round(attrgetter(self.path)(policy), 12), limit)

    def allowed(self, policy: Any, unit: str) -> str:
        """Return what is allowed and why: ``at most 24 hours, because of breaker.freeze_cap_h``."""
        amount = f"{number_words(self.limit(policy))} {unit}".strip()
        cause = f"{self.by} and {self.less}" if self.less else self.by
        return f"{self.bound.value} {amount}, because of {cause}"


def _presets() -> Iterator[Order]:
    for name, bound in (
        ("budget_factor", Bound.MOST),
        ("parallel_max", Bound.MOST),
        ("audit_probability", Bound.LEAST),
        ("tax_share", Bound.LEAST),
    ):
        for looser, stricter in pairwise(Preset):
            yield Order(f"presets.{stricter.value}.{name}", bound, f"presets.{looser.value}.{name}")


_MOST, _LEAST, _BELOW, _ABOVE = Bound.MOST, Bound.LEAST, Bound.BELOW, Bound.ABOVE

ORDERS: tuple[Order, ...] = (
    # What is earned first asks for less, and nothing asks for more than can ever be kept.
    Order("trust.level_medium", _BELOW, "trust.level_high"),
    Order("trust.dead_band", _MOST, "trust.level_high", less="trust.level_medium"),
    Order("trust.outcomes_shown", _MOST, "trust.evidence_medium"),
    Order("trust.evidence_medium", _MOST, "trust.evidence_high"),
    Order("trust.evidence_high", _MOST, "trust.evidence_cap"),
    Order("trust.source_floor", _MOST, "trust.evidence_cap"),
    Order("trust.earn_high_proof", _LEAST, "trust.own_proof"),
    Order("trust.class_prior_failures", _BELOW, "trust.class_prior_outcomes"),
    # A number of outcomes that is asked for must fit into what is remembered.
    Order("trust.consistency_learning", _MOST, "trust.consistency_memory"),
    Order("trust.value_outcomes", _MOST, "trust.value_memory"),
    Order("breaker.rules.rate_window", _LEAST, "breaker.rules.rate_least"),
    Order("drift.learning", _MOST, "drift.memory"),
    # More trust takes more suspicion to freeze.
    Order("breaker.suspicion_low", _MOST, "breaker.suspicion_medium"),
    Order("breaker.suspicion_medium", _MOST, "breaker.suspicion_high"),
    Order("breaker.freeze_first_min", _MOST, "breaker.freeze_cap_h", times=60),
    Order("breaker.bypass_usual_h", _MOST, "breaker.bypass_longest_h"),
    # Above the cap nothing is frozen any longer, and such an alarm could never ring.
    Order("breaker.alarm_share", _MOST, "breaker.frozen_share_cap"),
    Order("drift.threshold_least", _MOST, "drift.threshold_most"),
    Order("drift.odds_ratio", _BELOW, "drift.severe_ratio"),
    Order("drift.amount_slack", _BELOW, "drift.amount_limit"),
    # One task alone is no drift.
    Order("drift.amount_limit", _BELOW, "drift.amount_threshold"),
    Order("cascade.watch_below", _LEAST, "cascade.act_below"),
    # Who has little to show is looked at over a longer time, and asked for more.
    Order("collusion.quiet_days", _LEAST, "collusion.window_days"),
    Order("collusion.recent_every_min", _MOST, "collusion.full_every_h", times=60),
    Order("collusion.open_rate", _MOST, "collusion.alarm_rate"),
    Order("collusion.open_least", _LEAST, "collusion.tie_least"),
    *_presets(),
    Order("blast.high_from", _LEAST, "blast.medium_from", plus=1),
    Order("blast.critical_from", _LEAST, "blast.high_from", plus=1),
    Order("blast.money_medium_share", _LEAST, "blast.money_low_share"),
    # A permission never holds longer the more damage it can do, nor ends before it can be used.
    Order("tickets.grant_medium_min", _MOST, "tickets.grant_low_min"),
    Order("tickets.grant_high_min", _MOST, "tickets.grant_medium_min"),
    Order("tickets.grant_critical_min", _MOST, "tickets.grant_high_min"),
    Order("tickets.grant_critical_min", _ABOVE, "tickets.undo_s", times=1 / 60),
    Order("tickets.lease_longest_min", _LEAST, "tickets.lease_min"),
    # A claim ends with its lease: nobody needs to take it over later.
    Order("tickets.stale_claim_s", _MOST, "tickets.lease_min", times=60),
)
