"""Members whom an admin lets in again: who lost their second factor, and who was deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.people import fleets_beyond, person_name
from governance.selectors.second_factor import has_second_factor
from governance.services.members import also_elsewhere, member_seen
from governance.services.reactivating import user_reactivate
from governance.services.second_factor import second_factor_reset

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.types import Role
    from governance.models import Fleet


@transaction.atomic
def member_factor_end(*, fleet: Fleet, user: User, username: str, seen: Role, reason: str) -> User:
    """Take the second factor off a member who lost it, and sign them out everywhere.

    The admin has given the password once more: whoever sits at their open session does not.

    Raises:
        ForbiddenError: role_too_low; own_account; not_admin_everywhere, where the member belongs to
            a fleet that the admin does not administer: it protects that one, too.
        InvalidFieldError, ConflictError: as `member_change`; second_factor_is_off.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason)
    person, beyond = member.user, _beyond(user, member.user)
    if not has_second_factor(person):
        raise ConflictError(
            why_not_factor_end(user, person, has=False), code="second_factor_is_off"
        )
    why = why_not_factor_end(user, person, beyond=beyond)
    if why:
        code = "own_account" if person.pk == user.pk else "not_admin_everywhere"
        raise ForbiddenError(why, code=code)
    second_factor_reset(user=person, actor=user.get_username(), reason=reason.strip())
    return person


@transaction.atomic
def member_take_back(*, fleet: Fleet, user: User, username: str, seen: Role, reason: str) -> User:
    """Let a member sign in again who was deactivated, with the roles they had in every fleet.

    Raises:
        ForbiddenError: role_too_low; not_admin_everywhere.
        InvalidFieldError, ConflictError: as `member_change`.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason, is_active=False)
    why = why_not_take_back(member.user, beyond=_beyond(user, member.user))
    if why:
        raise ForbiddenError(why, code="not_admin_everywhere")
    return user_reactivate(user=member.user, actor=user.get_username(), reason=reason.strip())


def why_not_factor_end(user: User, member: User, *, has: bool = True, beyond: int = 0) -> str:
    """Return why an admin may not take a second factor off, as a sentence; empty where they may.

    Args:
        user: the admin.
        member: whose.
        has: whether the member has one.
        beyond: how many fleets of the member the admin does not administer.
    """
    if not has:
        return f"{person_name(member)} signs in without a second factor."
    if member.pk == user.pk:
        return "Your own is turned off under Sign-in and sessions."
    if not beyond:
        return ""
    return (
        f"{also_elsewhere(member, beyond)}, and the second factor protects every fleet."
        " Whoever runs the installation takes it off."
    )


def why_not_take_back(member: User, *, beyond: int) -> str:
    """Return why an admin may not take somebody back, as a sentence; empty where they may."""
    if not beyond:
        return ""
    return (
        f"{also_elsewhere(member, beyond)}, and taking somebody back opens every fleet."
        " Whoever runs the installation does it."
    )


def _beyond(user: User, member: User) -> int:
    return fleets_beyond(user=user, user_ids=[member.pk]).get(member.pk, 0)
