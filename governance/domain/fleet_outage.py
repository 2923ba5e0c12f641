"""An incident of the whole fleet: it fails far more often than normal, and surely so.

Source: docs/evidence.md, Drift: an agent that drifts
together with the fleet is held back by the fleet's
factor; it shows as an incident of the fleet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scipy import special

from governance.domain.drift_state import DriftKind
from governance.domain.fleet_factor import Work
from governance.domain.fleet_incident import (
    Incident,
    Traits,
    incident_found,
    shared_phrase,
    traits_shared,
)
from governance.domain.policy.drift import DriftPolicy


def incident_begins(
    kind: DriftKind,
    alarming: Sequence[str],
    work: Work,
    *,
    most: int,
    shares: Callable[[], Mapping[str, Work]],
    traits: Callable[[], Mapping[str, Traits]],
    policy: DriftPolicy,
) -> Incident | None:
    """Return the incident of one kind that a refresh finds, or None.

    Args:
        kind: what changed.
        alarming: agents with an alarm of this kind in the window, each once.
        work: failures of the whole fleet and what would be normal, as of the refresh.
        most: how many may alarm by themselves, from `alarms_most`.
        shares: every agent's latest share of ``work``; asked only where the fleet fails a lot.
        traits: of every agent of the fleet; asked only where there is an incident.
        policy: drift.
    """
    if len(alarming) > most:
        return incident_found(kind, alarming, traits(), most=most, policy=policy)
    if kind is DriftKind.OUTCOMES and is_outage(work, policy):
        return _outage_found(work, shares(), traits(), policy)
    return None


def incident_ends(
    kind: DriftKind, alarming: int, work: Work, *, most: int, policy: DriftPolicy
) -> bool:
    """Return whether an open incident of one kind is over, ``alarming`` agents in the window.

    It must have come half the way back, or one alarm more would begin it again.
    """
    return 2 * alarming <= most and (kind is not DriftKind.OUTCOMES or is_outage_over(work, policy))


def _outage_found(
    fleet: Work, shares: Mapping[str, Work], traits: Mapping[str, Traits], policy: DriftPolicy
) -> Incident | None:
    """Return the incident behind a fleet that fails far more often than normal, or None.

    The factor keeps such a time from being held against single agents, so that few of them alarm;
    it is an incident all the same. What a few agents fail is none: the worst are left out.

    Args:
        fleet: failures and what would be normal, as of a refresh.
        shares: every agent's latest share of them.
        traits: of every agent of the fleet.
        policy: how many times as often, how surely, and how many agents are a few.
    """
    memory = policy.fleet_memory
    own = {agent: share.at(fleet.events, memory) for agent, share in shares.items()}
    worst = sorted(own, key=lambda agent: own[agent].failures - own[agent].expected)
    rest = fleet
    for agent in worst[-(policy.incident_agents - 1) :]:
        rest = Work(
            rest.failures - own[agent].failures, rest.expected - own[agent].expected, rest.events
        )
    if not is_outage(rest, policy):
        return None
    ill = tuple(sorted(agent for agent in worst if own[agent].failures > own[agent].expected))
    shared = traits_shared(ill, traits)
    sentence = (
        f"The fleet fails {fleet.failures / fleet.expected:.1f} times as often as normal, over its"
        f" last {memory:,} tasks or so; {len(ill)} of {len(traits)} agents fail more than they"
        f" normally do. {shared_phrase(shared)}"
    )
    return Incident(kind=DriftKind.OUTCOMES, sentence=sentence, shared=shared, agents=ill)


def is_outage(fleet: Work, policy: DriftPolicy) -> bool:
    """Return whether a fleet fails far more often than normal, and surely so."""
    prior = policy.fleet_prior
    factor = (max(0.0, fleet.failures) + prior) / (max(0.0, fleet.expected) + prior)
    if factor < policy.incident_factor:
        return False
    # Sums that forget vary half as much as sums of as many whole outcomes.
    chance = special.gammainc(2.0 * (fleet.failures + prior), 2.0 * (fleet.expected + prior))
    return bool(chance < 1.0 - policy.incident_probability)


def is_outage_over(fleet: Work, policy: DriftPolicy) -> bool:
    """Return whether an outage has come half the way back to normal."""
    factor = (fleet.failures + policy.fleet_prior) / (fleet.expected + policy.fleet_prior)
    return factor < (1.0 + policy.incident_factor) / 2.0
