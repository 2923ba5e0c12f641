"""Groups in a graph of agents."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from governance.domain.collusion.interactions import Ints


def components(first: Ints, second: Ints, agents: int, *, is_directed: bool = False) -> Ints:
    """Return the group of each agent, -1 for those without an edge, shape (agents,).

    Groups are numbered from 0 in the order of their first agent. In a directed graph a group is
    what can be reached both ways, and an agent alone is none.
    """
    edges = coo_matrix((np.ones(len(first)), (first, second)), shape=(agents, agents))
    _, label = connected_components(edges, directed=is_directed, connection="strong")
    is_in = np.zeros(agents, dtype=bool)
    if is_directed:
        is_in = np.bincount(label)[label] >= 2
    else:
        is_in[first] = is_in[second] = True
    group = np.full(agents, -1, dtype=np.int64)
    inside = np.flatnonzero(is_in)
    _, seen, number = np.unique(label[inside], return_index=True, return_inverse=True)
    group[inside] = np.argsort(np.argsort(seen))[number]
    return group
