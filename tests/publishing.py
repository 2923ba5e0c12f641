"""A policy in force at once, as tests need it; the product asks a second admin where it loosens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.policy import policy_from_plain, policy_to_plain
from governance.domain.policy.changes import policy_changes
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.policies import policy_in_force
from governance.services.policies import version_put

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.policy import Policy
    from governance.models import Fleet, PolicyVersion


@transaction.atomic
def policy_publish(*, fleet: Fleet, policy: Policy, user: User, reason: str) -> PolicyVersion:
    """Return the fleet's next policy version, in force, whatever it loosens."""
    locked = fleet_lock(fleet.pk)
    current, before = policy_in_force(fleet=locked)
    return version_put(
        fleet=locked,
        policy=policy_from_plain(policy_to_plain(policy)),
        own={*current.own, *(change.path for change in policy_changes(before, policy))},
        by=user.get_username(),
        reason=reason,
        now=clock_now(),
    )
