"""A real identity provider on this machine, and a browser's way through it."""

from __future__ import annotations

import html
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
from oidc_provider_mock import User, run_server_in_thread

from config.env_sign_in import sign_in_read
from config.providers import sign_in_providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import Settings

NAME = "Shop ID"
RITA = User(sub="r-1", claims={"email": "rita@shop.example", "email_verified": True})
UNPROVEN = User(sub="u-1", claims={"email": "rita@shop.example", "email_verified": False})
STRANGER = User(sub="s-1", claims={"email": "nobody@shop.example", "email_verified": True})


@contextmanager
def identity_provider() -> Iterator[str]:
    """Run a provider that insists on a nonce, and return its issuer."""
    with run_server_in_thread(require_nonce=True, user_claims=[RITA, UNPROVEN, STRANGER]) as server:
        yield f"http://localhost:{server.server_port}"


def provider_set_up(settings: Settings, issuer: str) -> None:
    found = sign_in_read(
        {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "countersign", "OIDC_CLIENT_SECRET": "s"},
        plain_here=True,
    )
    settings.OIDC_NAME = NAME
    # The address of the callback is made of it once, when the URLs are read.
    providers = sign_in_providers(found)
    providers["openid_connect"]["APPS"][0]["provider_id"] = settings.OIDC_PROVIDER_ID
    settings.SOCIALACCOUNT_PROVIDERS = providers


def led_to(response: Any) -> str:
    """Return the provider's address that a page leads to."""
    found = re.search(r'content="0;url=([^"]+)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def question(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def vouched(url: str, who: User) -> str:
    """Say to the provider who one is, and return where it leads back to."""
    answer = httpx.post(url, data={"sub": who.sub})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def through(client: Client, who: User, **fields: str) -> Any:
    """Sign in through the provider as one of its people."""
    return client.get(vouched(led_to(client.post("/sign-in/provider/", fields)), who))
