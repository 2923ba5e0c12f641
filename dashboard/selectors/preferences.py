"""How a person wants the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.models import Preferences

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def keys_are_on(*, user: User) -> bool:
    """Return whether single keys are shortcuts for the person: until switched off, they are."""
    found = Preferences.objects.filter(user=user).values_list("keys_on", flat=True).first()
    return True if found is None else found
