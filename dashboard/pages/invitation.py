"""The page of one invitation, as whoever opened its link sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.invitation import InvitationPage
from dashboard.display.durations import day_time
from dashboard.pages.people import ROLE_WORDS
from governance.domain.types import Role
from governance.selectors.people import membership_role, person_name
from governance.services.people import person_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser, User

    from governance.models import Invitation


def invitation_page(
    found: Invitation,
    token: str,
    user: User | AnonymousUser,
    *,
    typed: Mapping[str, str],
    problem: str = "",
    wrong: str = "",
) -> InvitationPage:
    """Return the page of an open invitation.

    Args:
        found: the invitation.
        token: what its link ends in.
        user: who looks, signed in or not.
        typed: what a form that was not recorded held; never its password.
        problem: why it was not.
        wrong: the field at fault.
    """
    role = membership_role(user=user, fleet=found.fleet)
    url = reverse("invitation", kwargs={"token": token})
    return InvitationPage(
        url=url,
        fleet_name=found.fleet.name,
        role=Role(found.role).one,
        role_words=ROLE_WORDS[Role(found.role)],
        by=person_name(found.invited_by),
        email=found.email,
        until=f"{day_time(found.expires_at)} UTC",
        sign_in_url=f"{reverse('sign-in')}?{urlencode({'next': url})}",
        sign_out_url=reverse("sign-out"),
        joins_as=person_name(user) if user.is_authenticated else "",
        is_member=""
        if role is None
        else f"You are {role.one} of {found.fleet.name} already: this link is for somebody else.",
        is_known=not user.is_authenticated and person_known(found.email),
        username=typed.get("username", ""),
        first_name=typed.get("first_name", ""),
        last_name=typed.get("last_name", ""),
        problem=problem,
        wrong=wrong,
    )
