"""One incident of the fleet instead of a hundred alarms, when agents share a cause.

Source: docs/evidence.md, Drift: more agents alarming in one day than the 99.9 % Poisson quantile.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from governance.domain.drift_state import DriftKind
from governance.domain.drift_words import span_phrase
from governance.domain.policy.drift import DriftPolicy

# What agents have in common: dimension -> values; an agent may have several tools.
Traits = Mapping[str, Sequence[str]]

# The days whose own alarms say how many are usual, and the weight of what is expected besides.
USUAL_DAYS = 28.0
_PRIOR_DAYS = 7.0
_WHAT = {
    DriftKind.OUTCOMES: "fail more often than they normally do",
    DriftKind.COST: "cost other than they normally do",
    DriftKind.DURATION: "take other than their normal time",
}


class Shared(NamedTuple):
    """A trait that alarming agents share: ``alarming`` of ``alarms`` have it, and of the fleet
    ``fleet`` of ``agents``."""

    dimension: str
    value: str
    alarming: int
    alarms: int
    fleet: int
    agents: int

    @property
    def excess(self) -> float:
        """Return the share among alarming agents less that in the fleet."""
        return self.alarming / self.alarms - self.fleet / self.agents


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What is common to agents that alarm together, the most telling trait first."""

    kind: DriftKind
    sentence: str
    shared: tuple[Shared, ...]
    agents: tuple[str, ...]


def alarms_usual(expected_day: float, raised: int, days: float) -> float:
    """Return how many alarms a day are usual: false ones expected, and those of earlier days.

    Args:
        expected_day: false alarms a day of an honest fleet.
        raised: alarms of the earlier ``days``, held ones left out.
        days: how many days those were.
    """
    return max(expected_day, (expected_day * _PRIOR_DAYS + raised) / (_PRIOR_DAYS + days))


def poisson_quantile(mean: float, probability: float) -> int:
    """Return the least n with P(N <= n) >= ``probability`` for a Poisson mean < 700."""
    n, term = 0, math.exp(-mean)
    total = term
    while total < probability:
        n += 1
        term *= mean / n
        total += term
    return n


def alarms_most(usual_day: float, policy: DriftPolicy) -> int:
    """Return how many agents may alarm within the window before they must share a cause."""
    mean = usual_day * policy.incident_window_h / 24.0
    return max(policy.incident_agents - 1, poisson_quantile(mean, policy.incident_probability))


def incident_found(
    kind: DriftKind,
    alarming: Sequence[str],
    traits: Mapping[str, Traits],
    *,
    most: int,
    policy: DriftPolicy,
) -> Incident | None:
    """Return the incident behind agents that alarm together, None if they are few enough.

    Args:
        kind: what changed.
        alarming: agents with an alarm of this kind in the window, each once.
        traits: of every agent of the fleet.
        most: how many may alarm by themselves, from `alarms_most`.
        policy: the window.
    """
    if len(alarming) <= most:
        return None
    shared = traits_shared(alarming, traits)
    window = span_phrase(policy.incident_window_h * 3600.0)
    sentence = (
        f"{len(alarming)} of {len(traits)} agents {_WHAT[kind]}, all within {window}; by chance"
        f" at most {most} would. {shared_phrase(shared)}"
    )
    return Incident(kind=kind, sentence=sentence, shared=shared, agents=tuple(alarming))


def traits_shared(alarming: Sequence[str], traits: Mapping[str, Traits]) -> tuple[Shared, ...]:
    """Return of each dimension the trait that stands out most, the most telling first."""
    dimensions = {name: None for each in traits.values() for name in each}
    best = [_best(name, alarming, traits) for name in dimensions]
    found = [shared for shared in best if shared is not None]
    return tuple(sorted(found, key=lambda shared: -shared.excess))


def _best(dimension: str, alarming: Sequence[str], traits: Mapping[str, Traits]) -> Shared | None:
    ill = _counts(dimension, (traits[agent] for agent in alarming))
    everyone = _counts(dimension, traits.values())
    candidates = [
        Shared(dimension, value, count, len(alarming), everyone[value], len(traits))
        for value, count in sorted(ill.items())
    ]
    return max(candidates, key=lambda each: (each.excess, each.alarming), default=None)


def _counts(dimension: str, agents: Iterable[Traits]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in agents:
        for value in each.get(dimension, ()):
            counts[value] = counts.get(value, 0) + 1
    return counts


def shared_phrase(shared: Sequence[Shared]) -> str:
    """Return what alarming agents share, as a sentence."""
    if not shared or shared[0].excess <= 0.0:
        return "No model, tool, owner or template stands out among them."
    first = shared[0]
    return (
        f"{first.alarming} of them share the {first.dimension} {first.value},"
        f" as {first.fleet} of all {first.agents} agents do."
    )
