"""What a fleet lacks once one of its members is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import Role
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from governance.models import Membership


def left_words(member: Membership, members: Sequence[Membership], *, reader: User) -> str:
    """Return what taking a member's role away leaves behind; empty where enough others have it.

    Args:
        member: who would go.
        members: all of the fleet.
        reader: who looks, and would stay.
    """
    role = Role(member.role)
    others = [each for each in members if each.user_id != member.user_id]
    alike = [each for each in others if each.role == role]
    name, gone = person_name(member.user), "Removed or deactivated"
    if [each.user_id for each in others] == [reader.pk]:
        return f"{gone}, {name} leaves you alone: nobody decides the tickets of agents you own."
    if not alike:
        return f"{gone}, {name} leaves the fleet without {role.one}."
    if [each.user_id for each in alike] == [reader.pk]:
        return f"{gone}, {name} leaves you as the only {role.value}."
    return ""
