"""Members of a fleet: another role, removed, deactivated; each by an admin, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.permissions import Action
from governance.domain.types import Role
from governance.events import GuessesForgiven
from governance.models import Membership
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_beyond, person_name, person_require
from governance.selectors.turns import turn_wait
from governance.services.events import events_publish
from governance.services.fleets import membership_remove, membership_set, user_deactivate
from governance.services.guesses import guesses_forgive
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet

LONGEST_REASON = 500


@transaction.atomic
def member_change(
    *, fleet: Fleet, user: User, username: str, role: Role, seen: Role, reason: str
) -> Membership:
    """Give a member another role.

    Args:
        fleet: where.
        user: the admin who does it.
        username: the member.
        role: what the member is from now on.
        seen: the member's role on the page that was filled in.
        reason: said to everybody who reads the log.

    Raises:
        ForbiddenError: role_too_low, or own_role for whoever would raise themselves.
        InvalidFieldError: without a reason, or with the role the member has.
        ConflictError: no_member, stale_role where somebody changed it since, last_admin.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason)
    if role is seen:
        raise InvalidFieldError(
            f"{person_name(member.user)} is {role.one} already; choose another role.",
            field="role",
            value=role.value,
            allowed=", ".join(each.value for each in Role if each is not role),
        )
    if member.user_id == user.pk and role.rank > seen.rank:
        raise ForbiddenError("Nobody raises their own role.", code="own_role")
    return membership_set(
        fleet=fleet, user=member.user, role=role, actor=user.get_username(), reason=reason.strip()
    )


@transaction.atomic
def member_remove(*, fleet: Fleet, user: User, username: str, seen: Role, reason: str) -> None:
    """End a membership; the person keeps the sign-in and the other fleets.

    Raises:
        ForbiddenError, InvalidFieldError, ConflictError: as `member_change`.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason)
    membership_remove(
        fleet=fleet, user=member.user, actor=user.get_username(), reason=reason.strip()
    )


@transaction.atomic
def member_deactivate(*, fleet: Fleet, user: User, username: str, seen: Role, reason: str) -> None:
    """Let a member no longer sign in anywhere; what they did stays theirs.

    Raises:
        ForbiddenError: also not_admin_everywhere, where the member belongs to a fleet that the
            admin does not administer, and own_account.
        InvalidFieldError, ConflictError: as `member_change`.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason)
    beyond = fleets_beyond(user=user, user_ids=[member.user_id]).get(member.user_id, 0)
    why = why_not_deactivate(user=user, member=member.user, beyond=beyond)
    if why:
        code = "own_account" if member.user_id == user.pk else "not_admin_everywhere"
        raise ForbiddenError(why, code=code)
    user_deactivate(user=member.user, actor=user.get_username(), reason=reason.strip())


@transaction.atomic
def member_forgive(*, fleet: Fleet, user: User, username: str, seen: Role, reason: str) -> int:
    """Have a member's sign-in take passwords and codes again; return how many were wrong.

    Raises:
        ForbiddenError, InvalidFieldError, ConflictError: as `member_change`.
    """
    member = member_seen(fleet, user, username, seen=seen, reason=reason)
    count = guesses_forgive(username=member.user.get_username())
    events_publish(
        GuessesForgiven(
            fleet_id=fleet.pk,
            actor=user.get_username(),
            username=member.user.get_username(),
            count=count,
            reason=reason.strip(),
        ),
        now=clock_now(),
    )
    return count


def why_not_deactivate(*, user: User, member: User, beyond: int) -> str:
    """Return why an admin may not deactivate a member, as a sentence; empty where they may.

    Args:
        user: the admin.
        member: of whom.
        beyond: how many fleets of the member the admin does not administer; deactivating ends all.
    """
    if member.pk == user.pk:
        return "Nobody deactivates themselves: another admin does."
    if not beyond:
        return ""
    return (
        f"{also_elsewhere(member, beyond)}, and deactivating ends every fleet. Remove the member"
        " from this one instead."
    )


def also_elsewhere(member: User, beyond: int) -> str:
    """Return that a member belongs to so many fleets beyond the admin's, to be gone on with.

    Their names are not said: the admin need not belong to them.
    """
    count = "a fleet" if beyond == 1 else f"{beyond} fleets"
    return f"{person_name(member)} also belongs to {count} that you do not administer"


def member_seen(
    fleet: Fleet, user: User, username: str, *, seen: Role, reason: str, is_active: bool = True
) -> Membership:
    """Return the membership an admin acts on, as it was seen; others who act wait for this one.

    Args:
        fleet: where.
        user: the admin.
        username: the member.
        seen: the role on the page.
        reason: said in the log.
        is_active: whether the member must be able to sign in, or must not.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: naming ``reason``.
        ConflictError: no_member, stale_role.
    """
    person_require(user=user, fleet=fleet, action=Action.PEOPLE_MANAGE)
    reason_require(reason, missing="Say why; the log shows it to every member.")
    if len(reason) > LONGEST_REASON:
        raise InvalidFieldError(
            f"A reason has at most {LONGEST_REASON} characters, this one has {len(reason)}.",
            field="reason",
            value=reason,
            allowed=f"1 to {LONGEST_REASON} characters",
        )
    turn_wait(f"people {fleet.pk}")
    # Asked again in this turn: who was an admin while waiting may have been made less.
    person_require(user=user, fleet=fleet, action=Action.PEOPLE_MANAGE)
    rows = Membership.objects.select_related("user", "fleet")
    found = rows.filter(fleet=fleet, user__username=username, user__is_active=is_active).first()
    if found is None:
        raise ConflictError(
            f"{username} is no member of {fleet.name}; somebody may have removed them meanwhile."
            if is_active
            else f"{username} is no deactivated member of {fleet.name}; somebody may have taken"
            " them back meanwhile.",
            code="no_member",
            field="username",
            value=username,
        )
    if found.role != seen:
        raise ConflictError(
            f"{person_name(found.user)} is {Role(found.role).one} by now; the page showed"
            f" {seen.one}. Look again before you decide.",
            code="stale_role",
            field="seen",
            value=seen.value,
            allowed=found.role,
        )
    return found
