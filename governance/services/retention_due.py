"""Telling that records are past their time; nothing is removed for it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.retention import cut_of
from governance.events import RetentionDue
from governance.models import Event, Fleet, Interaction, Task
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.retention_runs import retention_live
from governance.services.events import events_publish
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from uuid import UUID

ACTOR = "retention"
# Whoever was told a week ago is told again, not each night.
AGAIN = timedelta(days=7)


def retentions_tell() -> int:
    """Tell each living fleet with records past their time that a removal is due; return how many.

    Not while a removal goes on, and once a week at most.
    """
    fleets = Fleet.objects.filter(archived_at=None).exclude(policy=None).order_by("pk")
    return sum(
        moved_or_logged(partial(_told, pk), "what fleet %s keeps too long cannot be told", pk)
        for pk in fleets.values_list("pk", flat=True)
    )


@transaction.atomic
def _told(fleet_id: UUID) -> bool:
    now = clock_now()
    fleet = Fleet.objects.get(pk=fleet_id)
    told = Event.objects.filter(
        fleet=fleet, name=RetentionDue.wire_name, created_at__gt=now - AGAIN
    )
    if told.exists() or retention_live(fleet=fleet) is not None:
        return False
    cut = cut_of(policy_in_force(fleet=fleet)[1].retention, now=now)
    rows: dict[str, int] = {}
    if cut.tasks:
        rows["tasks"] = Task.objects.filter(fleet=fleet, created_at__lt=cut.tasks).count()
    if cut.interactions:
        exchanges = Interaction.objects.filter(fleet=fleet, received_at__lt=cut.interactions)
        rows["interactions"] = exchanges.count()
    if cut.events:
        rows["events"] = Event.objects.filter(fleet=fleet, created_at__lt=cut.events).count()
    rows = {kind: count for kind, count in rows.items() if count}
    if not rows:
        return False
    events_publish(RetentionDue(fleet_id=fleet.pk, actor=ACTOR, rows=rows), now=now)
    return True
