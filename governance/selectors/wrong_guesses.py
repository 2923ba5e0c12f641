"""How many wrong passwords and codes are counted against people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


def wrong_guesses(*, usernames: Collection[str], now: datetime) -> dict[str, int]:
    """Return for each of these people how many wrong guesses still count, where there are any."""
    rows = AccessAttempt.objects.filter(
        username__in=usernames, attempt_time__gt=now - settings.SIGN_IN_PAUSE
    )
    return dict(
        rows.values("username")
        .annotate(wrong=Sum("failures_since_start"))
        .values_list("username", "wrong")
    )
