"""Find messages that nobody sends, and say so: nothing that the courier runs could tell of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.phrases import count_words
from governance.events import CourierLate
from governance.models import Event
from governance.selectors.courier import fleets_unsent
from governance.selectors.fleets import fleet_lock
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from governance.selectors.courier import LateFleet

logger = logging.getLogger(__name__)

ACTOR = "auditor"


def courier_audit(now: datetime) -> int:
    """Tell every fleet whose messages are overdue, once for each time; return how many are told."""
    return sum(_tell(late, now) for late in fleets_unsent(now=now))


@transaction.atomic
def _tell(late: LateFleet, now: datetime) -> bool:
    late_s = round((now - late.since).total_seconds())
    logger.error(
        "%d messages of fleet %s wait for the courier for %d s", late.waiting, late.fleet_id, late_s
    )
    # Locked, so that of two auditors one finds what the other told.
    fleet_lock(late.fleet_id)
    told = Event.objects.filter(
        fleet_id=late.fleet_id, name=CourierLate.wire_name, created_at__gte=late.since
    )
    if told.exists():
        return False
    words = count_words(late.waiting, "message")
    event = CourierLate(
        fleet_id=late.fleet_id,
        actor=ACTOR,
        waiting=late.waiting,
        late_s=late_s,
        sentence=f"{words} to webhooks overdue by {late_s} s: the courier does not send.",
    )
    events_publish(event, now=now)
    return True
