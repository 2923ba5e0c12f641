"""The ticket that asks about an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.models import Ticket

if TYPE_CHECKING:
    from uuid import UUID


def ticket_of_cascade(*, cascade_id: UUID) -> int | None:
    """Return the number of the latest ticket about a cascade, None where nobody was asked."""
    asked = Ticket.objects.filter(kind=TicketKind.CASCADE.value, subject=cascade_id, practice=False)
    return asked.order_by("-number").values_list("number", flat=True).first()
