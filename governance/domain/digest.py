"""The fingerprint that binds an approval to one exact action."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from governance.domain.canonical import JsonValue, canonical_json
from governance.domain.money import usd_text
from governance.domain.types import BlastLevel, Environment


def action_digest(
    *,
    fleet: str,
    environment: Environment,
    agent: str,
    operation: str,
    tool: str | None,
    target: str | None,
    arguments: Mapping[str, JsonValue],
    spend_cap: Decimal | None,
    envelope_level: BlastLevel,
) -> str:
    """Return ``sha256:<64 hex digits>`` over the RFC 8785 form of what was approved.

    The hashed object has exactly the keys of this function's parameters; an absent tool, target
    or cap is null, and the cap in dollars is decimal text such as ``"20.00"``, so a caller in any
    language can recompute it.

    Raises:
        CanonicalError: if the arguments have no canonical form.
    """
    action = {
        "agent": agent,
        "arguments": arguments,
        "envelope_level": envelope_level.value,
        "environment": environment.value,
        "fleet": fleet,
        "operation": operation,
        "spend_cap": None if spend_cap is None else usd_text(spend_cap),
        "target": target,
        "tool": tool,
    }
    return "sha256:" + hashlib.sha256(canonical_json(action).encode("utf-8")).hexdigest()
