from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from tests.access.world import World, world_new
from tests.clock import Clock
from tests.dashboard.kept import undone_at_the_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

# Hashing slowly protects passwords of people, not of personas.
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One arrangement for all tests of a file: whatever they ask is undone."""
    with pytest.MonkeyPatch.context() as patch, undone_at_the_end(django_db_blocker):
        patch.setattr("governance.selectors.clock.source", Clock())
        with override_settings(PASSWORD_HASHERS=HASHERS, EMAIL_HOST="mail.example"):
            yield world_new()


@pytest.fixture
def world(furnished: World, db: None) -> World:
    return furnished
