"""What agents did for each other, as columns: the only input of a scan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DAY_S, _HOUR_S, _MINUTE_S = 86_400.0, 3_600.0, 60.0
# So large a share of round times is a clock that is read no finer.
_ROUND_SHARE = 0.99


@dataclass(frozen=True, kw_only=True)
class Interactions:
    """Interactions in the order of time, one element of each array for one of them.

    ``initiator`` and ``counterparty`` number agents from 0 to ``agents`` - 1 and differ. ``at_s``
    is epoch seconds, ``value_usd`` what moved from initiator to counterparty, 0 where nothing did.
    ``rating`` is what the initiator gives for the work, ``verified`` its quality as checked from
    outside, both in [0, 1]; ``accepted`` is 0 or 1; ``payoff`` what both sides gained together, in
    any unit. NaN where not given.
    """

    agents: int
    initiator: Ints
    counterparty: Ints
    at_s: Floats
    value_usd: Floats
    rating: Floats
    verified: Floats
    accepted: Floats
    payoff: Floats

    def __len__(self) -> int:
        return len(self.initiator)

    @cached_property
    def is_rated(self) -> Bools:
        """Whether each interaction has a rating."""
        return ~np.isnan(self.rating)

    @cached_property
    def is_verified(self) -> Bools:
        """Whether the quality of each interaction was checked from outside."""
        return ~np.isnan(self.verified)

    @cached_property
    def given(self) -> Ints:
        """How many interactions each agent began."""
        return np.bincount(self.initiator, minlength=self.agents)

    @cached_property
    def taken(self) -> Ints:
        """How many interactions each agent was asked into."""
        return np.bincount(self.counterparty, minlength=self.agents)

    @cached_property
    def resolution_s(self) -> float:
        """To how many seconds the times are exact: a day, an hour, a minute or 1."""
        for step_s in (_DAY_S, _HOUR_S, _MINUTE_S):
            if len(self) and np.mean(self.at_s % step_s == 0.0) >= _ROUND_SHARE:
                return step_s
        return 1.0


def distinct(values: Ints) -> Ints:
    """Return the different values, ascending; sorting beats the hashing of `numpy.unique`."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def places(keys: Ints, wanted: Ints, side: Literal["left", "right"] = "left") -> Ints:
    """Return `numpy.searchsorted`, many times as fast where millions are wanted in no order."""
    order = np.argsort(wanted)
    found = np.empty(len(wanted), dtype=np.int64)
    found[order] = np.searchsorted(keys, wanted[order], side)
    return found


def group_sums(group: Ints, values: Floats, groups: int) -> Floats:
    """Return the sum of ``values`` of each group; a typed `numpy.bincount`."""
    sums: Floats = np.bincount(group, values, groups).astype(np.float64)
    return sums
