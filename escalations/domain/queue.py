"""The order of what waits, what it can be narrowed to, and where a page of it ends.

Urgency moves with time, and faster for a higher risk: two tickets may change places while a person
reads. A page therefore ends at a position in the order of one moment, the first page's, and the
pages after it are cut from that same order: none overlaps another, none leaves a ticket out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import isfinite
from uuid import UUID

from escalations.domain.lifecycle import TicketKind
from governance.domain.types import BlastLevel

# How much sooner a level comes up: a CRITICAL ticket with 8 min left ranks beside a LOW one with
# 1 min. Own choice; doubling per level keeps any two levels apart by the same factor, and dividing
# by a power of two loses nothing, so that a position is found again exactly.
RISK_WEIGHT: Mapping[BlastLevel, float] = {
    BlastLevel.LOW: 1.0,
    BlastLevel.MEDIUM: 2.0,
    BlastLevel.HIGH: 4.0,
    BlastLevel.CRITICAL: 8.0,
}
EXPIRES_SOON = timedelta(minutes=15)
_TIME = "%Y%m%dT%H%M%S.%fZ"
_DIGEST = re.compile(r"[a-z0-9]+:[0-9a-f]{64}")


class QueueView(StrEnum):
    """Which of the tickets that a person can decide a queue shows."""

    ALL = "all"
    MINE = "mine"
    EXPIRING = "expiring"
    UNASSIGNED = "unassigned"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class Alike:
    """What identical requests share: the kind of their tickets and the digest of the action.

    What the agent says beside the action, such as a title, may differ.
    """

    kind: TicketKind
    action_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What a queue is narrowed to; everything given must hold.

    ``words`` is what a person searches for: every word must be found, in number, agent,
    operation, title or task. ``alike`` lists each of some identical requests in its own row.
    """

    view: QueueView = QueueView.ALL
    kind: TicketKind | None = None
    level: BlastLevel | None = None
    words: str = ""
    alike: Alike | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page ends: its last ticket's place in the order of the moment ``as_of``."""

    as_of: datetime
    urgency: float
    opened_at: datetime
    ticket_id: UUID


def urgency(left: timedelta, level: BlastLevel) -> float:
    """Return the seconds left over the weight of the risk: smaller is more urgent."""
    return left.total_seconds() / RISK_WEIGHT[level]


def position_text(position: Position) -> str:
    """Return a position for an address."""
    times = (each.astimezone(UTC).strftime(_TIME) for each in (position.as_of, position.opened_at))
    as_of, opened_at = times
    return f"{as_of}_{position.urgency!r}_{opened_at}_{position.ticket_id}"


def position_read(text: str) -> Position:
    """Return the position an address names.

    Raises:
        ValueError: for a mangled one.
    """
    try:
        as_of, number, opened_at, ticket_id = text.split("_")
        return Position(
            as_of=datetime.strptime(as_of, _TIME).replace(tzinfo=UTC),
            urgency=_finite(number),
            opened_at=datetime.strptime(opened_at, _TIME).replace(tzinfo=UTC),
            ticket_id=UUID(ticket_id),
        )
    except ValueError as error:
        msg = f"no position: {text}"
        raise ValueError(msg) from error


def alike_text(alike: Alike) -> str:
    """Return for an address which requests are identical."""
    return f"{alike.kind.value}.{alike.action_digest}"


def alike_read(text: str) -> Alike:
    """Return which identical requests an address names.

    Raises:
        ValueError: for a mangled one.
    """
    kind, _, digest = text.partition(".")
    if kind not in set(TicketKind) or not _DIGEST.fullmatch(digest):
        msg = f"no kind with a digest: {text}"
        raise ValueError(msg)
    return Alike(TicketKind(kind), digest)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        msg = f"urgency must be a finite number, got {text}"
        raise ValueError(msg)
    return number
