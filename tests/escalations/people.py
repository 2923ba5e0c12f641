"""The people of one fleet, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.types import Role
from tests.factories import MembershipFactory, UserFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet


@dataclass(frozen=True)
class Crew:
    """rita and ravi review, mona manages, adam administers; lena owns agents, otto is outside."""

    rita: User
    ravi: User
    mona: User
    adam: User
    lena: User
    otto: User


def second_admin(fleet: Fleet) -> User:
    """Return anna, an admin beside adam."""
    anna: User = UserFactory(username="anna")
    MembershipFactory(user=anna, fleet=fleet, role=Role.ADMIN.value)
    return anna


def crew_of(fleet: Fleet) -> Crew:
    """Return the fleet's people; lena is a reviewer who happens to own the agents."""
    roles = {
        "rita": Role.REVIEWER,
        "ravi": Role.REVIEWER,
        "mona": Role.MANAGER,
        "adam": Role.ADMIN,
        "lena": Role.REVIEWER,
    }
    people = {name: UserFactory(username=name) for name in (*roles, "otto")}
    for name, role in roles.items():
        MembershipFactory(user=people[name], fleet=fleet, role=role.value)
    return Crew(**people)
