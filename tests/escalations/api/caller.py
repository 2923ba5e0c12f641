"""Somebody who calls the ticket routes over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Reply

    from escalations.models import Ticket
    from tests.governance.api.http import Api

REASON = {"reason_code": "arguments_checked", "reason_text": "Checked the order."}
DENIAL = {"reason_code": "arguments_wrong", "reason_text": "The order is paid back."}


class TicketCaller:
    """Makes moves with the version of the ticket in hand, unless told otherwise."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def list(self, query: str = "") -> Reply:
        return self.api.get(f"tickets{query}")

    def read(self, ticket: Ticket) -> Reply:
        return self.api.get(f"tickets/{ticket.pk}")

    def move(self, ticket: Ticket, name: str, body: Any = None, **headers: str) -> Reply:
        headers.setdefault("If_Match", f'"{ticket.version}"')
        return self.api.post(f"tickets/{ticket.pk}/{name}", body, **headers)

    def approve(self, ticket: Ticket, **headers: str) -> Reply:
        return self.move(ticket, "approve", REASON, **headers)

    def deny(self, ticket: Ticket, **headers: str) -> Reply:
        return self.move(ticket, "deny", DENIAL, **headers)
