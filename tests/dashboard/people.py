"""The people of the fleet `shop`, and one outside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.models import User
from django.test import Client

from governance.domain.types import Role
from governance.services.fleets import fleet_create, membership_set, user_create

if TYPE_CHECKING:
    from governance.models import Fleet

PASSWORD = "correct horse battery staple"

# A browser signed in as a person; a stranger's for None.
ClientOf: TypeAlias = Callable[[User | None], Client]


@dataclass(frozen=True)
class People:
    """rita reviews, mona manages, adam administers; lena reviews too and owns the agents.

    otto is outside, with a fleet of his own.
    """

    fleet: Fleet
    rita: User
    mona: User
    adam: User
    lena: User
    otto: User


def people_of_shop() -> People:
    rita, mona = person("rita", "Rita", "Okafor"), person("mona", "Mona", "Lind")
    adam, otto = person("adam", "Adam", "Weiss"), person("otto", "Otto", "Berg")
    lena = person("lena", "Lena", "Fischer")
    fleet = fleet_create(slug="shop", name="Shop", admin=adam)
    membership_set(fleet=fleet, user=rita, role=Role.REVIEWER, actor="adam")
    membership_set(fleet=fleet, user=mona, role=Role.MANAGER, actor="adam")
    membership_set(fleet=fleet, user=lena, role=Role.REVIEWER, actor="adam")
    fleet_create(slug="elsewhere", name="Elsewhere", admin=otto)
    return People(fleet=fleet, rita=rita, mona=mona, adam=adam, lena=lena, otto=otto)


def person(username: str, first_name: str, last_name: str) -> User:
    return user_create(
        username=username, first_name=first_name, last_name=last_name, password=PASSWORD
    )
