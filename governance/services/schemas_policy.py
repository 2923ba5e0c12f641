"""What callers of the calls about the policy send."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from governance.services.schemas import Body, Reason

Number = Annotated[int, Meta(ge=0)]


class PolicyBody(Body):
    """``PUT fleet/policy``: other values, why, and which version they are for."""

    reason: Reason
    replaces: Number
    policy: Any = field(default_factory=dict)
    follow: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=500)] = field(
        default_factory=list
    )


class PolicyAgreeBody(Body):
    """``POST fleet/policy/agree``: to which version of the draft."""

    version: Number


class PolicyDeclineBody(Body):
    """``POST fleet/policy/decline``: which version of the draft, and why."""

    version: Number
    reason: Reason


class PolicyRollbackBody(Body):
    """``POST fleet/policy/rollback``: to which version, why, and which one it replaces."""

    to: Number
    reason: Reason
    replaces: Number
