"""What a refresh finds out about drift in the whole fleet: its factor, its threshold, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from governance.domain.drift_state import DriftKind
from governance.domain.drift_threshold import drift_threshold, false_alarms_day
from governance.domain.fleet_factor import WorkOutcome, WorkTotals, work_fold
from governance.domain.fleet_incident import (
    USUAL_DAYS,
    alarms_most,
    alarms_usual,
)
from governance.domain.fleet_outage import incident_begins, incident_ends, is_outage
from governance.domain.types import Enforcement
from governance.events import FleetIncidentEnded, FleetIncidentRaised
from governance.models import FleetIncident, Outcome
from governance.selectors.drift import agents_alarming, alarms_count, incidents_open, traits_of
from governance.selectors.refreshes import work_of, works_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from governance.domain.fleet_factor import Work
    from governance.domain.policy.drift import DriftPolicy
    from governance.events import FleetEvent
    from governance.models import Fleet, Refresh, RefreshShare

ACTOR = "detector"
COUNTED_OVER = timedelta(days=7)
COUNTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Agents at work in the last days, and the tasks of one of them a day, as counted then."""

    agents: int
    tasks_a_day: float
    counted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the next refresh says about drift, and what is to be published with it."""

    work: Work
    shares: Mapping[str, Work]
    threshold: float
    activity: Activity
    incidents: tuple[str, ...]
    events: tuple[FleetEvent, ...]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the refresh."""
        return {
            "work": self.work.to_list(),
            "drift_threshold": self.threshold,
            "agents_active": self.activity.agents,
            "tasks_a_day": self.activity.tasks_a_day,
            "counted_at": self.activity.counted_at,
            "incidents": list(self.incidents),
        }


def fleet_watch_step(
    *,
    fleet: Fleet,
    previous: Refresh,
    shares: Mapping[str, RefreshShare],
    outcomes: Iterable[WorkOutcome],
    policy: DriftPolicy,
    now: datetime,
) -> Watched:
    """Return what the next refresh says about drift (a step of it; the caller publishes).

    Args:
        fleet: whose.
        previous: the refresh before.
        shares: the latest share of each agent in the outcomes.
        outcomes: those since, in the one order every re-fold uses.
        policy: drift.
        now: the transaction's time.
    """
    totals = work_fold(
        WorkTotals(
            work_of(previous.work), {agent: work_of(each.work) for agent, each in shares.items()}
        ),
        outcomes,
        policy,
    )
    activity = _activity(fleet, previous, now)
    threshold = drift_threshold(
        agents=activity.agents, tasks_a_day=activity.tasks_a_day, policy=policy
    )
    open_kinds = {incident.kind: incident for incident in incidents_open(fleet=fleet)}
    events: list[FleetEvent] = []
    kinds = []
    for kind in DriftKind:
        told = _reviewed(
            fleet, kind, open_kinds.get(kind.value), activity, threshold, totals, policy, now
        )
        events.extend(told)
        raised = any(isinstance(each, FleetIncidentRaised) for each in told)
        if raised or (kind.value in open_kinds and not told):
            kinds.append(kind.value)
    return Watched(
        work=totals.fleet,
        shares=totals.shares,
        threshold=threshold,
        activity=activity,
        incidents=tuple(kinds),
        events=tuple(events),
    )


def _activity(fleet: Fleet, previous: Refresh, now: datetime) -> Activity:
    """Return how much the fleet works, counted anew only now and then: it changes slowly."""
    last = previous.counted_at
    if last is not None and now - last < COUNTED_EVERY:
        return Activity(
            agents=previous.agents_active, tasks_a_day=previous.tasks_a_day, counted_at=last
        )
    counted = Outcome.objects.filter(
        fleet=fleet, finished_at__gt=now - COUNTED_OVER, finished_at__lte=now
    ).aggregate(agents=Count("agent", distinct=True), tasks=Count("pk"), first=Min("finished_at"))
    if not counted["agents"]:
        return Activity(agents=0, tasks_a_day=0.0, counted_at=now)
    # A fleet younger than the window is not taken for a lazy one; nor an hour for a day.
    days = max(1.0, (now - counted["first"]) / timedelta(days=1))
    tasks_a_day = counted["tasks"] / counted["agents"] / days
    return Activity(agents=counted["agents"], tasks_a_day=tasks_a_day, counted_at=now)


def _reviewed(  # noqa: PLR0917  one question, asked for each kind
    fleet: Fleet,
    kind: DriftKind,
    is_open: FleetIncident | None,
    activity: Activity,
    threshold: float,
    totals: WorkTotals,
    policy: DriftPolicy,
    now: datetime,
) -> list[FleetEvent]:
    """Return what changes about the fleet's incident of one kind: raised, ended or nothing."""
    since = now - timedelta(hours=policy.incident_window_h)
    alarming = agents_alarming(fleet=fleet, kind=kind.value, after=since, until=now)
    work = totals.fleet
    is_quiet = len(alarming) < policy.incident_agents and not is_outage(work, policy)
    if is_open is None and is_quiet:
        return []
    most = _most(fleet, kind, activity, threshold, policy, since)
    if is_open is not None:
        over = incident_ends(kind, len(alarming), work, most=most, policy=policy)
        return [_ended(is_open, len(alarming), most, now)] if over else []
    found = incident_begins(
        kind,
        alarming,
        work,
        most=most,
        shares=lambda: {**works_before(fleet=fleet), **totals.shares},
        traits=lambda: traits_of(fleet=fleet),
        policy=policy,
    )
    if found is None:
        return []
    row = FleetIncident.objects.create(
        fleet=fleet,
        kind=kind.value,
        sentence=found.sentence,
        shared=[each._asdict() for each in found.shared],
        agents=list(found.agents),
        raised_at=now,
    )
    return [
        FleetIncidentRaised(
            fleet_id=fleet.pk,
            actor=ACTOR,
            incident_id=row.pk,
            sentence=row.sentence,
            shared=tuple(row.shared),
            agents=found.agents,
            enforced=fleet.enforcement == Enforcement.ENFORCE,
        )
    ]


def _most(  # noqa: PLR0917  as `_reviewed`
    fleet: Fleet,
    kind: DriftKind,
    activity: Activity,
    threshold: float,
    policy: DriftPolicy,
    since: datetime,
) -> int:
    """Return how many agents may alarm within the window by themselves."""
    expected = false_alarms_day(
        kind, agents=activity.agents, tasks_a_day=activity.tasks_a_day, threshold=threshold
    )
    first = since - timedelta(days=USUAL_DAYS)
    raised = alarms_count(fleet=fleet, kind=kind.value, after=first, until=since)
    return alarms_most(alarms_usual(expected, raised, USUAL_DAYS), policy)


def _ended(incident: FleetIncident, alarming: int, most: int, now: datetime) -> FleetIncidentEnded:
    incident.ended_at = now
    incident.save(update_fields=["ended_at"])
    return FleetIncidentEnded(
        fleet_id=incident.fleet_id,
        actor=ACTOR,
        incident_id=incident.pk,
        sentence=(
            f"{alarming} agents have changed within the window, which chance allows"
            f" (up to {most}): alarms count for each agent again."
        ),
    )
