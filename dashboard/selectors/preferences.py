"""How a person wants the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.models import Preferences

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def preferences_of(*, user: User) -> Preferences:
    """Return how the person wants the console: as it comes, until something was switched."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)
