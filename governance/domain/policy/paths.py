"""Fields of a policy by their path: read, and changed several at a time."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from governance.domain.policy.plain import policy_fields, policy_from_plain, policy_to_plain
from governance.domain.policy.problems import PolicyError, Problem
from governance.domain.policy.tree import Policy


@cache
def policy_paths() -> frozenset[str]:
    """Return the path of every field."""
    return frozenset(each.path for each in policy_fields())


def value_at(policy: Policy, path: str) -> Any:
    """Return the value of one field, a word as its enum.

    Raises:
        PolicyError: if there is no such field.
    """
    if path not in policy_paths():
        raise PolicyError([Problem(path=path, value=None, allowed="left out: no such field")])
    return attrgetter(path)(policy)


def plain_at(policy: Policy, path: str) -> Any:
    """Return the value of one field as JSON writes it.

    Raises:
        PolicyError: if there is no such field.
    """
    value = value_at(policy, path)
    return value.value if isinstance(value, StrEnum) else value


def policy_merged(policy: Policy, plain: object) -> Policy:
    """Return the policy with other values, nested as `policy_to_plain` has them.

    Args:
        policy: what stays where ``plain`` says nothing.
        plain: JSON values of some fields.

    Raises:
        PolicyError: with every problem, as `policy_from_plain` has them.
    """
    merged = _merged(policy_to_plain(policy), plain)
    return policy_from_plain(merged)


def policy_with(policy: Policy, values: Mapping[str, object]) -> Policy:
    """Return the policy with other values at some paths.

    Args:
        policy: what stays elsewhere.
        values: JSON values by path.

    Raises:
        PolicyError: with every problem, as `policy_from_plain` has them.
    """
    plain: dict[str, Any] = {}
    for path, value in values.items():
        *branches, name = path.split(".")
        branch = plain
        for each in branches:
            if not isinstance(branch.get(each), dict):
                branch[each] = {}
            branch = branch[each]
        branch[name] = value
    return policy_merged(policy, plain)


def _merged(base: object, other: object) -> object:
    if not isinstance(base, dict) or not isinstance(other, Mapping):
        return other
    return base | {name: _merged(base.get(name), value) for name, value in other.items()}


def plain_values(policy: Policy) -> dict[str, Any]:
    """Return every field's JSON value by its path."""
    return {
        each.path: each.value.value if isinstance(each.value, StrEnum) else each.value
        for each in policy_fields(policy)
    }
