"""The refreshes of a window as its outcomes name them, read once each, in order.

Shares and fleet values stay in memory for the latest refreshes only: an outcome may have been
judged by one that is a little older than its neighbour's, because it waited for a lock.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from governance.backtest.record import Activity, Basis
from governance.domain.class_rates import Tally, fleet_rates
from governance.domain.fleet_factor import NO_WORK, Work
from governance.domain.priors import GroupShare, GroupTally
from governance.replay.facts import NO_PART, Fleetwide, Kinship, Part
from governance.selectors.backtest_cursor import rows_of

if TYPE_CHECKING:
    from typing import Any

    from governance.models import Fleet

KEPT = 512
FLEETS = """
    SELECT number, totals::text, groups::text, value_medians::text, sources_30d, work::text,
           drift_threshold, incidents::text, agents_active, tasks_a_day, counted_at IS NOT NULL
    FROM governance_refresh
    WHERE fleet_id = %(fleet)s AND number BETWEEN %(first)s AND %(last)s ORDER BY number
"""
SHARES_BEFORE = """
    SELECT DISTINCT ON (agent_id) number, agent_id::text, classes::text, groups::text, work::text
    FROM governance_refreshshare JOIN governance_agent ON governance_agent.id = agent_id
    WHERE fleet_id = %(fleet)s AND number < %(first)s ORDER BY agent_id, number DESC
"""
SHARES = """
    SELECT number, agent_id::text, classes::text, groups::text, work::text
    FROM governance_refreshshare JOIN governance_agent ON governance_agent.id = agent_id
    WHERE fleet_id = %(fleet)s AND number BETWEEN %(first)s AND %(last)s ORDER BY number
"""
_tallies = msgspec.json.Decoder(dict[str, Tally]).decode
_groups = msgspec.json.Decoder(dict[str, GroupTally]).decode
_parts = msgspec.json.Decoder(dict[str, GroupShare]).decode
_medians = msgspec.json.Decoder(dict[str, float]).decode
_kinds = msgspec.json.Decoder(tuple[str, ...]).decode
_work = msgspec.json.Decoder(Work).decode


class Refreshes:
    """What the outcomes of a window were judged by, asked for in about the order of numbers."""

    def __init__(self, fleet: Fleet, *, first: int, last: int) -> None:
        self._within = {"fleet": fleet.pk, "first": first, "last": last}
        self._fleets: dict[int, tuple[Fleetwide, Activity | None]] = {}
        self._order: deque[int] = deque()
        # By agent, the newest first, each from its number on.
        self._parts: dict[str, deque[tuple[int, Part]]] = {}
        for _number, agent, part in map(_share, rows_of(SHARES_BEFORE, self._within)):
            self._parts[agent] = deque([(0, part)])
        self._coming_fleets = map(_fleet, rows_of(FLEETS, self._within))
        self._coming_shares = map(_share, rows_of(SHARES, self._within))
        self._next_share = next(self._coming_shares, None)
        self._newest = -1

    def basis(self, number: int, kin: Kinship) -> Basis:
        """Return the fleet's values at a refresh and an agent's part of them.

        Raises:
            KeyError: for a refresh that is not kept any more, or was never stored.
        """
        if number > self._newest:
            self._advance(number)
        parts = self._parts.get(kin.name, ())
        part = next((part for since, part in parts if since <= number), NO_PART)
        fleet, activity = self._fleets[number]
        return Basis(fleet, kin, part, activity)

    def _advance(self, number: int) -> None:
        while self._newest < number and (found := next(self._coming_fleets, None)) is not None:
            self._newest = found[0].number
            self._fleets[self._newest] = found
            self._order.append(self._newest)
            if len(self._order) > KEPT:
                del self._fleets[self._order.popleft()]
        oldest = self._order[0] if self._order else 0
        while self._next_share is not None and self._next_share[0] <= number:
            since, agent, part = self._next_share
            parts = self._parts.setdefault(agent, deque())
            parts.appendleft((since, part))
            # What came before the oldest refresh that is kept is covered by one share.
            while len(parts) > 1 and parts[-2][0] <= oldest:
                parts.pop()
            self._next_share = next(self._coming_shares, None)


def _fleet(row: tuple[Any, ...]) -> tuple[Fleetwide, Activity | None]:
    number, totals, groups, medians, sources, work, threshold, kinds, agents, tasks, counted = row
    classes = _tallies(totals)
    fleet = Fleetwide(
        number,
        classes,
        fleet_rates(classes),
        _groups(groups),
        _medians(medians),
        sources,
        _work_of(work),
        threshold,
        _kinds(kinds),
    )
    return fleet, Activity(agents, tasks) if counted else None


def _share(row: tuple[Any, ...]) -> tuple[int, str, Part]:
    number, agent, classes, groups, work = row
    return number, agent, Part(_tallies(classes), _parts(groups), _work_of(work))


def _work_of(stored: str) -> Work:
    return NO_WORK if stored == "[]" else _work(stored)
