"""The policy value behind a stored version."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from governance.domain.policy import Policy, policy_from_plain
from governance.models import PolicyVersion
from governance.refusals import UnavailableError

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Fleet


def policy_in_force(*, fleet: Fleet) -> tuple[PolicyVersion, Policy]:
    """Return the fleet's policy version and its value.

    Raises:
        UnavailableError: if the fleet has none yet; the gate then denies.
    """
    if fleet.policy_id is None:
        raise UnavailableError(f"Fleet {fleet.slug} has no policy yet.", code="no_policy")
    return _known(fleet.policy_id)


def policy_of(version: PolicyVersion) -> Policy:
    """Return the value of a version."""
    return _known(version.pk)[1]


@lru_cache(256)
def _known(pk: UUID) -> tuple[PolicyVersion, Policy]:
    """Return one version, read and parsed once a process: versions never change."""
    version = PolicyVersion.objects.get(pk=pk)
    return version, policy_from_plain(version.body)
