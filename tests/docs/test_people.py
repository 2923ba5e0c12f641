"""What docs/people.md says of roles, invitations and the first run is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import reverse

from governance.domain.invitations import LIFETIME, MOST_A_DAY
from governance.domain.types import Role
from governance.events import REGISTRY
from governance.services.first_run import FIRST_SCOPES

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = (ROOT / "docs" / "people.md").read_text("utf-8")
WORDS = " ".join(PEOPLE.split())
COMMANDS = ("config", "governance")


def test_the_figures_are_those_of_the_code() -> None:
    assert f"holds for {LIFETIME.days} days and for one person" in WORDS
    assert f"invites at most {MOST_A_DAY} people in 24 h" in WORDS


def test_every_role_is_named() -> None:
    assert all(f"`{role.value}`" in PEOPLE for role in Role)


def test_the_events_are_in_the_registry() -> None:
    told = WORDS.split("Events are ", 1)[1].split(";", 1)[0]

    names = set(re.findall(r"`([a-z_.]+)`", told))
    assert names <= set(REGISTRY)
    assert {"person.invited", "person.joined", "person.invitation_revoked"} <= names


def test_the_scopes_of_the_first_key_are_those_it_is_made_with() -> None:
    assert "with the scopes " + ", ".join(f"`{each}`" for each in FIRST_SCOPES[:-1]) in WORDS
    assert f"and `{FIRST_SCOPES[-1]}`. It is shown once" in WORDS


def test_the_addresses_and_commands_are_there() -> None:
    assert reverse("fleet-people", kwargs={"fleet": "FLEET"}) in PEOPLE
    assert reverse("fleet-connect", kwargs={"fleet": "FLEET"}) in PEOPLE
    assert f"`{reverse('welcome')}`" in PEOPLE
    for name in re.findall(r"`(?:python manage\.py )?((?:create|welcome)_\w+)`", PEOPLE):
        assert any(
            (ROOT / app / "management" / "commands" / f"{name}.py").is_file() for app in COMMANDS
        )
