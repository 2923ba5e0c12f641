"""The auditor: finds what should have advanced and did not, mends it, and says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Min

from governance.domain.types import BreakerState, Hold
from governance.events import AuditorMended
from governance.models import Event, Standing
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from governance.services.probation import breaker_sweep
from governance.services.relay import events_relay

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LATE = timedelta(seconds=30)


def governance_audit() -> int:
    """Mend freezes that should have ended and events nobody pushed; return how many findings."""
    now = clock_now()
    return _freezes(now) + _events(now)


def _freezes(now: datetime) -> int:
    overdue = Standing.objects.select_related("agent").filter(
        breaker_state=BreakerState.OPEN.value,
        hold=Hold.NONE.value,
        awaits_release=False,
        frozen_until__lt=now - LATE,
        agent__fleet__archived_at=None,
    )
    mended = 0
    for standing in list(overdue.order_by("agent_id")[:200]):
        late_s = (now - standing.frozen_until).total_seconds() if standing.frozen_until else 0.0
        if breaker_sweep(agent_id=standing.agent_id):
            mended += 1
            name = standing.agent.external_id
            report(
                fleet_id=standing.agent.fleet_id,
                sentence=f"The freeze of {name} ended {late_s:.0f} s late.",
            )
    return mended


def _events(now: datetime) -> int:
    waiting = Event.objects.filter(pushed_at=None, created_at__lt=now - LATE)
    fleets = waiting.values("fleet_id", "fleet__archived_at").annotate(oldest=Min("created_at"))
    if not fleets or not events_relay():
        return 0
    # The last events of an archived fleet are pushed as well, and nothing is added to them.
    living = [found for found in fleets if found["fleet__archived_at"] is None]
    for found in living:
        late_s = (now - found["oldest"]).total_seconds()
        report(
            fleet_id=found["fleet_id"], sentence=f"Events were pushed up to {late_s:.0f} s late."
        )
    return len(living)


@transaction.atomic
def report(*, fleet_id: UUID, sentence: str) -> None:
    """Publish what the auditor mended."""
    mended = AuditorMended(fleet_id=fleet_id, actor="auditor", sentence=sentence)
    events_publish(mended, now=clock_now())
