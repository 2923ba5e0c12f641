"""Facts about a person, told to every living fleet of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.selectors.people import fleets_of
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.events import FleetEvent
    from governance.models import Fleet


def fleets_in_order(user: User) -> list[Fleet]:
    """Return the person's living fleets in the order in which they are locked."""
    return sorted((fleet for fleet, _ in fleets_of(user=user)), key=lambda fleet: fleet.pk)


def person_publish(user: User, *makes: Callable[[UUID], FleetEvent], now: datetime) -> None:
    """Publish what each of ``makes`` makes of a fleet's id, in every fleet of the person.

    Call it last in a transaction, as `events_publish`.
    """
    for fleet in fleets_in_order(user):
        events_publish(*(make(fleet.pk) for make in makes), now=now)
