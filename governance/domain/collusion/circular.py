"""Money that comes back: the same amount passed on within hours, round and round.

The null keeps the real timing, because people and jobs answer in bursts, and randomises only
the amounts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.graphs import components
from governance.domain.collusion.interactions import (
    Bools,
    Floats,
    Interactions,
    Ints,
    group_sums,
    places,
)
from governance.domain.collusion.significance import count_chance, discoveries
from governance.domain.policy.collusion import CollusionPolicy

# Payments an agent is assumed to have made as the fleet does, beside its own.
_SHRINKAGE = 20.0
_MATCH_MOST = 0.95
_LEAST_RELAYED = 3
_LEAST_ON_EDGE = 3
# What chance is allowed beyond the null, in matches.
_SLACK_AGENT, _SLACK_GROUP = 0.3, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Agents that pass money round.

    ``matches`` of inflows that went on, where ``expected`` are usual; ``returned`` is the share
    of the value moved among them that nets to zero; ``rows`` the places of their interactions.
    """

    members: Ints
    matches: int
    expected: float
    returned: float
    chance: float
    rows: Ints


@dataclass(frozen=True, slots=True)
class _Payments:
    """Interactions that moved value: their places, and each one's bin of amount."""

    rows: Ints
    payer: Ints
    payee: Ints
    at_s: Ints
    value: Floats
    bin: Ints
    bins: int


def circles(work: Interactions, policy: CollusionPolicy) -> list[Circle]:
    """Return the groups of agents among which money circulates."""
    paid = _payments(work, policy.same_amount)
    if not len(paid.rows):
        return []
    onward = _onward(paid, policy)
    is_passed = onward >= 0
    usual = _usual_matches(paid, onward, work.agents, policy)
    relayed = np.bincount(paid.payee[is_passed], minlength=work.agents)
    chance = np.where(relayed >= _LEAST_RELAYED, count_chance(relayed, usual + _SLACK_AGENT), 1.0)
    suspected = discoveries(chance, policy.circular_rate, work.agents)
    inflow = np.flatnonzero(is_passed & suspected[paid.payee])
    if not len(inflow):
        return []
    path = np.stack([paid.payer[inflow], paid.payee[inflow], paid.payee[onward[inflow]]])
    group = _groups(path, work.agents)
    # Where both sides are of one group; of the other payments nothing is asked below.
    inner = np.flatnonzero((group[paid.payer] == group[paid.payee]) & (group[paid.payer] >= 0))
    path = path[:, (group[path[0]] == group[path[1]]) & (group[path[1]] == group[path[2]])]
    found = (
        _circle(paid, inner[group[paid.payer[inner]] == each], path, group == each, usual)
        for each in range(int(group.max()) + 1)
    )
    return [each for each in found if _is_circular(each, policy)]


def _payments(work: Interactions, same_amount: float) -> _Payments:
    rows = np.flatnonzero(work.value_usd > 0.0)
    value = work.value_usd[rows]
    bins = np.floor(np.log(value) / np.log1p(same_amount)).astype(np.int64)
    # Room for the bins beside the least and the greatest.
    bins -= int(bins.min(initial=0)) - 1
    return _Payments(
        rows,
        work.initiator[rows],
        work.counterparty[rows],
        np.floor(work.at_s[rows]).astype(np.int64),
        value,
        bins,
        int(bins.max(initial=0)) + 3,
    )


def _onward(paid: _Payments, policy: CollusionPolicy) -> Ints:
    """Return for each payment the one by which its payee passed the amount on, -1 for none."""
    within_s, start_s = int(policy.passed_on_s), int(paid.at_s.min())
    span_s = int(paid.at_s.max()) - start_s + 8 * within_s
    time = paid.at_s - start_s
    key = (paid.payer * paid.bins + paid.bin) * span_s + time
    order = _ordered(key, paid)
    keys, values = key[order], paid.value[order]
    onward = np.full(len(key), -1, dtype=np.int64)
    for step in (0, -1, 1):
        wanted = (paid.payee * paid.bins + paid.bin + step) * span_s + time
        place = places(keys, wanted, "right")
        at = np.minimum(place, len(keys) - 1)
        fits = (place < len(keys)) & (keys[at] > wanted) & (keys[at] <= wanted + within_s)
        fits &= values[at] <= paid.value * (1.0 + policy.same_amount / 2.0)
        fits &= values[at] >= paid.value * (1.0 - policy.same_amount)
        onward = np.where((onward < 0) & fits, order[at], onward)
    return onward


