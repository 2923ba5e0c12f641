"""Archiving: a fleet that is over. Nothing of it is deleted, and nothing of it can act.

Its keys and people are shut out, and whatever moves by time passes over it: all stays as it was.
"""

from __future__ import annotations

from django.db import transaction

from governance.events import FleetArchived, SessionEnded
from governance.models import Fleet, Membership
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.services.events import events_publish


@transaction.atomic
def fleet_archive(*, fleet: Fleet, actor: str, reason: str) -> Fleet:
    """End a fleet: its keys no longer sign in, its pages close. Twice changes nothing.

    Its rows, memberships and events stay for whoever audits the database.
    """
    now = clock_now()
    locked = fleet_lock(fleet.pk)
    if locked.archived_at is None:
        locked.archived_at = now
        locked.save(update_fields=["archived_at"])
        members = Membership.objects.filter(fleet=fleet).order_by("user_id")
        events_publish(
            FleetArchived(fleet_id=fleet.pk, actor=actor, reason=reason),
            *(
                SessionEnded(fleet_id=fleet.pk, actor=actor, user_key=str(user_id))
                for user_id in members.values_list("user_id", flat=True)
            ),
            now=now,
        )
    return locked
