"""The policy value behind a stored version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.policy import Policy, policy_from_plain
from governance.models import PolicyVersion
from governance.refusals import UnavailableError

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Fleet

KEPT = 256

# Versions never change, so each is read and parsed once a process.
_known: dict[UUID, tuple[PolicyVersion, Policy]] = {}


def policy_in_force(*, fleet: Fleet) -> tuple[PolicyVersion, Policy]:
    """Return the fleet's policy version and its value.

    Raises:
        UnavailableError: if the fleet has none yet; the gate then denies.
    """
    if fleet.policy_id is None:
        raise UnavailableError(f"Fleet {fleet.slug} has no policy yet.", code="no_policy")
    known = _known.get(fleet.policy_id)
    return known or _kept(PolicyVersion.objects.get(pk=fleet.policy_id))


def policy_of(version: PolicyVersion) -> Policy:
    """Return the value of a version."""
    return (_known.get(version.pk) or _kept(version))[1]


def _kept(version: PolicyVersion) -> tuple[PolicyVersion, Policy]:
    if len(_known) >= KEPT:
        _known.clear()
    kept = (version, policy_from_plain(version.body))
    _known[version.pk] = kept
    return kept
