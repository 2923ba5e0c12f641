"""The tickets that ask people to judge finished work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID


def audit_ticket_numbers(*, outcome_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return the number of the latest ticket about each of these outcomes, practice too; one
    query."""
    asked = Ticket.objects.filter(kind=TicketKind.AUDIT.value, subject__in=outcome_ids)
    numbers = asked.order_by("number").values_list("subject", "number")
    return {outcome_id: number for outcome_id, number in numbers if outcome_id}
