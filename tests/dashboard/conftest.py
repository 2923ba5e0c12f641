from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
from django.test import Client, override_settings

from governance.selectors import clock as clock_module
from tests.clock import Clock
from tests.dashboard.kept import tests_commit, undone_at_the_end
from tests.dashboard.people import people_of_shop
from tests.dashboard.shop import Shop, shop_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User
    from pytest_django.fixtures import Settings
    from pytest_django.plugin import DjangoDbBlocker

    from tests.dashboard.people import ClientOf, People

# Hashing slowly protects passwords of people, not of personas.
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def kept_shop(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Shop | None]:
    """One shop at noon for all tests of a file; none where they commit and make their own."""
    if tests_commit(request):
        yield None
        return
    with undone_at_the_end(django_db_blocker):
        with pytest.MonkeyPatch.context() as patch, override_settings(PASSWORD_HASHERS=HASHERS):
            patch.setattr(clock_module, "source", Clock())
            shop = shop_of(people_of_shop())
        yield shop


@pytest.fixture
def people(kept_shop: Shop | None, db: None, settings: Settings) -> People:
    """The people of the shop, as they were before any test."""
    settings.PASSWORD_HASHERS = HASHERS
    return deepcopy(kept_shop.people) if kept_shop else people_of_shop()


@pytest.fixture
def shop(kept_shop: Shop | None, clock: Clock, people: People) -> Shop:
    return Shop(people=people, key=deepcopy(kept_shop.key)) if kept_shop else shop_of(people)


@pytest.fixture
def client_of() -> ClientOf:
    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
