from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from governance.domain.types import Role
from governance.services.fleets import fleet_create, membership_set, user_create

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class People:
    """The personas: three members of the fleet and one outsider."""

    fleet: Fleet
    rita: User
    mona: User
    adam: User
    otto: User

    def named(self, name: str) -> User:
        return {"rita": self.rita, "mona": self.mona, "adam": self.adam, "otto": self.otto}[name]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people(db) -> People:
    rita = person("rita", "Rita", "Okafor")
    mona = person("mona", "Mona", "Lind")
    adam = person("adam", "Adam", "Weiss")
    otto = person("otto", "Otto", "Berg")
    fleet = fleet_create(slug="shop", name="Shop", admin=adam)
    membership_set(fleet=fleet, user=rita, role=Role.REVIEWER, actor="adam")
    membership_set(fleet=fleet, user=mona, role=Role.MANAGER, actor="adam")
    elsewhere = fleet_create(slug="elsewhere", name="Elsewhere", admin=otto)
    assert elsewhere.pk != fleet.pk
    return People(fleet=fleet, rita=rita, mona=mona, adam=adam, otto=otto)


def person(username: str, first_name: str, last_name: str) -> User:
    return user_create(
        username=username, first_name=first_name, last_name=last_name, password=PASSWORD
    )


@pytest.fixture
def browser():
    """Return a client signed in as a person; nobody for None."""

    def signed_in(user: User | None) -> Client:
        client = Client(enforce_csrf_checks=False)
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
