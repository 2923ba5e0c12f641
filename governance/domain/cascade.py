"""Cascades: whether the failures below failed parents are more than chance.

Each lineage root keeps a handful of numbers that every outcome below a failed parent moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from scipy import special

from governance.domain.policy.cascade import CascadePolicy

# As many agents as any policy can ask for, and a name or two more to show.
AGENTS_KEPT = 12
_CHANCE_LEAST = 1e-12
_LOW, _HIGH = 0.10, 0.90


class HeldChoice(StrEnum):
    """What a person says of one held task."""

    RESUME = "resume"
    CANCEL = "cancel"
    RERUN = "rerun"


class Child(NamedTuple):
    """One outcome below a parent that had failed by then.

    ``usual`` is how often this agent fails on such work, in [0, 1]; ``is_first`` says that it is
    the first outcome seen below this parent.
    """

    agent: str
    parent_agent: str
    failed: bool
    usual: float
    is_first: bool


class LineageStat(NamedTuple):
    """What is kept of one live root; ``agents`` are those that failed, in order, at most 12.

    ``children`` counts outcomes below failed ``parents``, ``failures`` those that failed and
    ``expected`` how many of them ordinarily would have.
    """

    children: int = 0
    failures: int = 0
    expected: float = 0.0
    parents: int = 0
    agents: tuple[str, ...] = ()


class Spread(NamedTuple):
    """What the numbers of a lineage say.

    ``chance`` is the probability of as many failures or more by chance. ``ratio`` is R, failing
    children per failing parent, with its 10 to 90 % interval; above 1 it is spreading.
    """

    stat: LineageStat
    chance: float
    ratio: float
    low: float
    high: float
    is_watched: bool
    is_cascade: bool
    sentence: str


def lineage_fold(stat: LineageStat, child: Child, policy: CascadePolicy) -> LineageStat:
    """Return the numbers of a root after one outcome below a failed parent.

    A failed parent makes work ordinarily harder, so what is expected grows by a factor.

    Source: docs/evidence.md, Cascades.
    """
    expected = min(1.0, policy.expected_factor * child.usual)
    agents = stat.agents
    if child.failed:
        for agent in (child.parent_agent, child.agent):
            if agent not in agents and len(agents) < AGENTS_KEPT:
                agents = (*agents, agent)
    return LineageStat(
        stat.children + 1,
        stat.failures + child.failed,
        stat.expected + expected,
        stat.parents + child.is_first,
        agents,
    )


def lineage_spread(stat: LineageStat, policy: CascadePolicy) -> Spread:
    """Return what a lineage's numbers say, with the sentence for people."""
    chance = chance_of(stat.failures, stat.expected)
    enough = stat.failures >= policy.failures_min and len(stat.agents) >= policy.agents_min
    parents = max(1, stat.parents)
    low, high = (
        float(special.gammaincinv(stat.failures + 0.5, share)) / parents for share in (_LOW, _HIGH)
    )
    ratio = stat.failures / parents
    return Spread(
        stat,
        chance,
        ratio,
        low,
        high,
        is_watched=enough and chance < policy.watch_below,
        is_cascade=enough and chance < policy.act_below,
        sentence=_phrase(stat, chance, ratio, low, high),
    )


def chance_of(count: int, mean: float) -> float:
    """Return the probability of ``count`` or more events where ``mean`` are expected.

    Source: the upper tail of the Poisson distribution, as a regularised incomplete gamma function.
    """
    if count <= 0:
        return 1.0
    return float(special.gammainc(count, max(mean, _CHANCE_LEAST)))


def settled_first(path: Sequence[str], open_tasks: frozenset[str]) -> str | None:
    """Return the held task that must be settled before another one, or None.

    Release is root first: what stands above decides whether anything below can be sound.

    Args:
        path: the ids above the task, the root first.
        open_tasks: ids of the tasks of the cascade that nobody has settled.
    """
    return next((task for task in path if task in open_tasks), None)


def _phrase(stat: LineageStat, chance: float, ratio: float, low: float, high: float) -> str:
    tasks = "task" if stat.children == 1 else "tasks"
    agents = f"{len(stat.agents)} agent{'' if len(stat.agents) == 1 else 's'}"
    return (
        f"{stat.failures} of {stat.children} {tasks} below failed parents failed too, touching"
        f" {agents}; {stat.expected:.2g} were expected, which happens by chance"
        f" {chance_words(chance)}. Failing children per failing parent: {ratio:.1f}"
        f" ({low:.1f} to {high:.1f})."
    )


def chance_words(chance: float) -> str:
    """Return a probability as people say it: ``once in 4,000 times``."""
    if chance > 0.5:
        return "more often than not"
    times = 1.0 / max(chance, 1e-9)
    if times >= 1_000_000:
        return "less than once in a million times"
    digits = max(0, math.floor(math.log10(times)) - 1)
    return f"once in {round(times / 10**digits) * 10**digits:,} times"
