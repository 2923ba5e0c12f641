"""An emergency: two admins together in place of the usual quorum, and a review afterwards.

It takes the place of how many and who must approve, and of the time to undo; of nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from governance.domain.policy.timing import TicketTiming

ADMINS_NEEDED = 2
# Long enough that a person must say what happens if nobody acts.
SHORTEST_REASON = 30
REVIEW_WITHIN = timedelta(hours=24)


def call_lapses_at(called_at: datetime, *, timing: TicketTiming) -> datetime:
    """Return the moment from which a call that no other admin agreed to counts no longer."""
    return called_at + timedelta(minutes=timing.emergency_min)


def call_counts(called_at: datetime, *, now: datetime, timing: TicketTiming) -> bool:
    """Return whether a call still waits for another admin; its last moment is too late."""
    return now < call_lapses_at(called_at, timing=timing)


def is_seconded(callers: Collection[str]) -> bool:
    """Return whether enough different people stand behind the calls that count."""
    return len(set(callers)) >= ADMINS_NEEDED


def reason_length(text: str) -> int:
    """Return how many characters of a reason say something: runs of white space count once."""
    return len(" ".join(text.split()))
