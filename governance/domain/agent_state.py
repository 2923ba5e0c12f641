"""Everything the engine remembers of one agent, and its exact form as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.domain.breaker_state import Breaker
from governance.domain.consistency import Band, Usual
from governance.domain.drift_state import NO_DRIFT, Drift
from governance.domain.evidence import Evidence
from governance.domain.priors import FLEET_PRIOR, Prior
from governance.domain.sources import SourceShare
from governance.domain.trust import TrustState
from governance.domain.types import Tier
from governance.domain.value_object import ValueObject

# Raised when the stored form changes in a way that missing keys cannot tell.
FORM = 1


class AgentState(ValueObject, frozen=True):
    """One agent's state after its newest outcome; nothing in it depends on the present time.

    ``bands`` are by class of work. ``tier_since_s`` is the event time of the last change of tier,
    of the first outcome before any, None before that.
    """

    trust: TrustState
    sources: Mapping[str, SourceShare]
    bands: Mapping[str, Band]
    tier: Tier
    tier_since_s: float | None
    breaker: Breaker
    drift: Drift = NO_DRIFT

    def with_breaker(self, breaker: Breaker) -> AgentState:
        """Return the state with another breaker."""
        return self._replace(breaker=breaker)

    def in_tier(self, tier: Tier, since_s: float) -> AgentState:
        """Return the state in ``tier`` since event time ``since_s``."""
        return self._replace(tier=tier, tier_since_s=since_s)


def agent_state_new() -> AgentState:
    """Return the state of an agent without history: tier low, breaker closed."""
    return AgentState(TrustState(), {}, {}, Tier.LOW, None, Breaker())


def state_to_plain(state: AgentState) -> dict[str, Any]:
    """Return the state as JSON values: numbers, strings, lists and objects, no NaN or infinity."""
    trust = state.trust
    return {
        "form": FORM,
        "trust": {
            **trust._asdict(),
            "evidence": trust.evidence.to_plain(),
            "prior": trust.prior.to_plain(),
        },
        "sources": {
            name: {
                "evidence": share.evidence.to_plain(),
                "shrink": share.shrink,
                "seen_s": share.seen_s,
            }
            for name, share in state.sources.items()
        },
        "bands": {
            key: {"cost": band.cost.to_list(), "duration": band.duration.to_list()}
            for key, band in state.bands.items()
        },
        "tier": state.tier.value,
        "tier_since_s": state.tier_since_s,
        "breaker": state.breaker.to_plain(),
        "drift": state.drift.to_plain(),
    }


def state_from_plain(plain: Mapping[str, Any]) -> AgentState:
    """Return the state that `state_to_plain` described, equal to the last bit.

    Raises:
        ValueError: if the stored form is one this version does not know.
    """
    if plain.get("form") != FORM:
        message = f"form must be {FORM}, got {plain.get('form')!r}"
        raise ValueError(message)
    since_s = plain["tier_since_s"]
    return AgentState(
        _trust(plain["trust"]),
        {
            name: SourceShare(
                Evidence.from_plain(share["evidence"]),
                float(share["shrink"]),
                float(share["seen_s"]),
            )
            for name, share in plain["sources"].items()
        },
        {
            key: Band(_usual(band["cost"]), _usual(band["duration"]))
            for key, band in plain["bands"].items()
        },
        Tier(plain["tier"]),
        None if since_s is None else float(since_s),
        Breaker.from_plain(plain["breaker"]),
        # Stored before drift was watched: its baseline begins with the next outcome.
        Drift.from_plain(plain["drift"]) if "drift" in plain else NO_DRIFT,
    )


def _trust(plain: Mapping[str, Any]) -> TrustState:
    at_s = plain["at_s"]
    return TrustState(
        Evidence.from_plain(plain["evidence"]),
        None if at_s is None else float(at_s),
        float(plain["shrink"]),
        plain["outcomes"],
        plain["budgets"],
        plain["consistencies"],
        # Stored before there was a nested prior: everybody started as the fleet's ordinary agent.
        Prior.from_plain(plain["prior"]) if "prior" in plain else FLEET_PRIOR,
    )


def _usual(plain: list[float]) -> Usual:
    seen, mean, variance = plain
    return Usual(int(seen), float(mean), float(variance))
