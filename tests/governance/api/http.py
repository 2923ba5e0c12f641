"""A caller of the API over HTTP, and a shop for it to call about."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from governance.domain.types import Environment, Scope
from governance.selectors.clock import clock_now
from governance.services.keys import key_create
from governance.services.tokens import token_create
from tests.governance.services.orchestrator import key_name

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.test.client import _MonkeyPatchedWSGIResponse as Reply

    from governance.models import Fleet

ROOT = "/api/v1/"


class Api:
    """Sends JSON with one bearer token, or with none."""

    def __init__(self, token: str | None = None, client: Client | None = None) -> None:
        self.token = token
        self.client = client or Client()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Send one request with a JSON body; a header is named as in ``If_Match``."""
        return self.send_raw(
            method, path, b"" if body is None else json.dumps(body).encode(), **headers
        )

    def send_raw(self, method: str, path: str, raw: bytes, **headers: str) -> Reply:
        """Send one request with these very bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            named.setdefault("Authorization", f"Bearer {self.token}")
        media_type = named.pop("Content-Type", "application/json")
        return self.client.generic(method, ROOT + path, raw, content_type=media_type, headers=named)

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        return self.send("PUT", path, body, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.send("POST", path, {} if body is None else body, **headers)


def key_api(
    fleet: Fleet,
    scopes: Collection[Scope] = tuple(Scope),
    *,
    environment: Environment = Environment.PRODUCTION,
    expires_at: datetime | None = None,
    agents: Collection[UUID] = (),
) -> Api:
    """Return a caller with a new key of the fleet; every scope unless told otherwise."""
    _, token = key_create(
        fleet=fleet,
        name=key_name(fleet),
        environment=environment,
        scopes=scopes,
        created_by="adam",
        agents=agents,
        expires_at=expires_at,
    )
    return Api(token)


def person_api(user: User) -> Api:
    """Return a caller with a new personal token."""
    _, token = token_create(user=user, name="script", expires_at=clock_now() + timedelta(days=1))
    return Api(token)


def session_api(user: User, *, checks_csrf: bool = False) -> Api:
    """Return a caller that has signed in as a browser would."""
    client = Client(enforce_csrf_checks=checks_csrf)
    client.force_login(user)
    return Api(client=client)
