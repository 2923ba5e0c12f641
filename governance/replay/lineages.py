"""Cascades in recorded history: failures below failed parents, counted for each lineage root.

As live: a child counts if its parent had failed by the time the child finished. Here nobody
settles a cascade, so each root tells of its first alarm only.
"""

from __future__ import annotations

from governance.domain.cascade import Child, LineageStat, Spread, lineage_fold, lineage_spread
from governance.domain.outcome_fact import Judgement
from governance.domain.policy.cascade import CascadePolicy
from governance.replay.history import History

# Longer chains are taken for circles in what was recorded.
_DEPTH_MOST = 1000


class Lineages:
    """The numbers of each root that has a failed parent below it."""

    def __init__(self, history: History, policy: CascadePolicy) -> None:
        self._policy = policy
        self._parents = {
            history.task_ids[number]: parent for number, parent in history.parent_ids.items()
        }
        self._above = set(self._parents.values())
        self._failed: dict[str, str] = {}
        self._counted: set[str] = set()
        self._stats: dict[str, LineageStat] = {}
        self._told: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Return whether no outcome names a parent, so that nothing can spread."""
        return not self._parents

    def take(self, task_id: str, agent: str, judgement: Judgement) -> Spread | None:
        """Count an outcome; return the spread of its lineage if that has just become a cascade."""
        failure = judgement.failure
        if failure is None:
            return None
        failed = failure == 1.0
        if failed and task_id in self._above:
            self._failed[task_id] = agent
        parent = self._parents.get(task_id)
        if parent is None or parent not in self._failed:
            return None
        child = Child(
            agent=agent,
            parent_agent=self._failed[parent],
            failed=failed,
            usual=judgement.usual,
            is_first=parent not in self._counted,
        )
        self._counted.add(parent)
        root = self._root(parent)
        stat = self._stats[root] = lineage_fold(
            self._stats.get(root, LineageStat()), child, self._policy
        )
        if not failed or root in self._told:
            return None
        spread = lineage_spread(stat, self._policy)
        if not spread.is_cascade:
            return None
        self._told.add(root)
        return spread

    def _root(self, task_id: str) -> str:
        for _ in range(_DEPTH_MOST):
            above = self._parents.get(task_id)
            if above is None:
                return task_id
            task_id = above
        return task_id
