"""Calls for an emergency on a ticket, and the review that follows one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalations.domain.emergency import call_counts, call_lapses_at
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.routing import barred_reasons
from escalations.domain.voting import Choice
from escalations.models import Ticket
from escalations.selectors.routing import route_of
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from escalations.domain.routing import Person
    from escalations.models import Vote

# Where the snapshot of a review keeps which emergency it is about.
EMERGENCY = "emergency"
# And there, since when a review that was asked for again is overdue.
OVERDUE = "overdue_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admin's call for an emergency that counts now, and when it lapses."""

    vote: Vote
    lapses_at: datetime


def calls_of(
    ticket: Ticket, *, votes: Iterable[Vote], people: Mapping[str, Person], now: datetime
) -> tuple[Call, ...]:
    """Return the calls that count now, in the order of ``votes``.

    A call counts until it lapses, while its person could still make it: an admin, not the owner
    of the agent, not named in ``requested_by``.
    """
    calls = [vote for vote in votes if vote.choice == Choice.EMERGENCY]
    if not calls:
        return ()
    timing = policy_of(ticket.policy).tickets
    route = route_of(ticket=ticket, votes=(), people=people)
    return tuple(
        Call(vote=vote, lapses_at=call_lapses_at(vote.created_at, timing=timing))
        for vote in calls
        if call_counts(vote.created_at, now=now, timing=timing)
        and (person := people.get(str(vote.user_id))) is not None
        and not barred_reasons(person, route, Choice.EMERGENCY)
    )


def reviewed(ticket: Ticket) -> Mapping[str, Any] | None:
    """Return which emergency an incident reviews: number, address, calls; None for all others."""
    found: Mapping[str, Any] | None = ticket.snapshot.get(EMERGENCY)
    return found


def review_of(*, votes: Iterable[Vote]) -> Ticket | None:
    """Return the incident that reviews the emergency these votes on a ticket decided."""
    calls = [vote.pk for vote in votes if vote.choice == Choice.EMERGENCY]
    reviews = Ticket.objects.filter(kind=TicketKind.INCIDENT.value, subject__in=calls)
    return reviews.order_by("-number").first()


def review_after(ticket: Ticket) -> Ticket | None:
    """Return the review that is asked in place of one that expired; None for all other tickets."""
    if ticket.state != TicketState.EXPIRED.value or reviewed(ticket) is None:
        return None
    later = Ticket.objects.filter(
        kind=ticket.kind, subject=ticket.subject, number__gt=ticket.number
    )
    return later.select_related("fleet").order_by("number").first()
