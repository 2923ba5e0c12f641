"""Create the demo fleet in an empty database; in a prepared one, change nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.contrib.auth import get_user_model

from config.demo.history import PASTS, history_items
from config.demo.secrets_file import DemoSecrets, password_new, secrets_read, secrets_write
from config.embedded import home_named
from config.embedded.home import PROJECT
from governance.domain.types import Environment, Role, Scope
from governance.refusals import MissingError, UnauthenticatedError
from governance.selectors.access import key_authenticate
from governance.selectors.agents import agent_get
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, membership_role
from governance.services.agents import agent_put
from governance.services.batches import outcomes_load
from governance.services.fleets import fleet_create, membership_set, user_create
from governance.services.keys import key_create
from governance.services.schemas import AgentBody, ToolBody
from governance.services.tools import tool_confirm, tool_put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from config.embedded import Home
    from governance.selectors.access import KeyPrincipal

SLUG, NAME = "shop", "Web shop"
DESCRIPTION = PROJECT / "examples" / "langgraph" / "fleet.json"
SCOPES = (Scope.GATE, Scope.REPORT, Scope.READ)
PEOPLE = (
    ("rita", "Rita Okafor", Role.REVIEWER),
    ("ravi", "Ravi Nair", Role.REVIEWER),
    ("mona", "Mona Weiss", Role.MANAGER),
    ("adam", "Adam Rossi", Role.ADMIN),
)
# Who answers for an agent never decides about it: the owners are not among those who sign in.
OWNERS = (("lena", "Lena Brandt", Role.REVIEWER), ("omar", "Omar Haddad", Role.REVIEWER))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who may sign in to the demo."""

    username: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccess:
    """How people and the example agents get in."""

    sign_ins: tuple[SignIn, ...]
    key: str
    shop: str

    def environ(self, url: str) -> Mapping[str, str]:
        """Return the variables the agents' loop takes, with Countersign at ``url``."""
        return {
            "COUNTERSIGN_URL": url,
            "COUNTERSIGN_KEY": self.key,
            "COUNTERSIGN_SHOP": self.shop,
        }


def demo_prepare(home: Home | None = None) -> DemoAccess:
    """Return the access to the demo fleet, creating what of it is missing; takes under 3 s.

    People, agents, confirmed tools, a key and 30 days of history are made through the services an
    installation uses; passwords and the key are kept in ``demo.json`` of the home.
    """
    root = (home or home_named()).root
    kept = secrets_read(root / "demo.json")
    people = {name: _person(name, full_name, kept) for name, full_name, _ in PEOPLE}
    people |= {name: _owner(name, full_name) for name, full_name, _ in OWNERS}
    key = _key(people["adam"], kept)
    secrets_write(root / "demo.json", kept)
    for username, _, role in (*PEOPLE, *OWNERS):
        if membership_role(user=people[username], fleet=key.fleet) is None:
            membership_set(fleet=key.fleet, user=people[username], role=role, actor="demo")
    _describe(key, people["adam"])
    _remember(key)
    return DemoAccess(
        sign_ins=tuple(
            SignIn(username=name, role=role.value, password=kept.passwords[name])
            for name, _, role in PEOPLE
        ),
        key=kept.key,
        shop=str(root / "shop.sqlite3"),
    )


def _person(username: str, full_name: str, kept: DemoSecrets) -> User:
    """Return the person, whose password is the one kept."""
    first_name, last_name = full_name.split()
    person = get_user_model().objects.filter(username=username).first()
    if person is not None and username in kept.passwords:
        return person
    password = kept.passwords.setdefault(username, password_new())
    if person is None:
        return user_create(
            username=username, first_name=first_name, last_name=last_name, password=password
        )
    # The file is gone, and with it the only copy of the old password.
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _owner(username: str, full_name: str) -> User:
    """Return a person who answers for agents and never signs in."""
    owner = get_user_model().objects.filter(username=username).first()
    if owner is not None:
        return owner
    first_name, last_name = full_name.split()
    return user_create(username=username, first_name=first_name, last_name=last_name, password=None)


def _key(admin: User, kept: DemoSecrets) -> KeyPrincipal:
    """Return the agents' key, in a fleet of which ``admin`` is the admin."""
    try:
        fleet, _ = fleet_for_person(user=admin, slug=SLUG)
    except MissingError:
        fleet = fleet_create(slug=SLUG, name=NAME, admin=admin)
    now = clock_now()
    if kept.key:
        with suppress(UnauthenticatedError):
            return key_authenticate(kept.key, now=now)
    _, kept.key = key_create(
        fleet=fleet,
        name="shop agents",
        environment=Environment.PRODUCTION,
        scopes=SCOPES,
        created_by=admin.get_username(),
    )
    return key_authenticate(kept.key, now=now)


def _describe(key: KeyPrincipal, admin: User) -> None:
    """Register agents and tools as the example describes them, and confirm the tools."""
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    for external_id, body in described["agents"].items():
        agent_put(key=key, external_id=external_id, body=msgspec.convert(body, AgentBody))
    for name, body in described["tools"].items():
        tool, _ = tool_put(key=key, name=name, body=msgspec.convert(body, ToolBody))
        tool_confirm(fleet=key.fleet, user=admin, name=name, sha256=tool.proposed_sha256)


def _remember(key: KeyPrincipal) -> None:
    """Load the agents' past once; the same outcomes loaded again would be duplicates."""
    now = clock_now()
    for past in PASTS:
        if agent_get(fleet=key.fleet, external_id=past.agent).standing.outcomes == 0:
            items = history_items(past, until=now)
            outcomes_load(key=key, items=list(items))
