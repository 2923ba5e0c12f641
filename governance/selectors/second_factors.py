"""Who of many people signs in with a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

if TYPE_CHECKING:
    from collections.abc import Collection


def second_factors(*, user_ids: Collection[int]) -> frozenset[int]:
    """Return which of these people are asked for a code, too, when they sign in."""
    rows = Authenticator.objects.filter(user_id__in=user_ids, type=Authenticator.Type.TOTP)
    return frozenset(rows.values_list("user_id", flat=True))
