"""What one version of a policy says otherwise than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from governance.domain.policy.plain import policy_fields

if TYPE_CHECKING:
    from governance.domain.policy.tree import Policy


class PolicyChange(NamedTuple):
    """A setting by its path in the policy, with its value before and after."""

    path: str
    before: Any
    after: Any
    unit: str
    meaning: str


def policy_changes(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """Return the settings that differ, in the order of the policy."""
    return tuple(
        PolicyChange(new.path, old.value, new.value, new.unit, new.meaning)
        for old, new in zip(policy_fields(before), policy_fields(after), strict=True)
        if old.value != new.value
    )
