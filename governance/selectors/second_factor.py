"""Whether a person signs in with a code, too, and how many recovery codes they have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A person's app: since when, last used when (None: never), and recovery codes left."""

    since: datetime
    used_at: datetime | None
    codes_left: int


def second_factor_of(user: User) -> SecondFactor | None:
    """Return a person's second factor; None for somebody who signs in without."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=user)}
    app = rows.get(Authenticator.Type.TOTP)
    if app is None:
        return None
    codes = rows.get(Authenticator.Type.RECOVERY_CODES)
    left = len(RecoveryCodes(codes).get_unused_codes()) if codes else 0
    return SecondFactor(since=app.created_at, used_at=app.last_used_at, codes_left=left)


def has_second_factor(user: User) -> bool:
    """Return whether a person signs in with a code, too."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())
