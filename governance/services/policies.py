"""Policy versions: published by an admin with a reason, in force from that commit on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.permissions import Action
from governance.domain.policy import policy_from_plain, policy_to_plain
from governance.events import PolicyPublished
from governance.models import Fleet, PolicyVersion
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.services.events import events_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.policy import Policy


@transaction.atomic
def policy_publish(*, fleet: Fleet, policy: Policy, user: User, reason: str) -> PolicyVersion:
    """Return the fleet's next policy version; the one in force already is returned unchanged.

    Raises:
        ForbiddenError: unless the person may change the policy.
        InvalidFieldError: without a reason.
        PolicyError: if the policy contradicts itself or leaves a range.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    reason_require(reason, missing="A new policy needs a reason.")
    body = policy_to_plain(policy)
    policy_from_plain(body)
    # Numbers are given under the fleet's lock; the policy is read after the wait for it.
    current = fleet_lock(fleet.pk).policy
    if current is not None and current.body == body:
        return current
    version = PolicyVersion.objects.create(
        fleet=fleet,
        number=1 if current is None else current.number + 1,
        body=body,
        reason=reason.strip(),
        published_by=user.get_username(),
        created_at=now,
    )
    Fleet.objects.filter(pk=fleet.pk).update(policy=version)
    events_publish(
        PolicyPublished(
            fleet_id=fleet.pk,
            actor=user.get_username(),
            number=version.number,
            reason=version.reason,
        ),
        now=now,
    )
    return version
