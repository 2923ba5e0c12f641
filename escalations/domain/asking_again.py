"""When people are asked again about a ring that stands, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.domain.lifecycle import Resolution, TicketState
from governance.domain.phrases import count_words


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAsked:
    """How the last ticket about a ring ended, at ``at``; None while it waits for people."""

    number: int
    state: TicketState
    resolution: Resolution | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Checks that people wanted of jobs inside a ring: how many are judged, how many missing."""

    judged: int
    missing: int


def why_again(
    last: LastAsked | None, checks: Checks, *, verify_days: int, now: datetime
) -> str | None:
    """Return why a ring that stands is to be asked about now, as a sentence; None if it is not.

    Args:
        last: the last ticket about it, None where there is none.
        checks: of its members, wanted by that ticket.
        verify_days: how long is waited for them.
        now: with zone.
    """
    if last is None:
        return "No ticket asked about it."
    if last.at is None:
        return None
    if last.state is not TicketState.RESOLVED:
        ended = "expired unanswered" if last.state is TicketState.EXPIRED else "was withdrawn"
        return f"Asked again: ticket #{last.number} {ended}."
    if last.resolution is not Resolution.VERIFYING:
        return None
    return _checked(last.number, checks, days=verify_days, waited=now - last.at)


def _checked(number: int, checks: Checks, *, days: int, waited: timedelta) -> str | None:
    judged = f"{count_words(checks.judged, 'check')} judged since ticket #{number} wanted them"
    if not checks.missing:
        return f"Asked again: {judged}, and none is missing."
    if waited >= timedelta(days=days):
        after = f"Asked again after {count_words(days, 'day')}"
        return f"{after}: {judged}, {checks.missing} still missing."
    return None
