"""The fleet's alarm: detectors froze much of it within minutes, told once while it lasts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.fleet_alarm import (
    FREEZES,
    alarm_over_sentence,
    frozen_together,
    is_fleet_alarm,
    is_fleet_alarm_over,
)
from governance.domain.fleet_incident import Shared, traits_shared
from governance.domain.types import BreakerState
from governance.events import FleetIncidentEnded, FleetIncidentRaised
from governance.models import FleetIncident
from governance.selectors.clock import clock_now
from governance.selectors.drift import traits_of
from governance.selectors.fleets import fleet_lock
from governance.selectors.frozen import (
    agents_counting,
    frozen_ids,
    frozen_since,
    restricted_among,
)
from governance.selectors.policies import policy_in_force
from governance.services.events import events_publish
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.events import BreakerMoved, FleetEvent
    from governance.models import Agent

ACTOR = "detector"


def freeze_counted(event: BreakerMoved, now: datetime) -> Sequence[FleetEvent]:
    """Raise the fleet's alarm if this freeze by a detector completes it; its holder publishes.

    Counted under the fleet's lock, so that of many freezes at once exactly one raises it.
    """
    if not event.enforced or not event.after.startswith(BreakerState.OPEN.value):
        return ()
    fleet = fleet_lock(event.fleet_id)
    if FleetIncident.objects.filter(fleet=fleet, kind=FREEZES, ended_at=None).exists():
        return ()
    policy = policy_in_force(fleet=fleet)[1].breaker
    counting = agents_counting(fleet_id=fleet.pk, now=now)
    eligible = counting.count()
    frozen = frozen_since(counting, now - timedelta(minutes=policy.alarm_window_min))
    if not is_fleet_alarm(len(frozen), eligible, policy):
        return ()
    found = frozen_together(frozen, eligible, traits_of(fleet=fleet), policy)
    row = FleetIncident.objects.create(
        fleet=fleet,
        kind=FREEZES,
        sentence=found.sentence,
        shared=[each._asdict() for each in found.shared],
        agents=list(found.agents),
        raised_at=now,
    )
    raised = FleetIncidentRaised(
        fleet_id=fleet.pk,
        actor=ACTOR,
        incident_id=row.pk,
        sentence=row.sentence,
        shared=tuple(row.shared),
        agents=found.agents,
        enforced=event.enforced,
    )
    return (raised,)


def fleet_alarms_sweep() -> int:
    """End every alarm of a fleet that is over; return how many ended."""
    open_now = FleetIncident.objects.filter(kind=FREEZES, ended_at=None, fleet__archived_at=None)
    found = open_now.order_by("raised_at").values_list("fleet_id", flat=True)
    trouble = "the alarm of fleet %s cannot be looked at"
    return sum(
        moved_or_logged(partial(fleet_alarm_review, fleet_id=pk), trouble, pk) for pk in found
    )


def overflow_shared(*, agent: Agent, now: datetime) -> tuple[Shared, ...]:
    """Return what the agents share that detectors restrict, ``agent`` among them, for its overflow.

    While the fleet's alarm lasts, what it found is said again: over the cap every further trip
    would otherwise read the whole fleet once more, under its lock.
    """
    open_now = FleetIncident.objects.filter(fleet_id=agent.fleet_id, kind=FREEZES, ended_at=None)
    incident = open_now.first()
    if incident is not None:
        return tuple(Shared(**each) for each in incident.shared)
    counting = agents_counting(fleet_id=agent.fleet_id, now=now)
    ids = {*frozen_ids(counting), str(agent.pk)}
    return traits_shared(sorted(ids), traits_of(fleet=agent.fleet))


@transaction.atomic
def fleet_alarm_review(*, fleet_id: UUID) -> bool:
    """End the fleet's alarm if it is over, looked at again under the lock; return whether."""
    fleet = fleet_lock(fleet_id)
    incident = FleetIncident.objects.filter(fleet=fleet, kind=FREEZES, ended_at=None).first()
    if incident is None:
        return False
    now = clock_now()
    policy = policy_in_force(fleet=fleet)[1].breaker
    counted = restricted_among(agents_counting(fleet_id=fleet.pk, now=now))
    if not is_fleet_alarm_over(counted.frozen, counted.eligible, policy):
        return False
    incident.ended_at = now
    incident.save(update_fields=["ended_at"])
    ended = FleetIncidentEnded(
        fleet_id=fleet.pk,
        actor=ACTOR,
        incident_id=incident.pk,
        sentence=alarm_over_sentence(counted.frozen, counted.eligible, policy),
    )
    events_publish(ended, now=now)
    return True
