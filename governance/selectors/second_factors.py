"""Who signs in with a second factor."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Collection


def second_factors(*, user_ids: Collection[int]) -> frozenset[int] | None:
    """Return which of these people have a one-time password app; None where nobody can have one."""
    if not apps.is_installed("allauth.mfa"):
        return None
    # Imported late: an installation without the app has no such table.
    authenticators = import_module("allauth.mfa.models").Authenticator.objects
    return frozenset(
        authenticators.filter(user_id__in=user_ids, type="totp").values_list("user_id", flat=True)
    )
