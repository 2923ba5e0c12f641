"""Invitations: an admin makes a link, one person joins by it, once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.invitations import LIFETIME, MOST_A_DAY, InvitationState
from governance.domain.permissions import Action
from governance.domain.types import Role
from governance.events import InvitationRevoked, PersonInvited, PersonJoined
from governance.models import Invitation, Membership
from governance.refusals import ConflictError, MissingError
from governance.selectors.access import secret_sha256
from governance.selectors.clock import clock_now
from governance.selectors.invitations import invitation_open, invitations_open
from governance.selectors.people import membership_role, person_name, person_require
from governance.selectors.turns import turn_wait
from governance.services.events import events_publish
from governance.services.fleets import membership_set
from governance.services.people import email_read, person_create, person_known

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Fleet

_DAY = timedelta(hours=24)


@transaction.atomic
def invitation_create(
    *, fleet: Fleet, user: User, email: str, role: Role
) -> tuple[Invitation, str]:
    """Return a new invitation and the token of its link, which is never shown again.

    It holds for 7 days and for one person. Sending it is up to the caller.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: naming ``email``.
        ConflictError: member_already, invited_already, or invitations_full for a fleet that
            invited 50 in 24 h.
    """
    person_require(user=user, fleet=fleet, action=Action.PEOPLE_MANAGE)
    normal = email_read(email)
    # Two at once for one address: the second waits, and finds the first.
    turn_wait(f"invitations {fleet.pk}")
    now = clock_now()
    _welcome_check(fleet, normal, now)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        fleet=fleet,
        email=normal,
        role=role.value,
        token_sha256=secret_sha256(token),
        invited_by=user,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    events_publish(
        PersonInvited(
            fleet_id=fleet.pk, actor=user.get_username(), invitation_id=made.pk, role=role.value
        ),
        now=now,
    )
    return made, token


@transaction.atomic
def invitation_accept(
    *, token: str, username: str, first_name: str, last_name: str, password: str
) -> User:
    """Make the invited person, who joins the fleet with the role of the invitation.

    Raises:
        MissingError: as `invitation_open`.
        InvalidFieldError, ConflictError: as `person_create`; person_known where somebody has the
            invited address already.
    """
    now = clock_now()
    invitation = invitation_open(token, now=now, lock=True)
    if person_known(invitation.email):
        raise ConflictError(
            f"Somebody with the address {invitation.email} has an account already. If that is you,"
            " sign in and open this link again; if it was closed, ask for an invitation to another"
            " address.",
            code="person_known",
        )
    user = person_create(
        username=username,
        first_name=first_name,
        last_name=last_name,
        password=password,
        email=invitation.email,
    )
    _join(invitation, user, now)
    return user


@transaction.atomic
def invitation_join(*, token: str, user: User) -> Invitation:
    """Let somebody who can sign in join the fleet with the role of the invitation.

    Raises:
        MissingError: as `invitation_open`.
        ConflictError: member_already.
    """
    now = clock_now()
    invitation = invitation_open(token, now=now, lock=True)
    role = membership_role(user=user, fleet=invitation.fleet)
    if role is not None:
        raise ConflictError(
            f"You are {role.one} of {invitation.fleet.name} already; an admin changes roles on"
            " the page of people.",
            code="member_already",
        )
    _join(invitation, user, now)
    return invitation


@transaction.atomic
def invitation_revoke(*, fleet: Fleet, user: User, invitation_id: UUID) -> Invitation:
    """End an open invitation at once; revoking it again changes nothing.

    Raises:
        ForbiddenError: role_too_low.
        MissingError: if the fleet has no such invitation.
        ConflictError: invitation_used, where somebody joined by it.
    """
    person_require(user=user, fleet=fleet, action=Action.PEOPLE_MANAGE)
    now = clock_now()
    rows = Invitation.objects.select_for_update()
    found = rows.filter(fleet=fleet, pk=invitation_id).first()
    if found is None:
        raise MissingError(
            f"There is no invitation {invitation_id}.",
            field="invitation",
            value=str(invitation_id),
        )
    if found.state == InvitationState.JOINED:
        raise ConflictError(
            f"{found.ended_by} joined by this invitation; remove the member instead.",
            code="invitation_used",
        )
    if found.state == InvitationState.OPEN:
        actor = user.get_username()
        _end(found, InvitationState.REVOKED, actor, now)
        events_publish(
            InvitationRevoked(
                fleet_id=fleet.pk, actor=actor, invitation_id=found.pk, role=found.role
            ),
            now=now,
        )
    return found


def _welcome_check(fleet: Fleet, email: str, now: datetime) -> None:
    """Refuse to invite a member, somebody who is invited, and more than a fleet may in a day."""
    member = (
        Membership.objects.select_related("user")
        .filter(fleet=fleet, user__email__iexact=email, user__is_active=True)
        .first()
    )
    if member is not None:
        raise ConflictError(
            f"{person_name(member.user)} has this address and is {Role(member.role).one} of"
            f" {fleet.name} already.",
            code="member_already",
            field="email",
            value=email,
        )
    for each in invitations_open(fleet=fleet, now=now):
        if each.email == email:
            raise ConflictError(
                f"{email} is invited already, as {Role(each.role).one}, until"
                f" {each.expires_at:%Y-%m-%d %H:%M} UTC. Revoke that invitation to send another.",
                code="invited_already",
                field="email",
                value=email,
            )
    since = Invitation.objects.filter(fleet=fleet, created_at__gt=now - _DAY)
    if since.count() >= MOST_A_DAY:
        raise ConflictError(
            f"{fleet.name} invited {MOST_A_DAY} people in 24 h, the most it may; try later.",
            code="invitations_full",
        )


def _join(invitation: Invitation, user: User, now: datetime) -> None:
    fleet, name = invitation.fleet, user.get_username()
    _end(invitation, InvitationState.JOINED, name, now)
    membership_set(fleet=fleet, user=user, role=Role(invitation.role), actor=name)
    events_publish(
        PersonJoined(
            fleet_id=fleet.pk,
            actor=name,
            invitation_id=invitation.pk,
            username=name,
            role=invitation.role,
            invited_by=invitation.invited_by.get_username(),
        ),
        now=now,
    )


def _end(invitation: Invitation, state: InvitationState, by: str, now: datetime) -> None:
    invitation.state, invitation.ended_at, invitation.ended_by = state.value, now, by
    invitation.save(update_fields=["state", "ended_at", "ended_by"])