def _ordered(key: Ints, paid: _Payments) -> Ints:
    """Return the places of payments by ``key``, of equal ones by payee and value.

    In the order in which they happen to come the same payments could give two results; sorting
    only the equal ones by more costs next to nothing.
    """
    order = np.argsort(key)
    is_next_equal = np.diff(key[order]) == 0
    equal = np.flatnonzero(np.append(is_next_equal, False) | np.append(False, is_next_equal))
    among = order[equal]
    order[equal] = among[np.lexsort((paid.value[among], paid.payee[among], key[among]))]
    return order


def _usual_matches(paid: _Payments, onward: Ints, agents: int, policy: CollusionPolicy) -> Floats:
    """Return how many inflows of each agent would seem passed on if amounts were chance."""
    within_s, start_s = int(policy.passed_on_s), int(paid.at_s.min())
    span_s = int(paid.at_s.max()) - start_s + 8 * within_s
    times = np.sort(paid.payer * span_s + paid.at_s - start_s)
    inflow = paid.payee * span_s + paid.at_s - start_s
    payments = places(times, inflow + within_s, "right") - places(times, inflow, "right")
    own = np.ones(len(paid.rows), dtype=bool)
    own[onward[onward >= 0]] = False
    fleet = np.bincount(paid.bin, minlength=paid.bins) / len(paid.bin)
    total = np.bincount(paid.payer[own], minlength=agents).astype(float)
    amounts = np.sort(paid.payer[own] * paid.bins + paid.bin[own])
    likely = np.zeros(len(paid.rows))
    for step in (0, -1, 1):
        near = paid.bin + step
        wanted = paid.payee * paid.bins + near
        same = places(amounts, wanted, "right") - places(amounts, wanted)
        likely += (same + _SHRINKAGE * fleet[near]) / (total[paid.payee] + _SHRINKAGE)
    matches = 1.0 - (1.0 - np.minimum(likely, _MATCH_MOST)) ** payments
    return group_sums(paid.payee, matches, agents)


def _groups(path: Ints, agents: int) -> Ints:
    """Return the group of each agent that money can go round in, -1 for none."""
    payer, relay, payee = path
    edge, count = np.unique(
        np.concatenate([payer * agents + relay, relay * agents + payee]), return_counts=True
    )
    edge = edge[count >= _LEAST_ON_EDGE]
    return components(edge // agents, edge % agents, agents, is_directed=True)


def _circle(
    paid: _Payments,
    moved: Ints,
    path: Ints,
    is_member: Bools,
    usual: Floats,
) -> Circle:
    """Return what one group passed round; ``moved`` are the payments inside it."""
    inside = path[:, is_member[path[0]]]
    matches = inside.shape[1]
    members = np.flatnonzero(is_member)
    expected = float(usual[members].sum())
    chance = float(count_chance(np.array(matches), expected + _SLACK_GROUP))
    returned = _returned(paid, moved, members)
    times = np.bincount(inside.ravel(), minlength=len(is_member))[members]
    return Circle(
        members=members[times >= _LEAST_RELAYED],
        matches=matches,
        expected=expected,
        returned=returned,
        chance=chance,
        rows=paid.rows[moved],
    )


def _is_circular(circle: Circle, policy: CollusionPolicy) -> bool:
    return (
        len(circle.members) >= 2
        and circle.matches >= policy.circular_least
        and circle.chance < policy.circular_chance
        and circle.returned >= policy.circular_returned
    )


def _returned(paid: _Payments, moved: Ints, members: Ints) -> float:
    """Return the share of the value moved inside that its agents got back, in [0, 1]."""
    agents = int(members.max()) + 1
    came = group_sums(paid.payee[moved], paid.value[moved], agents)
    went = group_sums(paid.payer[moved], paid.value[moved], agents)
    gross = float(came.sum() + went.sum())
    return 1.0 - float(np.abs(came - went).sum()) / gross
