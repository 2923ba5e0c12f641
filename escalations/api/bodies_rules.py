"""What callers of the calls about pre-approval rules send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from governance.domain.types import Environment
from governance.services.schemas import Amount, Body, Name, Reason


class RuleBody(Body):
    """``POST rules``: what is let through without asking, for how long, how often, and why."""

    agent: Name
    tool: Name
    operation: Name
    environment: Environment
    arguments: dict[str, Any]
    spend_most_usd: Amount
    level_most: Literal["LOW", "MEDIUM"]
    hours: float
    reason: Reason
    targets: Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(min_length=1)] = (
        msgspec.field(default_factory=lambda: [""])
    )
    uses_most: int | None = None
    ticket: Annotated[int, Meta(ge=1)] | None = None


class RuleEndBody(Body):
    """``POST rules/{number}/decline | revoke``."""

    reason: Reason
