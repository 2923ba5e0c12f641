"""Who works together more often than their activity explains.

Togetherness is not guilt: an excess tie only says where to look. Counts alone decide, so that
what is looked at later, ratings and values, is not selected by itself (independent filtering).

Source: the statistically validated network of Tumminello et al. (2011) with a degree-corrected
null; popular services and busy coordinators are absorbed by how much they give and take. Nobody
asks itself, which matters where agents are few: fitted in proportion (Deming and Stephan, 1940).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from governance.domain.collusion.interactions import Bools, Floats, Interactions, Ints
from governance.domain.collusion.significance import count_chance, discoveries
from governance.domain.policy.collusion import CollusionPolicy

# A handful of agents needs as many, a fleet two.
_ROUNDS = 10
_LEAST = 1e-12


@dataclass(frozen=True, kw_only=True)
class Ties:
    """Every pair of agents that interacted, and which of them do so in excess.

    ``first`` < ``second`` number the agents of each pair, shape (pairs,), as ``count`` their
    interactions, ``expected`` what is usual, ``chance`` the probability of as many by chance,
    ``is_excess``. ``of_row`` is the pair of each interaction, shape (interactions,).
    """

    first: Ints
    second: Ints
    count: Ints
    expected: Floats
    chance: Floats
    is_excess: Bools
    of_row: Ints

    def __len__(self) -> int:
        return len(self.first)

    def rows(self, pair: int) -> Ints:
        """Return the places of one pair's interactions, in the order of time."""
        low, high = np.searchsorted(self._pairs, [pair, pair + 1])
        found: Ints = self._order[low:high]
        return found

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.of_row, kind="stable")

    @cached_property
    def _pairs(self) -> Ints:
        return self.of_row[self._order]


def ties_of(work: Interactions, policy: CollusionPolicy) -> Ties:
    """Return the pairs of ``work``, the excess ones marked."""
    agents = work.agents
    low = np.minimum(work.initiator, work.counterparty)
    high = np.maximum(work.initiator, work.counterparty)
    pair, of_row, count = np.unique(low * agents + high, return_inverse=True, return_counts=True)
    first, second = pair // agents, pair % agents
    asks, serves = _activity(work.given.astype(float), work.taken.astype(float))
    expected = asks[first] * serves[second] + asks[second] * serves[first]
    # One meeting never stands out, and most pairs meet once.
    chance = np.where(count >= 2, count_chance(count, expected), 1.0)
    is_excess = discoveries(chance, policy.tie_rate, agents * (agents - 1) // 2)
    return Ties(
        first=first,
        second=second,
        count=count,
        expected=expected,
        chance=chance,
        is_excess=is_excess & (count >= policy.tie_least),
        of_row=of_row,
    )


def _activity(given: Floats, taken: Floats) -> tuple[Floats, Floats]:
    """Return how readily each agent asks and serves: their product is usual for a pair.

    Over the other agents the products sum to what each has given and taken.
    """
    serves = taken / max(1.0, float(taken.sum())) ** 0.5
    asks = np.zeros_like(given)
    for _ in range(_ROUNDS):
        asks = given / np.maximum(serves.sum() - serves, _LEAST)
        serves = taken / np.maximum(asks.sum() - asks, _LEAST)
    return asks, serves
