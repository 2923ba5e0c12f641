"""How people sign in, as the process environment says it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.env_values import EnvironmentVariableError, flag, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider that people may sign in through, by the ``name`` they know."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True)
class SignIn:
    """How many wrong passwords and codes are taken, and what else a sign-in asks.

    ``failures_most`` wrong ones from one address, or ``name_failures_most`` from all of them
    together, hold a user name back for ``lock_min`` minutes after the last one.
    """

    failures_most: int
    name_failures_most: int
    lock_min: int
    second_factor_required: bool
    provider: Provider | None

    @property
    def provider_id(self) -> str:
        """Return by what links to the provider are kept: another issuer has other people."""
        issuer = self.provider.issuer if self.provider else ""
        return f"oidc-{hashlib.sha256(issuer.encode()).hexdigest()[:12]}"


def sign_in_read(variables: Mapping[str, str], *, plain_here: bool) -> SignIn:
    """Return how people sign in; ``plain_here`` allows a provider on this machine without TLS.

    Raises:
        EnvironmentVariableError: for a value that cannot be used, or half a provider.
    """
    return SignIn(
        failures_most=whole_number(variables, "SIGN_IN_FAILURES", default=5, least=1, most=100),
        name_failures_most=whole_number(
            variables, "SIGN_IN_NAME_FAILURES", default=50, least=1, most=10_000
        ),
        lock_min=whole_number(variables, "SIGN_IN_LOCK_MIN", default=15, least=1, most=1_440),
        second_factor_required=flag(variables, "REQUIRE_SECOND_FACTOR"),
        provider=_provider(variables, plain_here=plain_here),
    )


def _provider(variables: Mapping[str, str], *, plain_here: bool) -> Provider | None:
    issuer = variables.get("OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    if not _is_issuer(issuer, plain_here=plain_here):
        allowed = "https://host/..., without query or fragment"
        raise EnvironmentVariableError("OIDC_ISSUER", issuer, allowed)
    needed = {name: variables.get(name, "") for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")}
    for name, value in needed.items():
        if not value:
            raise EnvironmentVariableError(name, value, "set where OIDC_ISSUER is")
    return Provider(
        issuer=issuer,
        client_id=needed["OIDC_CLIENT_ID"],
        client_secret=needed["OIDC_CLIENT_SECRET"],
        name=variables.get("OIDC_NAME", "") or urlsplit(issuer).hostname or issuer,
    )


def _is_issuer(url: str, *, plain_here: bool) -> bool:
    """Return whether an issuer may be asked: over TLS, or on this machine where that is allowed."""
    try:
        parts = urlsplit(url)
        is_whole = parts.port != 0 and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
    if not is_whole or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and plain_here and parts.hostname in _LOOPBACK
    )
