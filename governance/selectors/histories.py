"""An agent's stored history as the rules take it: its facts in their order, and where to start."""

from __future__ import annotations

from bisect import bisect_right
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from governance.domain.agent_state import AgentState, agent_state_new, state_from_plain
from governance.domain.beginnings import Inheritance, agent_state_begun
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.history import Acknowledged, Act, Corrected, Judged, Reweighed, Trip
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.priors import Prior
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BlastLevel, BreakerMode, Result, TaskType
from governance.models import (
    Agent,
    Beginning,
    BreakerTransition,
    Correction,
    DriftAlarm,
    FormerKin,
    HistoryCut,
    Outcome,
    PolicyVersion,
    Refresh,
    RefreshShare,
    Reweighing,
    StateSnapshot,
)
from governance.selectors.policies import policy_of
from governance.selectors.refreshes import refresh_view_under

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.history import Change, Fact
    from governance.domain.policy import Policy

READ_AT_ONCE = 2_000
_TRIPS = {BreakerMove.TRIPPED.value: False, BreakerMove.OVERFLOW.value: True}


class HistoryStart(NamedTuple):
    """The state after fact ``fact`` in the agent's order, 0 for its beginning."""

    fact: int
    state: AgentState


def history_begun(agent: Agent) -> HistoryStart:
    """Return where an agent's whole history starts: where the last removal of old records left it.

    One that was registered before beginnings were kept starts from its first snapshot.
    """
    cut = HistoryCut.objects.filter(agent=agent).first()
    if cut is not None:
        return HistoryStart(cut.fact, state_from_plain(cut.state))
    begun = Beginning.objects.filter(agent=agent).first()
    if begun is not None:
        inherited = Inheritance.from_plain(begun.inherited) if begun.inherited else None
        return HistoryStart(0, agent_state_begun(Prior.from_plain(begun.prior), inherited))
    first = StateSnapshot.objects.filter(agent=agent).order_by("fact").first()
    if first is None:
        return HistoryStart(0, agent_state_new())
    return HistoryStart(first.fact, state_from_plain(first.state))


def history_resumed(
    agent: Agent, *, before: int, corrections: Sequence[Change], confirmed: bool = False
) -> HistoryStart:
    """Return the latest start before fact ``before``, a snapshot where there is one.

    Whatever is corrected after a start lies after it too, so that it can be folded anew.

    Args:
        agent: whose history.
        before: a fact in its order.
        corrections: all that the history holds.
        confirmed: count only snapshots that a re-fold has arrived at.
    """
    cut = HistoryCut.objects.filter(agent=agent).values("fact")
    begun = Coalesce(Subquery(cut[:1]), 0)
    snapshots = StateSnapshot.objects.filter(agent=agent, fact__lt=before, fact__gt=begun)
    if confirmed:
        snapshots = snapshots.exclude(confirmed_at=None)
    for fact in snapshots.order_by("-fact").values_list("fact", flat=True):
        if all(each.outcome > fact for each in corrections if each.number > fact):
            found = StateSnapshot.objects.get(agent=agent, fact=fact)
            return HistoryStart(fact, state_from_plain(found.state))
    return history_begun(agent)


def kept_since(agent: Agent, outcomes: frozenset[int]) -> frozenset[int]:
    """Return those of an agent's outcomes, by their facts, that its stored history still holds."""
    cut = HistoryCut.objects.filter(agent=agent).values_list("fact", flat=True).first() or 0
    return frozenset(fact for fact in outcomes if fact > cut)


def corrections_of(agent: Agent) -> list[Change]:
    """Return every change of what the agent's outcomes count as, in the agent's order."""
    rows = Correction.objects.filter(agent=agent)
    found: list[Change] = [
        Corrected(fact, outcome, Result(after))
        for fact, outcome, after in rows.values_list("fact", "outcome__fact", "after")
    ]
    weighed = Reweighing.objects.filter(agent=agent)
    found += [
        Reweighed(fact, frozenset(outcomes), inside)
        for fact, outcomes, inside in weighed.values_list("fact", "outcomes", "vouched_inside")
    ]
    return sorted(found, key=lambda each: each.number)


def trips_of(agent: Agent, *, after: int) -> list[Trip]:
    """Return how the alarms after fact ``after`` were settled, in the agent's order."""
    rows = BreakerTransition.objects.filter(agent=agent, fact__gt=after, move__in=_TRIPS)
    found = rows.order_by("fact", "id").values_list("fact", "move")
    return [Trip(fact, _TRIPS[move]) for fact, move in found]


def history_facts(agent: Agent, *, after: int, until: int) -> Iterator[Fact]:
    """Yield the agent's facts in (after, until] in their order, read in bounded pieces."""
    yield from merge(
        _Outcomes(agent).between(after, until),
        _others(agent, after, until),
        key=lambda fact: fact.number,
    )


