"""Archiving: a fleet that is over. Nothing of it is deleted, and nothing of it can act."""

from __future__ import annotations

from django.db import transaction

from governance.events import FleetArchived
from governance.models import Fleet
from governance.selectors.clock import clock_now
from governance.services.events import events_publish


@transaction.atomic
def fleet_archive(*, fleet: Fleet, actor: str, reason: str) -> Fleet:
    """End a fleet: its keys no longer sign in and its pages are gone. Twice changes nothing.

    Its rows, memberships and events stay for whoever audits the database.
    """
    now = clock_now()
    locked = Fleet.objects.select_for_update(no_key=True).get(pk=fleet.pk)
    if locked.archived_at is None:
        locked.archived_at = now
        locked.save(update_fields=["archived_at"])
        events_publish(FleetArchived(fleet_id=fleet.pk, actor=actor, reason=reason), now=now)
    return locked
