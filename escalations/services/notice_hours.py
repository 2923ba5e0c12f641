"""A person's time zone and quiet hours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F

from escalations.domain.notifying import NoticeState
from escalations.models import Notice, NoticeChannel, NoticeHours
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from datetime import time

    from django.contrib.auth.models import User


@transaction.atomic
def hours_set(
    *, user: User, zone: str, quiet_from: time | None, quiet_until: time | None
) -> NoticeHours:
    """Return the person's hours as they are now; what waits for the former ones is looked at again.

    Args:
        user: whose they are.
        zone: a name of the time zone database, such as ``Europe/Berlin``.
        quiet_from: time of day in the zone from which the person is told nothing; None: no quiet
            hours.
        quiet_until: when they end; before ``quiet_from`` they cross midnight.

    Raises:
        InvalidFieldError: for a zone that there is none of, one time without the other, or two
            that are the same.
    """
    _check(zone, quiet_from, quiet_until)
    hours, _ = NoticeHours.objects.update_or_create(
        user=user, defaults={"zone": zone, "quiet_from": quiet_from, "quiet_until": quiet_until}
    )
    # Channels before their messages, as everywhere.
    list(NoticeChannel.objects.select_for_update(no_key=True).filter(user=user).order_by("id"))
    # What was attempted since has a moment of its own, which is no quiet hours'.
    held = Notice.objects.filter(
        channel__user=user, state=NoticeState.WAITING.value, next_at=F("held_until")
    )
    held.update(next_at=F("due_at"), held_until=None)
    return hours


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all time zones, sorted; those without a place are left out, but UTC."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def _check(zone: str, quiet_from: time | None, quiet_until: time | None) -> None:
    if zone not in zones():
        raise InvalidFieldError(
            f"There is no time zone {zone[:64]}.",
            field="zone",
            value=zone,
            allowed="a name of the time zone database, such as Europe/Berlin or UTC",
        )
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise InvalidFieldError(
            f"Quiet hours have a beginning and an end; {missing} is missing.",
            field=missing,
            value=None,
            allowed="HH:MM, or null in both",
        )
    if quiet_from is not None and quiet_from == quiet_until:
        raise InvalidFieldError(
            f"Quiet hours from {quiet_from:%H:%M} to the same time would never end or never begin.",
            field="quiet_until",
            value=f"{quiet_until:%H:%M}",
            allowed=f"any time but {quiet_from:%H:%M}",
        )
