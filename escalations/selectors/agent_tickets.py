"""Tickets about agents: what waits for people there, and what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from escalations.selectors.tickets import tickets_shown, tickets_waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from governance.models import Agent, Fleet


def tickets_of_agent(*, agent: Agent, most: int) -> list[Ticket]:
    """Return the latest tickets about the agent, its tasks or its rings, the newest first.

    Practice is left out.
    """
    of_rings = Q(kind=TicketKind.COLLUSION.value, subject__in=agent.rings.values("pk"))
    tickets = tickets_shown().filter(Q(agent=agent) | of_rings, fleet=agent.fleet, practice=False)
    return list(tickets.order_by("-opened_at", "-number")[:most])


def release_tickets_of(*, agent_ids: Collection[UUID], now: datetime) -> Mapping[UUID, Ticket]:
    """Return the release ticket that waits for each of these agents; two queries, no practice."""
    waiting = tickets_waiting(now=now).filter(agent_id__in=agent_ids, kind=TicketKind.RELEASE.value)
    return {ticket.agent_id: ticket for ticket in waiting if ticket.agent_id is not None}


def ticket_waiting_of(*, agent: Agent, kind: TicketKind, now: datetime) -> Ticket | None:
    """Return the latest ticket of a kind that waits about the agent, or None; no practice."""
    waiting = tickets_waiting(now=now).filter(agent=agent, kind=kind.value)
    return waiting.order_by("-opened_at", "-number").first()


def waiting_counts(*, fleet: Fleet, now: datetime) -> Mapping[str, int]:
    """Return how many tickets of the fleet wait for people, by kind; one query."""
    waiting = tickets_waiting(now=now).filter(fleet=fleet)
    counted = waiting.order_by().values_list("kind").annotate(Count("pk"))
    return dict(counted)


def answers_since(*, agent: Agent, since: datetime, most: int = 200) -> list[tuple[datetime, str]]:
    """Return when people answered tickets about the agent, and what, oldest first.

    Practice is left out, and so is what a rule approved: nobody looked at it.
    """
    rows = Ticket.objects.filter(
        agent=agent,
        state=TicketState.RESOLVED.value,
        resolved_at__gte=since,
        practice=False,
        preapproval=None,
    )
    latest = rows.order_by("-resolved_at").values_list("resolved_at", "resolution")[:most]
    return [(at, resolution) for at, resolution in latest if at is not None][::-1]
