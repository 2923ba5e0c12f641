"""Who belongs to which fleet, as what, and what they may do there."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from governance.domain.permissions import why_not
from governance.domain.types import Role
from governance.models import Fleet, Membership
from governance.refusals import ForbiddenError, MissingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser, User

    from governance.domain.permissions import Action


def person_name(user: User) -> str:
    """Return how a person is named wherever people read: in full, else by the user name.

    Records and machines keep the user name.
    """
    return user.get_full_name() or user.get_username()


def person_named(username: str) -> str:
    """Return how the person of a record is named; an actor that is no person stays as it is."""
    user = get_user_model().objects.filter(username=username).first()
    return username if user is None else person_name(user)


def membership_role(*, user: User | AnonymousUser, fleet: Fleet) -> Role | None:
    """Return the person's role in the fleet; None for somebody outside it."""
    if not user.is_authenticated or not user.is_active:
        return None
    role = Membership.objects.filter(user=user, fleet=fleet).values_list("role", flat=True).first()
    return None if role is None else Role(role)


def person_require(*, user: User | AnonymousUser, fleet: Fleet, action: Action) -> None:
    """Refuse a person who may not do ``action`` in the fleet.

    Raises:
        ForbiddenError: role_too_low, for somebody outside the fleet too.
    """
    role_require(membership_role(user=user, fleet=fleet), action)


def role_require(role: Role | None, action: Action) -> None:
    """Refuse a role that may not do ``action``; None is somebody outside the fleet.

    Raises:
        ForbiddenError: role_too_low.
    """
    rule = why_not(role, action)
    if rule:
        raise ForbiddenError(rule, code="role_too_low")


def fleet_for_person(*, user: User | AnonymousUser, slug: str) -> tuple[Fleet, Role]:
    """Return a fleet and the person's role in it.

    Raises:
        MissingError: for an unknown fleet and for one the person does not belong to, alike.
    """
    if user.is_authenticated and user.is_active:
        membership = (
            Membership.objects.select_related("fleet")
            .filter(user=user, fleet__slug=slug, fleet__archived_at=None)
            .first()
        )
        if membership is not None:
            return membership.fleet, Role(membership.role)
    raise MissingError(f"There is no fleet {slug} that you belong to.", field="fleet", value=slug)


def fleets_of(*, user: User | AnonymousUser) -> list[tuple[Fleet, Role]]:
    """Return the person's living fleets with the role in each, by name."""
    if not user.is_authenticated or not user.is_active:
        return []
    memberships = (
        Membership.objects.select_related("fleet")
        .filter(user=user, fleet__archived_at=None)
        .order_by("fleet__name")
    )
    return [(membership.fleet, Role(membership.role)) for membership in memberships]


def members_of(*, fleet: Fleet) -> list[Membership]:
    """Return the fleet's members with their users, by user name."""
    return list(
        Membership.objects.select_related("user")
        .filter(fleet=fleet, user__is_active=True)
        .order_by("user__username")
    )


def members_gone(*, fleet: Fleet) -> list[Membership]:
    """Return the fleet's members who were deactivated, with their users, by user name."""
    return list(
        Membership.objects.select_related("user")
        .filter(fleet=fleet, user__is_active=False)
        .order_by("user__username")
    )


def fleets_beyond(*, user: User, user_ids: Collection[int]) -> dict[int, int]:
    """Return for each of these people how many living fleets they have that ``user`` has not.

    To have a fleet is to be its admin. Whoever has none beyond is left out.
    """
    own = Membership.objects.filter(user=user, role=Role.ADMIN.value).values("fleet")
    rows = (
        Membership.objects.filter(user_id__in=user_ids, fleet__archived_at=None)
        .exclude(fleet__in=own)
        .values_list("user_id", flat=True)
    )
    return dict(Counter(rows))


def seats_now(*, user_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the slugs of the living fleets of each active person, by the person's key.

    Args:
        user_ids: keys of people; whoever has no fleet or is not active is left out.
    """
    seats: dict[str, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(
        user_id__in=user_ids, user__is_active=True, fleet__archived_at=None
    ).values_list("user_id", "fleet__slug")
    for user_id, slug in rows:
        seats[str(user_id)].add(slug)
    return {user_id: frozenset(slugs) for user_id, slugs in seats.items()}
