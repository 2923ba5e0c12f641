"""How often the fleet fails on each class of work, and what that leads us to expect of one agent.

A class is task type x blast level. Totals change only by numbered refreshes, so that an outcome
judged live and the same outcome judged again in a replay meet the same expectation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from governance.domain.drift_state import NO_FACTS, DriftFacts
from governance.domain.limits import at_least, at_most
from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import FLEET_PRIOR, GroupOutcome, Groups, Parts, Prior, groups_fold
from governance.domain.types import BlastLevel, TaskType
from governance.domain.value_object import ValueObject
from governance.domain.values import ValueCounts, values_fold

EXPECTED_LEAST = 0.005
EXPECTED_MOST = 0.9

# Keyed by identity-stable enum members; formatting the key for every outcome costs more.
_KEYS = {
    (task_type, level): f"{task_type.value}:{level.value}"
    for task_type in TaskType
    for level in BlastLevel
}


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Rate(ValueObject, frozen=True):
    """Decayed failures among decayed outcomes of one class."""

    failures: float
    outcomes: float


class Tally(ValueObject, frozen=True, array_like=True):
    """A `Rate` with the number of the class's outcomes it has seen: ``events`` dates its decay."""

    failures: float
    outcomes: float
    events: int

    def rate_at(self, events: int, decay: float) -> Rate:
        """Return the rate decayed to a later count of ``events`` of its class."""
        kept = 1.0 if events <= self.events else decay ** (events - self.events)
        return Rate(self.failures * kept, self.outcomes * kept)

    def counted(self, failure: float, event: int, decay: float) -> Tally:
        """Return the tally after the outcome number ``event`` of its class."""
        kept = decay ** (event - self.events)
        return Tally(self.failures * kept + failure, self.outcomes * kept + 1.0, event)


NO_TALLY = Tally(0.0, 0.0, 0)
NO_RATE = Rate(0.0, 0.0)


class ClassOutcome(ValueObject, frozen=True):
    """One outcome as a refresh sees it, ``failure`` in {0, 0.5, 1}; neutral ones stay out.

    ``expected`` and ``weight`` are as it was judged, ``groups`` the agent's (`group_names`).
    """

    agent: str
    class_key: str
    failure: float
    expected: float = 0.0
    weight: float = 1.0
    value_usd: float | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTotals:
    """The fleet's tallies by class, and by agent and class the shares behind them.

    ``groups`` and ``parts`` are the same for kin (`priors`), ``values`` what tasks of each class
    are worth. As input of `refresh_fold`, ``shares`` and ``parts`` must hold the latest of every
    agent in the outcomes; as its result, they hold those agents' new ones only.
    """

    classes: Mapping[str, Tally] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)
    values: Mapping[str, ValueCounts] = field(default_factory=dict)


class RefreshView(ValueObject, frozen=True):
    """What one agent is judged by: the fleet's rates, its own part of them, its sources.

    ``sources_30d`` counts the fleet's distinct sources in the window of the policy. ``values`` is
    the median value of each class's tasks in dollars, ``prior`` what is assumed of the agent,
    ``drift`` what its changes are judged by.
    """

    number: int
    classes: Mapping[str, Rate] = _NOTHING
    own: Mapping[str, Rate] = _NOTHING
    sources_30d: int = 0
    values: Mapping[str, float] = _NOTHING
    prior: Prior = FLEET_PRIOR
    drift: DriftFacts = NO_FACTS


def class_key(task_type: TaskType, level: BlastLevel) -> str:
    """Return the name of a class of work: ``stateless:LOW``."""
    return _KEYS[task_type, level]


def refresh_fold(
    previous: RefreshTotals, outcomes: Iterable[ClassOutcome], policy: TrustPolicy
) -> RefreshTotals:
    """Return the totals after ``outcomes``, which must come in one fixed order.

    Each outcome makes its class forget by ``policy.class_decay``. A share is stored as it was at
    the agent's last outcome of the class and decays when read.
    """
    decay = policy.class_decay
    classes = dict(previous.classes)
    shares: dict[str, dict[str, Tally]] = {}
    kin: list[GroupOutcome] = []
    valued: list[tuple[str, float]] = []
    for each in outcomes:
        agent, key, failure = each.agent, each.class_key, each.failure
        before = classes.get(key, NO_TALLY)
        now = before.events + 1
        classes[key] = before.counted(failure, now, decay)
        if agent not in shares:
            shares[agent] = dict(previous.shares.get(agent, {}))
        own = shares[agent].get(key, NO_TALLY)
        shares[agent][key] = own.counted(failure, now, decay)
        if each.groups:
            failed, expected = each.weight * failure, each.weight * each.expected
            kin.append(GroupOutcome(agent, each.groups, failed, expected))
        if each.value_usd is not None:
            valued.append((key, each.value_usd))
    of_groups, parts = groups_fold(previous.groups, previous.parts, kin, policy)
    return RefreshTotals(
        classes=classes,
        shares=shares,
        groups=of_groups,
        parts=parts,
        values=values_fold(previous.values, valued, policy),
    )


def refresh_view(
    *,
    number: int,
    classes: Mapping[str, Tally],
    own: Mapping[str, Tally],
    sources_30d: int,
    policy: TrustPolicy,
    values: Mapping[str, float] | None = None,
    prior: Prior = FLEET_PRIOR,
    drift: DriftFacts = NO_FACTS,
) -> RefreshView:
    """Return what one agent is judged by at refresh ``number``.

    Args:
        number: the refresh; 0 before the first.
        classes: the fleet's tallies as of that refresh.
        own: the agent's latest shares stored with a number <= ``number``.
        sources_30d: distinct sources of the fleet in the window.
        policy: gives the decay.
        values: median value by class (`value_medians`).
        prior: what is assumed of the agent (`prior_of`).
        drift: threshold, fleet factor of the agent, incidents.
    """
    return RefreshView(
        number=number,
        classes=fleet_rates(classes),
        own=own_rates(own, classes, policy),
        sources_30d=sources_30d,
        values=values or {},
        prior=prior,
        drift=drift,
    )


def fleet_rates(classes: Mapping[str, Tally]) -> dict[str, Rate]:
    """Return the fleet's rates as of a refresh, the same for all of its agents."""
    return {key: Rate(tally.failures, tally.outcomes) for key, tally in classes.items()}


def own_rates(
    own: Mapping[str, Tally], classes: Mapping[str, Tally], policy: TrustPolicy
) -> dict[str, Rate]:
    """Return one agent's part of the fleet's rates, decayed to the refresh."""
    return {
        key: tally.rate_at(classes[key].events, policy.class_decay)
        for key, tally in own.items()
        if key in classes
    }


def failure_expected(view: RefreshView, key: str, policy: TrustPolicy) -> float:
    """Return the failure rate of the rest of the fleet on class ``key``, in [0.005, 0.9].

    The agent's own outcomes are left out: otherwise a lone agent that fails 60 % calls that
    normal. What remains is shrunk to the policy's prior.

    Source: docs/evidence.md, Trust; shrinkage after Efron and Morris.
    """
    fleet, own = view.classes.get(key, NO_RATE), view.own.get(key, NO_RATE)
    # Shares decay by another route than totals, so a difference of zero may round below it.
    rate = (at_least(fleet.failures - own.failures, 0.0) + policy.class_prior_failures) / (
        at_least(fleet.outcomes - own.outcomes, 0.0) + policy.class_prior_outcomes
    )
    return at_most(at_least(rate, EXPECTED_LEAST), EXPECTED_MOST)
