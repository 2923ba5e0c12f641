"""Forms of the decision panel as a browser sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from escalations.models import Ticket

JSON = {"Accept": "application/json"}


def typed(ticket: Ticket, choice: str = "approve", **fields: Any) -> dict[str, Any]:
    code = "arguments_checked" if choice == "approve" else "arguments_wrong"
    return {
        "choice": choice,
        "reason_code": code,
        "reason_text": "Checked the order.",
        "version": str(ticket.version),
        "idempotency_key": f"key-{choice}",
        "confirmed": "yes",
        **fields,
    }


def url(ticket: Ticket, move: str = "decide") -> str:
    return f"/f/shop/tickets/{ticket.number}/{move}/"
