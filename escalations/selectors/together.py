"""Tickets that are answered together: as a form names them, and as the rules see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from escalations.domain.lifecycle import TicketKind
from escalations.domain.together import Candidate
from escalations.selectors.edits import is_edited
from escalations.selectors.tickets import tickets_shown
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from escalations.domain.together import TicketName
    from escalations.models import Ticket


def tickets_named(
    names: Collection[TicketName], *, fleet_ids: Collection[UUID]
) -> Mapping[tuple[str, int], Ticket]:
    """Return the tickets that a form names, by fleet and number; what is not there is left away.

    Args:
        names: as the form names them, whatever their versions are by now.
        fleet_ids: the fleets of the person who asks.
    """
    named = Q(pk__in=())
    for slug in {name.fleet for name in names}:
        numbers = [name.number for name in names if name.fleet == slug]
        named |= Q(fleet__slug=slug, number__in=numbers)
    found = tickets_shown().filter(named, fleet_id__in=fleet_ids, fleet__archived_at=None)
    return {(ticket.fleet.slug, ticket.number): ticket for ticket in found}


def candidate_of(
    ticket: Ticket,
    *,
    what: str = "",
    why_not: str = "",
    signed: int = 0,
    is_counted: bool = True,
) -> Candidate:
    """Return what an answer to many asks of a ticket.

    Args:
        ticket: as `tickets_shown` reads it.
        what: what it asks for, in a word.
        why_not: why this person cannot give the answer on the ticket's own page either.
        signed: how many approvals count already.
        is_counted: whether the person who confirmed the answer was told that it is among them.
    """
    kind = TicketKind(ticket.kind)
    return Candidate(
        kind=kind,
        level=BlastLevel(ticket.risk_level) if kind is TicketKind.TASK else None,
        what=what,
        why_not=why_not,
        signatures_missing=ticket.approvals_needed - signed,
        is_edited=is_edited(ticket),
        is_counted=is_counted,
    )
