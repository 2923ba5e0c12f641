"""Answers with the fields a test does not care about filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.services.decisions import Decided, ticket_decide
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import Ticket

WHY_AT_ONCE = "Customers are locked out until this refund is through."


def approve(ticket: Ticket, user: User, **fields: Any) -> Decided:
    """Approve the ticket at the version the test holds, or the one it names."""
    return _decide(ticket, user, "approve", "arguments_checked", "Checked the order.", fields)


def deny(ticket: Ticket, user: User, **fields: Any) -> Decided:
    """Deny the ticket at the version the test holds, or the one it names."""
    return _decide(ticket, user, "deny", "arguments_wrong", "The order is paid back.", fields)


def respond(ticket: Ticket, user: User, **fields: Any) -> Decided:
    """Answer the task in words, at the version the test holds, or the one it names."""
    return _decide(ticket, user, "respond", "question_answered", "Pay back 20 USD.", fields)


def call_emergency(ticket: Ticket, user: User, **fields: Any) -> Decided:
    """Call an emergency, or agree to one, with the password just given."""
    proof = {"reauthenticated_at": clock_now(), **fields}
    return _decide(ticket, user, "emergency", "emergency", WHY_AT_ONCE, proof)


def _decide(
    ticket: Ticket, user: User, choice: str, code: str, text: str, fields: dict[str, Any]
) -> Decided:
    return ticket_decide(
        **{
            "ticket_id": ticket.pk,
            "user": user,
            "choice": choice,
            "reason_code": code,
            "reason_text": text,
            "expected_version": ticket.version,
            "via": "browser",
            **fields,
        }
    )
