"""The auditor: finds what should have advanced and did not, mends it, and says so."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Min

from governance.domain.types import BreakerState, Hold
from governance.events import AuditorMended
from governance.models import Event, Fleet, Standing
from governance.selectors.clock import clock_now
from governance.selectors.ledger import booked_until
from governance.selectors.rollups import waiting_since
from governance.services.courier_audit import courier_audit
from governance.services.events import events_publish
from governance.services.ledger import ledger_book
from governance.services.probation import breaker_sweep
from governance.services.relay import events_relay
from governance.services.rollups import fleet_roll_up
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

logger = logging.getLogger(__name__)

LATE = timedelta(seconds=30)
# Four times what a ledger, or a roll-up, takes where its worker is well.
LEDGER_LATE = timedelta(seconds=120)


def governance_audit() -> int:
    """Mend freezes that should have ended, events nobody pushed, ledgers and roll-ups that lag; say
    where the courier does not send.

    Return how many findings.
    """
    now = clock_now()
    return (
        _freezes(now)
        + _events(now)
        + _each_fleet(partial(_ledger, now=now), "ledger of fleet %s cannot be booked")
        + _each_fleet(partial(_roll_up, now=now), "fleet %s cannot be rolled up")
        + courier_audit(now)
    )


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


def _each_fleet(mend: Callable[[UUID], bool], trouble: str) -> int:
    fleets = Fleet.objects.filter(archived_at=None).exclude(policy=None).order_by("pk")
    return sum(
        moved_or_logged(partial(mend, pk), trouble, pk)
        for pk in fleets.values_list("pk", flat=True)
    )


def _ledger(fleet_id: UUID, now: datetime) -> bool:
    late_s = (now - booked_until(fleet_id=fleet_id, now=now)).total_seconds()
    if late_s <= LEDGER_LATE.total_seconds():
        return False
    if not ledger_book(fleet_id=fleet_id):
        # Somebody else books it, or a transaction runs so long that what came since must wait.
        logger.warning("ledger of fleet %s is %.0f s late", fleet_id, late_s)
        return False
    report(
        fleet_id=fleet_id,
        sentence=(
            f"What agents earned and spent was booked up to {late_s:.0f} s after it was reported."
        ),
    )
    return True


def _roll_up(fleet_id: UUID, now: datetime) -> bool:
    since = waiting_since(fleet_id=fleet_id)
    late_s = 0.0 if since is None else (now - since).total_seconds()
    if late_s <= LEDGER_LATE.total_seconds():
        return False
    fleet_roll_up(fleet_id=fleet_id)
    if waiting_since(fleet_id=fleet_id) == since:
        # As for a ledger.
        logger.warning("the roll-up of fleet %s is %.0f s late", fleet_id, late_s)
        return False
    report(
        fleet_id=fleet_id,
        sentence=f"What charts show was rolled up to {late_s:.0f} s after it was reported.",
    )
    return True


@transaction.atomic
def report(*, fleet_id: UUID, sentence: str) -> None:
    """Publish what the auditor mended."""
    mended = AuditorMended(fleet_id=fleet_id, actor="auditor", sentence=sentence)
    events_publish(mended, now=clock_now())
