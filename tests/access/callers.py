"""Who asks: browsers, keys and personal tokens, good ones and others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.test import Client

from governance.domain.types import Environment, Role, Scope
from governance.models import Agent, ApiKey
from governance.selectors.clock import clock_now
from governance.services.fleets import membership_set
from governance.services.keys import key_create, key_revoke
from governance.services.tokens import token_create
from tests.dashboard.people import person
from tests.dashboard.shop import NEWCOMER

if TYPE_CHECKING:
    from typing import Any

    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.dashboard.people import People


class Badge(Enum):
    """How a caller says who they are."""

    NONE = "nothing"
    SESSION = "the session of a browser"
    TOKEN = "a personal token"
    KEY = "a key"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who asks.

    ``role`` is theirs in the fleet `shop`, None outside it; ``has_fleet`` says whether they are in any,
    ``manages_some`` whether they are manager or admin of any, ``runs_all`` whether they are admin of each. ``is_good`` is false for what no longer signs in.
    """

    name: str
    badge: Badge
    username: str = ""
    role: Role | None = None
    has_fleet: bool = True
    manages_some: bool = False
    runs_all: bool = False
    scopes: frozenset[Scope] = frozenset()
    is_good: bool = True
    is_foreign: bool = False
    is_bound: bool = False
    cookies: str = ""
    token: str = field(default="", repr=False)

    def client(self, **options: Any) -> Client:
        """Return a browser, or a program, that has not asked anything yet."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else None
        client = Client(headers=headers, **options)
        if self.cookies:
            client.cookies["sessionid"] = self.cookies
        return client


def callers_of(people: People) -> dict[str, Caller]:
    """Return everybody by name.

    Beside the people of the shop: amy is admin of every fleet, nell is in none, dora was a reviewer
    and has been deactivated.
    """
    nell, dora = person("nell", "Nell", "Sand"), person("dora", "Dora", "Ek")
    amy = person("amy", "Amy", "Roth")
    elsewhere = people.otto.memberships.get().fleet
    for fleet, user, at in (
        (people.fleet, dora, Role.REVIEWER),
        (people.fleet, amy, Role.ADMIN),
        (elsewhere, amy, Role.ADMIN),
    ):
        membership_set(fleet=fleet, user=user, role=at, actor="adam")
    seats = {
        "rita": (people.rita, Role.REVIEWER),
        "mona": (people.mona, Role.MANAGER),
        "adam": (people.adam, Role.ADMIN),
        "amy": (amy, Role.ADMIN),
        "otto": (people.otto, None),
        "nell": (nell, None),
        "dora": (dora, None),
    }
    found = [Caller(name="a stranger", badge=Badge.NONE)]
    for name, (user, role) in seats.items():
        about: dict[str, Any] = {
            "username": name,
            "role": role,
            "has_fleet": name != "nell",
            "manages_some": name in {"mona", "adam", "amy", "otto"},
            "runs_all": name == "amy",
            "is_good": name != "dora",
        }
        found += [
            Caller(name=name, badge=Badge.SESSION, cookies=_session(user), **about),
            Caller(name=f"the token of {name}", badge=Badge.TOKEN, token=_token(user), **about),
        ]
    dora.is_active = False
    dora.save(update_fields=["is_active"])
    found += _keys(people)
    return {each.name: each for each in found}


def _keys(people: People) -> list[Caller]:
    fleet, everything = people.fleet, frozenset(Scope)
    elsewhere = people.otto.memberships.get().fleet
    newcomer = Agent.objects.get(fleet=fleet, external_id=NEWCOMER)
    made = [_key(fleet, f"a key that may {scope.value}", frozenset({scope})) for scope in Scope]
    made.append(
        _key(fleet, "a key of another agent", everything, agents=[newcomer.pk], is_bound=True)
    )
    made.append(_key(elsewhere, "a key of another fleet", everything, is_foreign=True))
    ended, expired = (
        _key(fleet, name, everything, is_good=False) for name in ("a revoked key", "an expired key")
    )
    key_revoke(fleet=fleet, key_id=ApiKey.objects.get(name=ended.name).pk, actor="adam")
    past = clock_now() - timedelta(minutes=1)
    ApiKey.objects.filter(name=expired.name).update(expires_at=past)
    return [*made, ended, expired]


def _key(
    fleet: Fleet, name: str, scopes: frozenset[Scope], *, agents: Any = (), **about: Any
) -> Caller:
    _, token = key_create(
        fleet=fleet,
        name=name,
        environment=Environment.PRODUCTION,
        scopes=scopes,
        created_by="adam",
        agents=agents,
    )
    return Caller(name=name, badge=Badge.KEY, token=token, scopes=scopes, **about)


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _token(user: User) -> str:
    ends = clock_now() + timedelta(days=30)
    return token_create(user=user, name="laptop", expires_at=ends)[1]
