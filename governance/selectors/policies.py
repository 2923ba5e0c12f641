"""The policy value behind a stored version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.policy import Policy, policy_from_plain
from governance.refusals import UnavailableError

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Fleet, PolicyVersion

KEPT = 256

_values: dict[UUID, Policy] = {}


def policy_in_force(*, fleet: Fleet) -> tuple[PolicyVersion, Policy]:
    """Return the fleet's policy version and its value.

    Raises:
        UnavailableError: if the fleet has none yet; the gate then denies.
    """
    if fleet.policy is None:
        raise UnavailableError(f"Fleet {fleet.slug} has no policy yet.", code="no_policy")
    return fleet.policy, policy_of(fleet.policy)


def policy_of(version: PolicyVersion) -> Policy:
    """Return the value of a version; versions never change, so each is read once a process."""
    if version.pk not in _values:
        if len(_values) >= KEPT:
            _values.clear()
        _values[version.pk] = policy_from_plain(version.body)
    return _values[version.pk]
