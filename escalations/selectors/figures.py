"""How many tickets there are now, for `GET /metrics`."""

from __future__ import annotations

from django.db.models import Count

from escalations.domain.lifecycle import TicketState
from escalations.models import Ticket


def tickets_by_state() -> dict[str, int]:
    """Return how many tickets of living fleets stand in each state, in lower case."""
    rows = (
        Ticket.objects.filter(fleet__archived_at=None)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    found = dict(rows)
    return {state.value.lower(): found.get(state.value, 0) for state in TicketState}
