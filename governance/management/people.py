"""What the commands about people share: one of them by user name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def person_of(username: str) -> User:
    """Return a person, whether or not their account is open.

    Raises:
        CommandError: if there is none.
    """
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no person {username}.")
    return user
