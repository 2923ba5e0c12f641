"""One worker at a time: a lease in a row's ``worked_until``, which ends by itself with its holder.

No lock is held while somebody waits for the other side, and a worker that dies leaves nothing to
be cleared away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.db.models import QuerySet


def lease_free(now: datetime, *, prefix: str = "") -> Q:
    """Return whether nobody works on a row, as a condition; ``prefix`` leads to it."""
    name = f"{prefix}worked_until"
    return Q(**{name: None}) | Q(**{f"{name}__lte": now})


def lease_take(rows: QuerySet[Any], *, now: datetime, leased_for: timedelta) -> datetime | None:
    """Return until when the caller alone works on the one row; None if somebody else does."""
    until = now + leased_for
    return until if rows.filter(lease_free(now)).update(worked_until=until) else None


def lease_end(rows: QuerySet[Any], lease: datetime) -> None:
    """Give the row back; another's lease, taken since this one ran out, stays."""
    rows.filter(worked_until=lease).update(worked_until=None)
