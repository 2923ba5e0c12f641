"""Groups that call on the same agents at the same moments, again and again.

Keeping step alone is information: jobs on the hour do it too. It becomes evidence where the
ratings given in step depart from what outsiders and verification say (`promotion`).

Source: synchronised groups after CopyCatch (Beutel et al., 2013), with a count null.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.graphs import components
from governance.domain.collusion.interactions import Bools, Interactions, Ints, distinct, places
from governance.domain.collusion.significance import count_chance, discoveries
from governance.domain.policy.collusion import CollusionPolicy

# Two grids of windows: what one cuts apart the other holds together.
_SHIFTS = (0.0, 0.5)
_DAY_S = 86_400.0
_LEAST_MEETINGS, _LEAST_TARGETS = 4, 3
# Days have hours, so agents meet more often than chance would have them; allowed for.
_CLUSTERING = 1.5
_IN_STEP_SHARE = 0.4
_ROUNDS = 3
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Lockstep:
    """A group in step: its agents, and the places of the interactions it began in step."""

    members: Ints
    rows: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Who met in which window.

    ``meeting`` is the number of target and window of each interaction, ``key`` lists them
    ascending, ``size`` how many different agents took part in each, ``agents`` who, meeting by
    meeting; ``event`` is target and day of each key as one number.
    """

    meeting: Ints
    key: Ints
    size: Ints
    agents: Ints
    event: Ints


def locksteps(work: Interactions, policy: CollusionPolicy) -> list[Lockstep]:
    """Return the groups that keep step, whatever they say of those they call on."""
    if not len(work):
        return []
    days = int(work.at_s.max() // _DAY_S - work.at_s.min() // _DAY_S) + 2
    grids = [_grid(work, shift, days, policy.window_s) for shift in _SHIFTS]
    first, second = _pairs_in_step(work, grids, days, policy)
    group = _groups(first, second, work.agents)
    if not (group >= 0).any():
        return []
    rows = np.flatnonzero(_is_in_step(work, grids, group))
    of_row = group[work.initiator[rows]]
    return [
        Lockstep(np.flatnonzero(group == each), rows[of_row == each])
        for each in range(int(group.max()) + 1)
    ]


def _grid(work: Interactions, shift: float, days: int, window_s: float) -> _Grid:
    window = np.floor(work.at_s / window_s + shift).astype(np.int64)
    first = int(window.min())
    windows = int(window.max()) - first + 1
    meeting = work.counterparty * windows + (window - first)
    met = distinct(meeting * work.agents + work.initiator)
    key, size = np.unique(met // work.agents, return_counts=True)
    day = ((key % windows + first) * window_s // _DAY_S - work.at_s.min() // _DAY_S).astype(int)
    # The first half window may begin on the day before the first.
    event = key // windows * days + np.maximum(day, 0)
    return _Grid(meeting=meeting, key=key, size=size, agents=met % work.agents, event=event)


def _pairs_in_step(
    work: Interactions, grids: list[_Grid], days: int, policy: CollusionPolicy
) -> tuple[Ints, Ints]:
    """Return the pairs of agents that meet too often, at enough targets, to be chance."""
    agents = work.agents
    pair, event = _meetings(grids, agents, policy.window_agents)
    distinct, counts = np.unique(pair, return_counts=True)
    often = distinct[counts >= _LEAST_MEETINGS]
    if not len(often):
        return _NONE, _NONE
    kept = often[np.minimum(places(often, pair), len(often) - 1)] == pair
    pair, event = pair[kept], event[kept]
    order = np.lexsort((event, pair))
    pair, event = pair[order], event[order]
    # A target counts once a day, whatever the windows were.
    is_new = np.append(True, (pair[1:] != pair[:-1]) | (event[1:] != event[:-1]))
    pair, target = pair[is_new], event[is_new] // days
    is_first = np.append(True, pair[1:] != pair[:-1])
    starts = np.flatnonzero(is_first)
    met = np.diff(np.append(starts, len(pair)))
    is_target = is_first | np.append(True, target[1:] != target[:-1])
    targets = np.add.reduceat(is_target.astype(np.int64), starts)
    first, second = pair[starts] // agents, pair[starts] % agents
    given = work.given.astype(float)
    likely = _likely(grids[0].size, policy.window_agents) * _CLUSTERING
    chance = count_chance(met, given[first] * given[second] * likely)
    found = (met >= _LEAST_MEETINGS) & (targets >= _LEAST_TARGETS)
    found &= discoveries(chance, policy.lockstep_rate, agents * (agents - 1) // 2)
    return first[found], second[found]


def _meetings(grids: list[_Grid], agents: int, most: int) -> tuple[Ints, Ints]:
    """Return each meeting of two agents as the pair and the event; crowds say nothing."""
    pairs, events = [_NONE], [_NONE]
    for grid in grids:
        starts = np.cumsum(grid.size) - grid.size
        for size in np.unique(grid.size[(grid.size >= 2) & (grid.size <= most)]):
            chosen = np.flatnonzero(grid.size == size)
            there = grid.agents[starts[chosen][:, None] + np.arange(size)]
            one, other = np.triu_indices(int(size), 1)
            pairs.append((there[:, one] * agents + there[:, other]).ravel())
            events.append(np.repeat(grid.event[chosen], len(one)))
    return np.concatenate(pairs), np.concatenate(events)


def _likely(size: Ints, most: int) -> float:
    """Return how likely two interactions of different agents are to meet."""
    shared = size[(size >= 2) & (size <= most)].astype(float)
    return float((shared * (shared - 1.0)).sum()) / float(size.sum()) ** 2


def _groups(first: Ints, second: Ints, agents: int) -> Ints:
    """Return the group of each agent, -1 for none; who keeps step with few of one is left out."""
    group = components(first, second, agents)
    for _ in range(_ROUNDS):
        partners = np.bincount(np.concatenate([first, second]), minlength=agents)
        members = np.bincount(group[group >= 0], minlength=1)
        stays = partners >= _IN_STEP_SHARE * (members[group] - 1)
        kept = stays[first] & stays[second]
        if kept.all():
            break
        first, second = first[kept], second[kept]
        group = components(first, second, agents)
    return group


def _is_in_step(work: Interactions, grids: list[_Grid], group: Ints) -> Bools:
    """Return which interactions members began together, at least half of all who were there."""
    rows = np.flatnonzero(group[work.initiator] >= 0)
    groups = int(group.max()) + 1
    in_step = np.zeros(len(work), dtype=bool)
    for grid in grids:
        key = grid.meeting[rows] * groups + group[work.initiator[rows]]
        there = distinct(key * work.agents + work.initiator[rows]) // work.agents
        together, members = np.unique(there, return_counts=True)
        size = grid.size[np.searchsorted(grid.key, together // groups)]
        together = together[(members >= 2) & (members >= 0.5 * size)]
        in_step[rows] |= np.isin(key, together)
    return in_step
