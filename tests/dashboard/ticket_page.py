"""The page of a ticket, as a signed-in person gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from escalations.models import Ticket


def page(client: Client, ticket: Ticket) -> Any:
    return client.get(f"/f/shop/tickets/{ticket.number}/")


def card(client: Client, ticket: Ticket) -> Any:
    return page(client, ticket).context["ticket"]
