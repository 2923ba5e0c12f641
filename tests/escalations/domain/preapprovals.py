"""A rule, a request it lets through and an agent in good standing, to be changed by one field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from escalations.domain.bounds import bounds_read
from escalations.domain.preapproval import AgentNow, Rule, RuleRequest, RuleScope, RuleState
from governance.domain.types import BlastLevel, BreakerState, Hold, Tier
from tests.clock import NOON

SCOPE = RuleScope(
    agent="shop-bot",
    tool="refund",
    operation="shop.refund",
    environment="production",
    targets=frozenset({"order/4711"}),
    arguments=bounds_read({"amount": {"min": 1, "max": 50}, "order": {"is": 4711}}),
    spend_most_usd=Decimal(20),
    level_most=BlastLevel.MEDIUM,
)
RULE = Rule(
    number=7,
    scope=SCOPE,
    state=RuleState.ACTIVE,
    expires_at=NOON.replace(hour=20),
    uses=0,
    uses_most=5,
    tier=Tier.MEDIUM,
)
REQUEST = RuleRequest(
    agent="shop-bot",
    tool="refund",
    operation="shop.refund",
    environment="production",
    target="order/4711",
    arguments={"amount": 20, "order": 4711},
    spend_cap_usd=Decimal(20),
    level=BlastLevel.MEDIUM,
    approvals_needed=1,
    needs_manager=False,
    practice=False,
    asked_for=frozenset({"approval_table"}),
)
AGENT = AgentNow(
    tier=Tier.MEDIUM,
    is_penal=False,
    breaker=BreakerState.CLOSED,
    hold=Hold.NONE,
    is_flooding=False,
)


def rule(**fields: Any) -> Rule:
    """Return the rule, changed in its own fields or in those of its scope."""
    own = {name: value for name, value in fields.items() if hasattr(RULE, name)}
    scope = {name: value for name, value in fields.items() if name not in own}
    return replace(RULE, scope=replace(SCOPE, **scope), **own)
