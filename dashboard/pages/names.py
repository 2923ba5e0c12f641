"""How people are named on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from governance.selectors.people import person_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def display_name(user: User) -> str:
    """Return the person's full name, or the user name where there is none."""
    return person_name(user)


def name_of(username: str) -> str:
    """Return how the person of a record is named on screen; records keep user names."""
    user = get_user_model().objects.filter(username=username).first()
    return username if user is None else display_name(user)


def initials(name: str) -> str:
    """Return up to two letters for a badge: `RO` for Rita Okafor, `RI` for rita."""
    words = name.split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else name[:2]
    return letters.upper()
