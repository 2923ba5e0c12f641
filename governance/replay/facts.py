"""Refresh facts of a replay: computed each 30 s of event time as live, or as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import (
    ClassOutcome,
    Rate,
    RefreshTotals,
    RefreshView,
    Tally,
    fleet_rates,
    refresh_fold,
)
from governance.domain.drift_state import NO_FACTS as NO_DRIFT_FACTS
from governance.domain.drift_state import DriftFacts
from governance.domain.fleet_factor import (
    NO_WORK,
    Work,
    WorkOutcome,
    WorkTotals,
    fleet_factor,
    work_fold,
)
from governance.domain.fleet_incident import Incident, Traits
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.priors import FLEET_PRIOR, GroupShare, GroupTally, prior_of
from governance.domain.transitions import DriftAlarmed
from governance.domain.value_object import ValueObject
from governance.domain.values import value_medians_after
from governance.replay.watch import FleetWatch

REFRESH_S = 30.0
_DAY_S = 86_400.0
# The cap on one source asks whether there are one, two or more, whatever a promotion needs.
_SOURCES_COUNTED = 3


class Kinship(ValueObject, frozen=True):
    """Who is judged: the agent's name and its groups (`group_names`), widest first."""

    name: str
    groups: tuple[str, ...]


class Fleetwide(ValueObject, frozen=True):
    """What a refresh says of the whole fleet."""

    number: int
    classes: Mapping[str, Tally]
    rates: Mapping[str, Rate]
    groups: Mapping[str, GroupTally]
    medians: Mapping[str, float]
    sources_30d: int
    work: Work = NO_WORK
    threshold: float = NO_DRIFT_FACTS.threshold
    incidents: tuple[str, ...] = ()


class Part(ValueObject, frozen=True):
    """One agent's part of a refresh: by class, by group, and of the fleet's work."""

    classes: Mapping[str, Tally]
    groups: Mapping[str, GroupShare]
    work: Work


NO_FACTS = Fleetwide(0, {}, {}, {}, {}, 0)
NO_PART = Part({}, {}, NO_WORK)


class Facts(Protocol):
    """Where a replay finds what an outcome is judged by.

    ``due_s`` is when the next refresh comes into force, in epoch seconds, infinity if none is
    known to come.
    """

    due_s: float

    def view(self, kin: Kinship, class_key: str, judged_by: int) -> RefreshView:
        """Return what one outcome is judged by; ``judged_by`` is -1 where the file names none."""

    def take(self, kin: Kinship, fact: OutcomeFact, judgement: Judgement) -> None:
        """Count an outcome that was folded."""

    def alarmed(self, kin: Kinship, alarm: DriftAlarmed) -> None:
        """Count an alarm of drift that an outcome raised."""

    def refresh(self) -> list[Incident]:
        """Bring the refresh that is due into force; return the fleet's incidents it begins."""


def view_of(
    fleet: Fleetwide, kin: Kinship, class_key: str, part: Part, policy: EnginePolicy
) -> RefreshView:
    """Return what one outcome of class ``class_key`` is judged by.

    The agent's part of other classes is left out: nothing reads it, and it costs most of a view.
    """
    trust, own = policy.trust, part.classes.get(class_key)
    total = fleet.classes.get(class_key)
    factor = fleet_factor(fleet.work, part.work, policy.drift)
    return RefreshView(
        fleet.number,
        fleet.rates,
        {}
        if own is None or total is None
        else {class_key: own.rate_at(total.events, trust.class_decay)},
        fleet.sources_30d,
        fleet.medians,
        prior_of(kin.groups, fleet.groups, part.groups, trust) if kin.groups else FLEET_PRIOR,
        DriftFacts(fleet.threshold, factor, fleet.incidents),
    )


class ComputedFacts:
    """Facts as the live refresh computes them: one each 30 s that had outcomes."""

    def __init__(self, policy: EnginePolicy, traits: Mapping[str, Traits]) -> None:
        self.due_s = float("inf")
        self._policy = policy
        self._fleet = NO_FACTS
        self._shares: dict[str, Mapping[str, Tally]] = {}
        self._parts: dict[str, Mapping[str, GroupShare]] = {}
        self._totals = RefreshTotals(shares=self._shares, parts=self._parts)
        self._works: dict[str, Work] = {}
        self._pending: list[ClassOutcome] = []
        self._work: list[WorkOutcome] = []
        self._watch = FleetWatch(traits, policy.drift)
        # By the time of their last outcome, the newest last.
        self._sources: dict[str, float] = {}

    def view(
        self,
        kin: Kinship,
        class_key: str,
        judged_by: int,  # noqa: ARG002  what was recorded names refreshes of another fleet
    ) -> RefreshView:
        """Return what an outcome is judged by now."""
        name = kin.name
        classes = self._shares.get(name)
        if classes is None:
            return view_of(self._fleet, kin, class_key, NO_PART, self._policy)
        part = Part(classes, self._parts.get(name, NO_PART.groups), self._works[name])
        return view_of(self._fleet, kin, class_key, part, self._policy)

    def take(self, kin: Kinship, fact: OutcomeFact, judgement: Judgement) -> None:
        """Count an outcome towards the next refresh."""
        self._sources.pop(fact.source, None)
        self._sources[fact.source] = fact.at_s
        self._watch.see(kin.name, fact.at_s)
        failure = judgement.failure
        if failure is None:
            return
        if not self._pending:
            self.due_s = (fact.at_s // REFRESH_S + 1.0) * REFRESH_S
        self._pending.append(
            ClassOutcome(
                kin.name,
                judgement.class_key,
                failure,
                judgement.expected,
                judgement.weight,
                fact.value_usd,
                kin.groups,
            )
        )
        self._work.append(WorkOutcome(kin.name, failure, judgement.normal))

    def alarmed(self, kin: Kinship, alarm: DriftAlarmed) -> None:
        """Count an alarm of drift towards an incident of the fleet."""
        self._watch.alarmed(kin.name, alarm)

    def refresh(self) -> list[Incident]:
        """Fold what came since the last refresh into the next one."""
        trust = self._policy.trust
        touched = {outcome.class_key for outcome in self._pending}
        folded = refresh_fold(self._totals, self._pending, trust)
        self._shares.update(folded.shares)
        self._parts.update(folded.parts)
        work = work_fold(WorkTotals(self._fleet.work, self._works), self._work, self._policy.drift)
        self._works.update(work.shares)
        medians = value_medians_after(
            self._fleet.medians, self._totals.values, folded.values, trust
        )
        self._totals = RefreshTotals(
            classes=folded.classes,
            shares=self._shares,
            groups=folded.groups,
            parts=self._parts,
            values=folded.values,
        )
        begun = self._watch.review(self.due_s, WorkTotals(work.fleet, self._works))
        self._fleet = Fleetwide(
            self._fleet.number + 1,
            folded.classes,
            {
                **self._fleet.rates,
                **fleet_rates({key: folded.classes[key] for key in touched}),
            },
            folded.groups,
            medians,
            self._sources_since(self.due_s - trust.sources_window_days * _DAY_S),
            work.fleet,
            self._watch.threshold,
            self._watch.incidents,
        )
        self._pending, self._work = [], []
        self.due_s = float("inf")
        return begun

    def _sources_since(self, since_s: float) -> int:
        """Return how many sources were seen since then, counted only as far as anybody asks."""
        most, count = max(_SOURCES_COUNTED, self._policy.trust.sources_needed), 0
        for seen_s in reversed(self._sources.values()):
            if seen_s < since_s or count == most:
                break
            count += 1
        return count
