from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.dashboard.people import people_of_shop
from tests.dashboard.shop import shop_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django.fixtures import Settings

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


@pytest.fixture
def people(db: None, settings: Settings) -> People:
    # Hashing slowly protects passwords of people, not of personas.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return people_of_shop()


@pytest.fixture
def shop(clock: Clock, people: People) -> Shop:
    return shop_of(people)


@pytest.fixture
def client_of() -> ClientOf:
    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
