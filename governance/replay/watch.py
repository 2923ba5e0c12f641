"""What a refresh finds out about drift in the whole fleet, in recorded time (`fleet_watch`)."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from governance.domain.drift_state import NO_FACTS, DriftKind
from governance.domain.drift_threshold import drift_threshold, false_alarms_day
from governance.domain.fleet_factor import WorkTotals
from governance.domain.fleet_incident import (
    USUAL_DAYS,
    Incident,
    Traits,
    alarms_most,
    alarms_usual,
)
from governance.domain.fleet_outage import incident_begins, incident_ends, is_outage
from governance.domain.policy.drift import DriftPolicy
from governance.domain.transitions import DriftAlarmed

DAY_S = 86_400.0
# As the live watch counts: over a week, anew every ten minutes, because it changes slowly.
_COUNTED_OVER_S, _COUNTED_EVERY_S = 7.0 * DAY_S, 600.0


class _Raised(NamedTuple):
    at_s: float
    agent: str
    held: bool


class FleetWatch:
    """Threshold of drift and open incidents of the fleet, brought up to date by each refresh."""

    def __init__(self, traits: Mapping[str, Traits], policy: DriftPolicy) -> None:
        self.threshold = NO_FACTS.threshold
        self.incidents: tuple[str, ...] = ()
        self._traits, self._policy = traits, policy
        self._times = array("d")
        # By the time of their last outcome, the newest last.
        self._agents: dict[str, float] = {}
        self._raised: dict[DriftKind, list[_Raised]] = {kind: [] for kind in DriftKind}
        self._counted_s = -_COUNTED_EVERY_S
        self._active, self._tasks_a_day = 0, 0.0

    def see(self, agent: str, at_s: float) -> None:
        """Count one outcome."""
        self._times.append(at_s)
        self._agents.pop(agent, None)
        self._agents[agent] = at_s

    def alarmed(self, agent: str, alarm: DriftAlarmed) -> None:
        """Count one alarm."""
        self._raised[alarm.signal.kind].append(_Raised(alarm.at_s, agent, alarm.held))

    def review(self, now_s: float, work: WorkTotals) -> list[Incident]:
        """Return the incidents that begin at ``now_s``; threshold and incidents are as of then.

        ``work`` is the fleet's as of then, with every agent's latest share of it.
        """
        if now_s - self._counted_s >= _COUNTED_EVERY_S:
            self._count(now_s)
            self.threshold = drift_threshold(
                agents=self._active, tasks_a_day=self._tasks_a_day, policy=self._policy
            )
        if not any(self._raised.values()) and not is_outage(work.fleet, self._policy):
            return []
        begun = [self._reviewed(kind, now_s, work) for kind in DriftKind]
        return [incident for incident in begun if incident is not None]

    def _reviewed(self, kind: DriftKind, now_s: float, work: WorkTotals) -> Incident | None:
        since_s = now_s - self._policy.incident_window_h * 3600.0
        raised = self._raised[kind]
        alarming = list(dict.fromkeys(each.agent for each in raised[_after(raised, since_s) :]))
        is_open = kind.value in self.incidents
        is_quiet = len(alarming) < self._policy.incident_agents and not is_outage(
            work.fleet, self._policy
        )
        if not is_open and is_quiet:
            return None
        most = self._most(kind, since_s)
        if is_open:
            if incident_ends(kind, len(alarming), work.fleet, most=most, policy=self._policy):
                self.incidents = tuple(each for each in self.incidents if each != kind.value)
            return None
        found = incident_begins(
            kind,
            alarming,
            work.fleet,
            most=most,
            shares=lambda: work.shares,
            traits=lambda: self._traits,
            policy=self._policy,
        )
        if found is not None:
            opened = {*self.incidents, kind.value}
            self.incidents = tuple(each.value for each in DriftKind if each.value in opened)
        return found

    def _most(self, kind: DriftKind, since_s: float) -> int:
        expected = false_alarms_day(
            kind, agents=self._active, tasks_a_day=self._tasks_a_day, threshold=self.threshold
        )
        first_s = since_s - USUAL_DAYS * DAY_S
        raised = self._raised[kind]
        earlier = raised[_after(raised, first_s) : _after(raised, since_s)]
        usual = sum(not each.held for each in earlier)
        return alarms_most(alarms_usual(expected, usual, USUAL_DAYS), self._policy)

    def _count(self, now_s: float) -> None:
        since_s = now_s - _COUNTED_OVER_S
        first = bisect_right(self._times, since_s)
        while self._agents and (agent := next(iter(self._agents))) is not None:
            if self._agents[agent] > since_s:
                break
            del self._agents[agent]
        self._counted_s, self._active, self._tasks_a_day = now_s, len(self._agents), 0.0
        if self._active:
            days = max(1.0, (now_s - self._times[first]) / DAY_S)
            self._tasks_a_day = (len(self._times) - first) / self._active / days


def _after(raised: list[_Raised], since_s: float) -> int:
    """Return the place of the first alarm after ``since_s``; they come in the order of time."""
    return bisect_right(raised, since_s, key=lambda each: each.at_s)
