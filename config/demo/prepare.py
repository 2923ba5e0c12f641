"""Create the demo fleet: a new one for each run, or go on with the last."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from config.demo.fleet import fleet_prepare
from config.demo.history import PASTS, history_items
from config.demo.people import PEOPLE, people_prepare
from config.demo.secrets_file import secrets_read, secrets_write
from config.embedded import home_named
from config.embedded.home import PROJECT
from config.simulation.access import AGENT_SCOPES, KEY_SCOPES
from config.simulation.tools import TOOLS
from governance.domain.types import Environment
from governance.refusals import UnauthenticatedError
from governance.selectors.access import key_authenticate
from governance.selectors.agents import agent_get
from governance.selectors.clock import clock_now
from governance.selectors.keys import key_named
from governance.services.agents import agent_put
from governance.services.batches import outcomes_load
from governance.services.keys import key_create, key_revoke
from governance.services.schemas import AgentBody, ToolBody
from governance.services.tools import tool_confirm, tool_put

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path
    from typing import Any

    from django.contrib.auth.models import User

    from config.demo.secrets_file import DemoSecrets
    from config.embedded import Home
    from governance.domain.types import Scope
    from governance.models import Fleet
    from governance.selectors.access import KeyPrincipal

DESCRIPTION = PROJECT / "examples" / "langgraph" / "fleet.json"
SECRETS, SHOP = "demo.json", "shop.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who may sign in to the demo."""

    username: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccess:
    """How people and the example agents get in; ``keys`` are the simulation's."""

    sign_ins: tuple[SignIn, ...]
    key: str
    shop: str
    fleet: str
    keys: Mapping[str, str] = field(default_factory=dict)

    def environ(self, url: str) -> Mapping[str, str]:
        """Return the variables the shop's loop takes, with Countersign at ``url``."""
        return {
            "COUNTERSIGN_URL": url,
            "COUNTERSIGN_KEY": self.key,
            "COUNTERSIGN_SHOP": self.shop,
        }


def demo_prepare(home: Home | None = None, *, fresh: bool = False) -> DemoAccess:
    """Return the access to the demo fleet, creating what of it is missing; takes under 3 s.

    People, the shop's agents with 30 days of history, confirmed tools and keys are made through
    the services an installation uses; passwords and keys are kept in ``demo.json`` of the home.
    The other agents register themselves and load their own past over HTTP.

    Args:
        home: where passwords, keys and the scratch shop are kept.
        fresh: archive the fleets of earlier runs and begin with a new one and a new shop.
    """
    root = (home or home_named()).root
    kept = secrets_read(root / SECRETS)
    people = people_prepare(kept)
    fleet = fleet_prepare(people, kept, fresh=fresh)
    if fleet.slug != kept.fleet:
        _shop_forget(root)
    key = _keys(fleet, kept)
    secrets_write(root / SECRETS, kept)
    _describe(key, people["adam"])
    _remember(key)
    return DemoAccess(
        sign_ins=tuple(
            SignIn(username=name, role=role.value, password=kept.passwords[name])
            for name, _, role in PEOPLE
        ),
        key=kept.key,
        shop=str(root / SHOP),
        fleet=fleet.slug,
        keys=kept.keys,
    )


def _shop_forget(root: Path) -> None:
    """Delete the scratch shop: what waits in it belongs to a fleet that is over."""
    for path in root.glob(f"{SHOP}*"):
        path.unlink()


def _keys(fleet: Fleet, kept: DemoSecrets) -> KeyPrincipal:
    """Return the shop's key, having made it and those of the simulation where they are missing."""
    shop = _key(fleet, kept.key, "shop agents", Environment.PRODUCTION, AGENT_SCOPES)
    kept.fleet, kept.key = fleet.slug, shop
    kept.keys = {
        name: _key(fleet, kept.keys.get(name, ""), f"simulation {name}", environment, scopes)
        for name, (environment, scopes) in KEY_SCOPES.items()
    }
    return key_authenticate(shop, now=clock_now())


def _key(
    fleet: Fleet, token: str, name: str, environment: Environment, scopes: Collection[Scope]
) -> str:
    """Return the token if it signs in to this fleet, else that of a new key."""
    with suppress(UnauthenticatedError):
        if key_authenticate(token, now=clock_now()).fleet.pk == fleet.pk:
            return token
    # Whoever lost the token of a key cannot use it: its name is free for the one that follows.
    former = key_named(fleet=fleet, name=name, now=clock_now())
    if former is not None:
        key_revoke(fleet=fleet, key_id=former.pk, actor="demo")
    _, made = key_create(
        fleet=fleet, name=name, environment=environment, scopes=scopes, created_by="demo"
    )
    return made


def _describe(key: KeyPrincipal, admin: User) -> None:
    """Register the shop's agents as the example describes them, and confirm all tools."""
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    for external_id, body in described["agents"].items():
        agent_put(key=key, external_id=external_id, body=msgspec.convert(body, AgentBody))
    tools: Mapping[str, Mapping[str, Any]] = {**described["tools"], **TOOLS}
    for name, described_tool in tools.items():
        tool, _ = tool_put(key=key, name=name, body=msgspec.convert(described_tool, ToolBody))
        tool_confirm(fleet=key.fleet, user=admin, name=name, sha256=tool.proposed_sha256)


def _remember(key: KeyPrincipal) -> None:
    """Load the shop's past once; the same outcomes loaded again would be duplicates."""
    now = clock_now()
    for past in PASTS:
        if agent_get(fleet=key.fleet, external_id=past.agent).standing.outcomes == 0:
            items = history_items(past, until=now)
            outcomes_load(key=key, items=list(items))
