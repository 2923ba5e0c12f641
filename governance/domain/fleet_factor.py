"""How many times as often as normal the rest of the fleet fails now.

When a model, a tool or a provider fails, everybody fails more often; an agent is judged by what
remains. The sums forget with each outcome of the fleet and change only by numbered refreshes.

Source: docs/evidence.md, Drift: the agent itself is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from governance.domain.limits import at_least
from governance.domain.policy.drift import DriftPolicy
from governance.domain.value_object import ValueObject


class Work(ValueObject, frozen=True, array_like=True):
    """Decayed failures and what would normally have failed, at a count of the fleet's outcomes."""

    failures: float = 0.0
    expected: float = 0.0
    events: int = 0

    def kept_until(self, events: int, memory: int) -> float:
        """Return what is left of the sums at a count of outcomes, in (0, 1]."""
        return (1.0 - 1.0 / memory) ** (events - self.events) if events > self.events else 1.0

    def at(self, events: int, memory: int) -> Work:
        """Return the sums decayed to a later count of outcomes."""
        kept = self.kept_until(events, memory)
        return Work(self.failures * kept, self.expected * kept, max(events, self.events))

    def counted(self, failure: float, normal: float, event: int, memory: int) -> Work:
        """Return the sums after the outcome number ``event`` of the fleet."""
        kept = self.kept_until(event, memory)
        return Work(self.failures * kept + failure, self.expected * kept + normal, event)


NO_WORK = Work()


class WorkOutcome(ValueObject, frozen=True):
    """One outcome, ``failure`` in {0, 0.5, 1}, of an agent that would fail ``normal`` of such."""

    agent: str
    failure: float
    normal: float


class WorkTotals(NamedTuple):
    """The fleet's sums and each agent's part of them.

    As input of `work_fold`, ``shares`` must hold the latest share of every agent in the
    outcomes; as its result, it holds those agents' new shares only.
    """

    fleet: Work
    shares: Mapping[str, Work]


def work_fold(
    previous: WorkTotals, outcomes: Iterable[WorkOutcome], policy: DriftPolicy
) -> WorkTotals:
    """Return the totals after ``outcomes``, which must come in one fixed order."""
    memory = policy.fleet_memory
    fleet = previous.fleet
    shares: dict[str, Work] = {}
    for each in outcomes:
        failure, normal = each.failure, each.normal
        now = fleet.events + 1
        fleet = fleet.counted(failure, normal, now, memory)
        own = shares.get(each.agent) or previous.shares.get(each.agent, NO_WORK)
        shares[each.agent] = own.counted(failure, normal, now, memory)
    return WorkTotals(fleet, shares)


def fleet_factor(fleet: Work, own: Work, policy: DriftPolicy) -> float:
    """Return observed over expected failures of the rest of the fleet, shrunk to 1, never below.

    What chance may have added is taken off first: a fleet that is well seems to fail more than
    normal half of the time, and as often would excuse an agent that drifts.

    Args:
        fleet: the sums as of a refresh.
        own: the agent's latest share of them.
        policy: memory and prior.
    """
    kept = own.kept_until(fleet.events, policy.fleet_memory)
    # Shares decay by another route than totals, so a difference of zero may round below it.
    failures = at_least(fleet.failures - own.failures * kept, 0.0)
    expected = at_least(fleet.expected - own.expected * kept, 0.0)
    seen = failures + policy.fleet_prior
    # Sums that forget vary half as much as sums of as many whole outcomes.
    chance = policy.fleet_doubt * math.sqrt(seen / 2.0)
    return at_least((seen - chance) / (expected + policy.fleet_prior), 1.0)
