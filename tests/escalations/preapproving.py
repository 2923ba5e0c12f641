"""Pre-approval rules as people write them, with the fields a test does not care about filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.services.preapproval_drafts import Draft
from escalations.services.preapprovals import preapproval_make

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import PreApproval
    from governance.models import Fleet

# A tool whose use is Medium.
NOTE = {"write": "M", "reversibility": "A", "reach": "N", "data": "I"}
REASON = "Refunds of this order, all checked this morning."


def draft(**fields: Any) -> Draft:
    """Return a rule for what `Orchestrator.ask("note")` asks for."""
    plain: dict[str, Any] = {
        "agent": "shop-bot",
        "tool": "note",
        "operation": "shop.note",
        "environment": "production",
        "targets": [""],
        "arguments": {"order": {"is": 4711}},
        "spend_most_usd": "1",
        "level_most": "MEDIUM",
        "hours": 8,
    }
    return Draft(**{**plain, **fields})


def rule_made(fleet: Fleet, user: User, **fields: Any) -> PreApproval:
    return preapproval_make(fleet=fleet, user=user, draft=draft(**fields), reason=REASON)
