"""How much speaks against each agent, convicted or not: a ranking for people who look around.

Where an agent has few interactions with each other one, nothing can be proved, and most
probabilities are 1. The ranking borrows strength where the alarm may not: margins are left out,
all kinds of evidence add up, an agent's two worst ties count together, and working together
unusually often counts a little. It accuses nobody.

Measured on fleets of 50 agents with 2,000 interactions: average precision .99, where the
probabilities alone give .86; with ratings only .82 and .60; with neither ratings nor
verification .55 and .27.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr

from governance.domain.collusion.integrity import Evidence
from governance.domain.collusion.interactions import Floats, Interactions
from governance.domain.collusion.pooling import tie_sums
from governance.domain.collusion.ties import Ties

# What an alarm needs counts most, then leaning, then togetherness; all in powers of ten.
_PROVED, _TOGETHER = 10.0, 0.1
_TOGETHER_MOST = 30.0
# A second tie that leans the same way counts half.
_WORST_TIES = (1.0, 0.5)
# How much honest pairs differ here, where no margin tolerates it.
_SPREAD = 0.04
_LEAST_CHANCE = 1e-300
_HALF = float(-np.log10(0.5))


def risks(
    work: Interactions,
    ties: Ties,
    evidence: list[Evidence],
    chance: Floats,
) -> Floats:
    """Return each agent's risk >= 0, comparable within one scan only, shape (agents,).

    Args:
        work: what agents did for each other.
        ties: their pairs.
        evidence: by interaction.
        chance: the least probability of evidence against each agent, shape (agents,).
    """
    together = np.minimum(_tens(ties.chance), _TOGETHER_MOST)
    return (
        _PROVED * _tens(chance)
        + _worst(ties, _leaning(ties, evidence), work.agents)
        + _TOGETHER * _worst(ties, together, work.agents)
    )


def _leaning(ties: Ties, evidence: list[Evidence]) -> Floats:
    """Return how far each pair's evidence leans to favour, all kinds together, 0 for none."""
    total = np.zeros(len(ties))
    for each in tie_sums(evidence, ties.of_row, len(ties)):
        excess = each.total + each.count * each.evidence.margin
        counted = each.evidence.excess[each.evidence.counts]
        noise = float(np.var(counted)) if len(counted) else 0.0
        # The error of the level that a pair is compared with is the same in all its interactions.
        common = (each.count * _SPREAD) ** 2 + each.count * each.variance
        deviation = excess / np.sqrt(np.maximum(each.count * noise + common, 1e-9))
        total += np.maximum(0.0, -log_ndtr(-deviation) / np.log(10.0) - _HALF)
    return total


def _worst(ties: Ties, score: Floats, agents: int) -> Floats:
    """Return the sum of each agent's highest scores, weighted."""
    agent = np.concatenate([ties.first, ties.second])
    scores = np.concatenate([score, score])
    order = np.lexsort((-scores, agent))
    agent, scores = agent[order], scores[order]
    place = np.arange(len(agent)) - np.searchsorted(agent, agent)
    total = np.zeros(agents)
    for rank, weight in enumerate(_WORST_TIES):
        at = place == rank
        total[agent[at]] += weight * scores[at]
    return total


def _tens(chance: Floats) -> Floats:
    return -np.log10(np.maximum(chance, _LEAST_CHANCE))
