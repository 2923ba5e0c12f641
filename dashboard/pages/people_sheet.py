"""The members of a fleet as a file; addresses are for admins alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.sheets import Sheet
from governance.domain.permissions import Action, permitted
from governance.selectors.people import members_of
from governance.selectors.second_factors import second_factors

if TYPE_CHECKING:
    from governance.domain.types import Role
    from governance.models import Fleet, Membership


def people_sheet(fleet: Fleet, role: Role) -> Sheet[Membership]:
    """Return every member, by user name, as somebody of this role may have them."""
    members = members_of(fleet=fleet)
    factors = second_factors(user_ids=[each.user_id for each in members])
    with_addresses = permitted(role, Action.PEOPLE_MANAGE)
    return Sheet(
        name="people",
        fleet=fleet.slug,
        columns={
            "username": lambda each: each.user.get_username(),
            "first_name": lambda each: each.user.first_name,
            "last_name": lambda each: each.user.last_name,
            "email": lambda each: (each.user.email or None) if with_addresses else None,
            "role": lambda each: each.role,
            "has_second_factor": lambda each: each.user_id in factors,
            "last_sign_in_at": lambda each: each.user.last_login,
            "member_since": lambda each: each.created_at,
        },
        rows=members,
    )
