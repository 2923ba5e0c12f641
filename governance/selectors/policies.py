"""The policy value behind a stored version, of a fleet and of all fleets."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from governance.domain.permissions import Action, why_not
from governance.domain.policy import Policy, policy_default
from governance.domain.policy.plain import policy_from_stored
from governance.models import Fleet, GeneralPolicy, Membership, PolicyVersion
from governance.refusals import UnavailableError
from governance.selectors.people import membership_role

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser, User

# Whoever has this turn changes what all fleets share, or makes a fleet that follows it.
GENERAL_TURN = "general policy"
NO_FLEET = "Only an admin of every fleet may change the policy of all fleets."


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
    return version, policy_from_stored(version.body)


def general_in_force() -> tuple[GeneralPolicy | None, Policy]:
    """Return what fleets follow where they say nothing; without a version None and the defaults."""
    version = GeneralPolicy.objects.order_by("-number").first()
    if version is None:
        return None, policy_default()
    return version, policy_from_stored(version.body)


def fleets_living() -> list[Fleet]:
    """Return the fleets that are not archived, in the order in which they are locked."""
    return list(Fleet.objects.filter(archived_at=None).order_by("pk"))


def is_changer(*, fleet: Fleet | None, username: str) -> bool:
    """Return whether the person of that name may change the policy of a fleet, or (None) of all."""
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        return False
    if fleet is None:
        return not general_why_not(user=user)
    return not why_not(membership_role(user=user, fleet=fleet), Action.POLICY_CHANGE)


def general_why_not(*, user: User | AnonymousUser) -> str:
    """Return why the person may not change the policy of all fleets; empty where nothing stands.

    Only whoever is an admin of every living fleet may: the change reaches all of them.
    """
    living = {fleet.pk for fleet in fleets_living()}
    if not user.is_authenticated or not user.is_active or not living:
        return NO_FLEET
    rows = Membership.objects.filter(user=user, role="admin", fleet_id__in=living)
    many = rows.count()
    if many == len(living):
        return ""
    return f"{NO_FLEET[:-1]}; you are an admin of {many} of {len(living)}."
