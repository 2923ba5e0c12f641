"""One worker at a time: a lease in a row's ``worked_until``, which ends by itself with its holder.

No lock is held while somebody waits for the other side, and a worker that dies leaves nothing to
be cleared away. The lease is renewed at each step, so what a killed worker worked on waits for no
longer than one step may take. A lease that is given back says until when somebody worked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from django.db.models import QuerySet


def lease_free(now: datetime, *, prefix: str = "") -> Q:
    """Return whether nobody works on a row, as a condition; ``prefix`` leads to it."""
    name = f"{prefix}worked_until"
    return Q(**{name: None}) | Q(**{f"{name}__lte": now})


def leased_work(
    rows: QuerySet[Any], work: Callable[[], int | None], *, step: timedelta, run_for: timedelta
) -> int:
    """Work on the one row, step by step, unless somebody else does; return how much was done.

    Args:
        rows: the row.
        work: makes one step and returns how much it did; None where nothing is left to do.
        step: how long one step may take; nobody else begins within it.
        run_for: after how long no further step is begun: others wait as well.
    """
    began = now = clock_now()
    done = 0
    lease = _take(rows.filter(lease_free(now)), now + step)
    try:
        while lease is not None and now - began < run_for and (more := work()) is not None:
            done, now = done + more, clock_now()
            # Another's lease, taken since this one ran out, stays.
            lease = _take(rows.filter(worked_until=lease), now + step)
    finally:
        if lease is not None:
            rows.filter(worked_until=lease).update(worked_until=clock_now())
    return done


def _take(free: QuerySet[Any], until: datetime) -> datetime | None:
    return until if free.update(worked_until=until) else None
