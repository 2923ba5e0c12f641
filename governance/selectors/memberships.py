"""A member by name, since when they have their role and who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.permissions import Action
from governance.events import PEOPLE_CHANGED, PersonJoined
from governance.models import Event, Membership
from governance.refusals import MissingError
from governance.selectors.people import role_require

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.types import Role
    from governance.models import Fleet

MOST = 50
_TOLD = tuple(each.wire_name for each in (*PEOPLE_CHANGED, PersonJoined))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStep:
    """One change of a person's role; ``role`` is empty where it was taken.

    ``by`` is the user name of whoever did it, ``reason`` what they said, if anything.
    """

    seq: int
    at: datetime
    name: str
    role: str
    by: str
    reason: str


def role_steps(*, fleet: Fleet, username: str) -> list[RoleStep]:
    """Return how a person came to their role in a fleet, the newest first, ``MOST`` at most.

    What retention has removed is not there any more.
    """
    told = Event.objects.filter(fleet=fleet, name__in=_TOLD, payload__username=username)
    return [
        RoleStep(
            seq=event.seq,
            at=event.created_at,
            name=event.name,
            role=event.payload.get("role", ""),
            by=event.payload.get("invited_by") or event.actor,
            reason=event.payload.get("reason") or "",
        )
        for event in told.order_by("-seq")[:MOST]
    ]


def member_named(*, fleet: Fleet, user: User, role: Role, username: str) -> Membership:
    """Return the member whom somebody asks about; empty asks about oneself.

    Args:
        fleet: in which both are.
        user: who asks, with ``role`` there.
        username: of whom they ask.

    Raises:
        ForbiddenError: role_too_low, for somebody who asks about another person.
        MissingError: member_unknown.
    """
    wanted = username or user.get_username()
    if wanted != user.get_username():
        role_require(role, Action.RIGHTS_VIEW)
    members = Membership.objects.select_related("user").filter(fleet=fleet, user__is_active=True)
    # PostgreSQL does not even compare what it cannot keep.
    found = None if "\x00" in wanted else members.filter(user__username=wanted).first()
    if found is None:
        raise MissingError(
            "This fleet has no member of this user name.",
            code="member_unknown",
            field="person",
            value=wanted[:150],
            allowed="the user name of a member",
        )
    return found
