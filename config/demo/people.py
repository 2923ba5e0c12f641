"""Who belongs to the demo: people who sign in, and owners who never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from config.demo.secrets_file import password_new
from governance.domain.types import Role
from governance.services.fleets import user_create

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from config.demo.secrets_file import DemoSecrets

PEOPLE = (
    ("rita", "Rita Okafor", Role.REVIEWER),
    ("ravi", "Ravi Nair", Role.REVIEWER),
    ("mona", "Mona Weiss", Role.MANAGER),
    ("adam", "Adam Rossi", Role.ADMIN),
    ("anna", "Anna Keller", Role.ADMIN),
)
# Who answers for an agent never decides about it: the owners are not among those who sign in.
OWNERS = (
    ("lena", "Lena Brandt", Role.REVIEWER),
    ("omar", "Omar Haddad", Role.REVIEWER),
    ("petra", "Petra Lindqvist", Role.REVIEWER),
    ("sami", "Sami Aalto", Role.REVIEWER),
    ("nadia", "Nadia Rahimi", Role.REVIEWER),
)


def people_prepare(kept: DemoSecrets) -> dict[str, User]:
    """Return everybody by user name, made where missing; new passwords are put into ``kept``."""
    people = {name: _person(name, full_name, kept) for name, full_name, _ in PEOPLE}
    return people | {name: _owner(name, full_name) for name, full_name, _ in OWNERS}


def _person(username: str, full_name: str, kept: DemoSecrets) -> User:
    """Return the person, whose password is the one kept."""
    person = get_user_model().objects.filter(username=username).first()
    if person is not None and username in kept.passwords:
        return person
    password = kept.passwords.setdefault(username, password_new())
    if person is None:
        return _created(username, full_name, password)
    # The file is gone, and with it the only copy of the old password.
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _owner(username: str, full_name: str) -> User:
    """Return a person who answers for agents and never signs in."""
    owner = get_user_model().objects.filter(username=username).first()
    return _created(username, full_name, None) if owner is None else owner


def _created(username: str, full_name: str, password: str | None) -> User:
    first_name, last_name = full_name.split()
    return user_create(
        username=username, first_name=first_name, last_name=last_name, password=password
    )
