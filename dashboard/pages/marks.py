"""Small marks that rows and pages share: time left, claim, trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.cards import Claim, Countdown, TrustBand
from dashboard.pages.names import initials
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.tickets import claim_of
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import Ticket

_OF_A_TASK = {TicketKind.TASK, TicketKind.INCIDENT, TicketKind.AUDIT}


def countdown(start: datetime, deadline: datetime, *, now: datetime) -> Countdown:
    """Return the time from ``now`` to ``deadline`` of a span that began at ``start``."""
    return Countdown(
        deadline=deadline,
        span_s=(deadline - start).total_seconds(),
        left_s=(deadline - now).total_seconds(),
    )


def claim_mark(ticket: Ticket, *, viewer: User, now: datetime) -> Claim | None:
    """Return who works on the ticket now, and until when; None for nobody."""
    claim = claim_of(ticket, now=now)
    if claim is None:
        return None
    name = person_name(claim.holder)
    return Claim(
        name=name,
        initials=initials(name),
        is_me=claim.holder.pk == viewer.pk,
        lease=countdown(claim.seen_at, claim.lease_until, now=now),
    )


def has_level(ticket: Ticket) -> bool:
    """Return whether the ticket's level is that of one task, and so says something of it."""
    return ticket.task_id is not None and ticket.kind in _OF_A_TASK


def knows_trust(agent: Mapping[str, Any]) -> bool:
    """Return whether a snapshot says what the agent has earned; that of an audit does not."""
    return "trust" in agent


def trust_mark(agent: Mapping[str, Any]) -> TrustBand:
    """Return the trust of an agent as `agent_snapshot` gives it; unknown draws no figure."""
    known = agent["trust"] is not None
    return TrustBand(
        score=agent["trust"] if known else 0.0,
        low=agent["trust_low"] if known else 0.0,
        high=agent["trust_high"] if known else 1.0,
        tier=agent["tier"],
        outcomes=agent["outcomes"],
    )
