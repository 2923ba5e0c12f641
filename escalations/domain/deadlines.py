"""Deadlines of tickets, claims and grants, from the policy copied onto the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.domain.lifecycle import TicketKind
from governance.domain.policy.timing import TicketTiming
from governance.domain.types import BlastLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWindow:
    """When a grant may be used: ``usable_from <= now < expires_at``."""

    usable_from: datetime
    expires_at: datetime


def decide_by(
    opened_at: datetime, *, kind: TicketKind, level: BlastLevel, timing: TicketTiming
) -> datetime:
    """Return the moment from which the ticket counts as expired."""
    minutes = {
        TicketKind.TASK: _by_level(timing, level)[0],
        TicketKind.RELEASE: timing.decide_release_min,
        TicketKind.INCIDENT: timing.decide_incident_min,
        TicketKind.DRIFT: timing.decide_drift_min,
        TicketKind.AUDIT: timing.decide_audit_min,
        TicketKind.CASCADE: timing.decide_cascade_min,
        TicketKind.COLLUSION: timing.decide_collusion_min,
    }[kind]
    return opened_at + timedelta(minutes=minutes)


def is_expired(deadline: datetime, *, now: datetime) -> bool:
    """Return whether the time is over; the deadline itself is too late."""
    return now >= deadline


def lease_end(claimed_at: datetime, *, seen_at: datetime, timing: TicketTiming) -> datetime:
    """Return when a claim ends that began at ``claimed_at`` and was renewed at ``seen_at``.

    A renewal adds time but never beyond the longest lease, so a left-open page cannot keep a
    ticket from others for good.
    """
    longest = claimed_at + timedelta(minutes=timing.lease_longest_min)
    return min(seen_at + timedelta(minutes=timing.lease_min), longest)


def wake_before(opened_at: datetime, deadline: datetime, *, timing: TicketTiming) -> datetime:
    """Return the moment before which a snoozed ticket must wake, so that somebody can decide it."""
    return deadline - (deadline - opened_at) * timing.snooze_leaves_share


def extended(opened_at: datetime, deadline: datetime, *, timing: TicketTiming) -> datetime:
    """Return the deadline that a first question moves the first one to."""
    return deadline + (deadline - opened_at) * timing.ask_extends_share


def claim_is_stale(seen_at: datetime, *, now: datetime, timing: TicketTiming) -> bool:
    """Return whether the holder has been silent so long that a peer may take over."""
    return now - seen_at > timedelta(seconds=timing.stale_claim_s)


def grant_window(
    approved_at: datetime, *, level: BlastLevel, timing: TicketTiming, undo: bool = True
) -> GrantWindow:
    """Return when the grant of a task approved now can be used.

    The undo window, where there is one, comes first and does not eat into the time the agent has.
    """
    usable_from = approved_at + timedelta(seconds=timing.undo_s if undo else 0)
    return GrantWindow(
        usable_from=usable_from,
        expires_at=usable_from + timedelta(minutes=_by_level(timing, level)[1]),
    )


def _by_level(timing: TicketTiming, level: BlastLevel) -> tuple[float, float]:
    return {
        BlastLevel.LOW: (timing.decide_low_min, timing.grant_low_min),
        BlastLevel.MEDIUM: (timing.decide_medium_min, timing.grant_medium_min),
        BlastLevel.HIGH: (timing.decide_high_min, timing.grant_high_min),
        BlastLevel.CRITICAL: (timing.decide_critical_min, timing.grant_critical_min),
    }[level]
