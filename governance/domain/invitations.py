"""Invitations: how long one holds, and why one no longer does."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LIFETIME = timedelta(days=7)
# One fleet's in 24 h: a stolen session of an admin sends no flood of mail in our name.
MOST_A_DAY = 50
LONGEST_EMAIL = 254


class InvitationState(StrEnum):
    """Where an invitation stands; only an open one that has not expired lets anybody join."""

    OPEN = "OPEN"
    JOINED = "JOINED"
    REVOKED = "REVOKED"


def email_normal(email: str) -> str:
    """Return an address as invitations keep and compare it.

    In lower case as a whole: no mail server in use tells two people apart by capitals, and two
    spellings of one address must not count as two people.
    """
    return email.strip().lower()


def why_not_open(
    state: InvitationState, *, expires_at: datetime, ended_at: datetime | None, now: datetime
) -> tuple[str, str]:
    """Return the code and the sentence of why an invitation lets nobody join; empty if it does.

    Args:
        state: as it is stored.
        expires_at: when it ends by itself.
        ended_at: when it was used or revoked; None while open.
        now: the moment of the question.
    """
    at = "" if ended_at is None else f" on {ended_at:%Y-%m-%d at %H:%M} UTC"
    if state is InvitationState.JOINED:
        return (
            "invitation_used",
            f"This invitation was used{at}; each is good for one person. If that was you, sign in."
            " If not, tell an admin of the fleet, who can revoke the membership and invite you"
            " again.",
        )
    if state is InvitationState.REVOKED:
        return (
            "invitation_revoked",
            f"This invitation was revoked{at}. Ask an admin of the fleet for a new one.",
        )
    if expires_at <= now:
        return (
            "invitation_expired",
            f"This invitation expired on {expires_at:%Y-%m-%d at %H:%M} UTC, after"
            f" {LIFETIME.days} days. Ask an admin of the fleet for a new one.",
        )
    return "", ""