class _Outcomes:
    """Reads an agent's outcomes with what they were judged by."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._policies = _Policies(agent.fleet_id)
        former = FormerKin.objects.filter(agent=agent).order_by("fact", "id")
        # Who the agent was up to a fact; whoever comes last is who it is now.
        self._kin = [
            (kin.fact, Agent(pk=agent.pk, owner_id=kin.owner, template=kin.template))
            for kin in former
        ]

    def between(self, after: int, until: int) -> Iterator[Judged]:
        rows = Outcome.objects.filter(agent=self._agent).order_by("fact")
        while True:
            piece = list(rows.filter(fact__gt=after, fact__lte=until)[:READ_AT_ONCE])
            if not piece:
                return
            yield from self._judged(piece)
            after = piece[-1].fact

    def _judged(self, piece: Sequence[Outcome]) -> Iterator[Judged]:
        numbers = {row.refresh_number for row in piece}
        refreshes = {
            refresh.number: refresh
            for refresh in Refresh.objects.filter(
                fleet_id=self._agent.fleet_id, number__in=numbers
            ).defer("value_counts")
        }
        shares = self._shares(min(numbers), max(numbers))
        stored_at = [share.number for share in shares]
        judged_by: tuple[object, ...] = ()
        for row in piece:
            version = self._policies.version(row.policy_number, row.received_at)
            agent = self._agent_at(row.fact)
            if judged_by != (row.refresh_number, version.number, id(agent)):
                judged_by = (row.refresh_number, version.number, id(agent))
                place = bisect_right(stored_at, row.refresh_number)
                policy = policy_of(version)
                engine = _engine_policy(policy)
                view = refresh_view_under(
                    agent=agent,
                    refresh=refreshes[row.refresh_number],
                    share=shares[place - 1] if place else None,
                    policy=policy,
                )
            yield Judged(row.fact, fact_of(row), view, engine)

    def _shares(self, low: int, high: int) -> list[RefreshShare]:
        """Return the agent's shares stored with the refreshes low..high, and the one before."""
        own = RefreshShare.objects.filter(agent=self._agent).order_by("number")
        before = own.filter(number__lte=low).last()
        within = own.filter(number__gt=low, number__lte=high)
        return [*([] if before is None else [before]), *within]

    def _agent_at(self, fact: int) -> Agent:
        for until, former in self._kin:
            if fact <= until:
                return former
        return self._agent


class _Policies:
    """The versions of a fleet's policy by number, and by time for what names none."""

    def __init__(self, fleet_id: UUID) -> None:
        self._versions = list(PolicyVersion.objects.filter(fleet_id=fleet_id).order_by("number"))
        self._numbers = {version.number: version for version in self._versions}

    def version(self, number: int, at: datetime) -> PolicyVersion:
        if number in self._numbers:
            return self._numbers[number]
        known = [each for each in self._versions if each.created_at <= at]
        return known[-1] if known else self._versions[0]


def fact_of(row: Outcome) -> OutcomeFact:
    """Return a stored outcome as it was folded."""
    finished_s = row.finished_at.timestamp()
    return OutcomeFact(
        at_s=finished_s,
        # Recorded history is folded as received when it finished (`services.reports`).
        received_s=finished_s if row.task_id is None else row.received_at.timestamp(),
        result=Result(row.result),
        task_type=TaskType(row.task_type),
        level=BlastLevel(row.level),
        source=row.source,
        self_report=row.self_report,
        verified=bool(row.verified_by) or row.verified_quality is not None,
        cost_usd=None if row.cost_usd is None else float(row.cost_usd),
        budget_usd=None if row.budget_usd is None else float(row.budget_usd),
        duration_s=row.duration_s,
        value_usd=None if row.value_usd is None else float(row.value_usd),
        late=row.late,
        probe=str(row.task_id) if row.is_probe else None,
        declared_honestly=row.declared_honestly,
        vouched_inside=row.vouched_inside,
    )


def _others(agent: Agent, after: int, until: int) -> list[Fact]:
    """Return every fact in (after, until] that is no outcome, in order."""
    found: list[Fact] = [*_acts(agent, after, until), *_acknowledged(agent, after, until)]
    found += [each for each in corrections_of(agent) if after < each.number <= until]
    return sorted(found, key=lambda fact: fact.number)


def _acts(agent: Agent, after: int, until: int) -> Iterator[Act]:
    """Yield the moves that have a fact of their own: those of outcomes share the outcome's."""
    rows = BreakerTransition.objects.filter(agent=agent, fact__gt=after, fact__lte=until)
    of_outcomes = set(
        Outcome.objects.filter(agent=agent, fact__in=rows.values("fact")).values_list(
            "fact", flat=True
        )
    )
    for row in rows.select_related("policy").order_by("fact", "id"):
        if row.fact not in of_outcomes:
            yield Act(
                row.fact,
                BreakerMove(row.move),
                BreakerReason(row.arguments["reason"]),
                row.reason,
                float(row.arguments["at_s"]),
                BreakerMode(row.arguments["mode"]) if "mode" in row.arguments else None,
                _engine_policy(policy_of(row.policy)),
            )


def _acknowledged(agent: Agent, after: int, until: int) -> list[Acknowledged]:
    rows = DriftAlarm.objects.filter(
        agent=agent, acknowledged_fact__gt=after, acknowledged_fact__lte=until
    )
    # Several alarms are acknowledged at once.
    found = rows.values_list("acknowledged_fact", "rebaselined").distinct()
    return [Acknowledged(fact or 0, rebaseline) for fact, rebaseline in found]


def _engine_policy(policy: Policy) -> EnginePolicy:
    return EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)
