"""The process environment, read once into one typed value."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.utils import getaddresses
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from config.env_metrics import MetricsSettings, metrics_settings
from config.env_seal import SealSettings, seal_settings
from config.env_sign_in import SignIn, sign_in_read
from config.env_values import EnvironmentVariableError, flag, whole_number, words
from governance.domain.outbound import DestinationError, destination_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class DatabaseAddress:
    """Where PostgreSQL answers; ``host`` may be the directory of a Unix socket."""

    name: str
    user: str
    password: str
    host: str
    port: str


@dataclass(frozen=True)
class BrokerAddress:
    """Where Valkey or Redis answers, in the two spellings its clients want."""

    celery_url: str
    redis_url: str


@dataclass(frozen=True)
class MailServer:
    """Which server takes mail; without a ``host`` none does. At most one of the flags is set."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool
    sender: str


@dataclass(frozen=True)
class Environment:
    """Everything the settings take from outside."""

    secret_key: str
    debug: bool
    testing: bool
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    behind_tls: bool
    database: DatabaseAddress
    database_pool_max: int
    broker: BrokerAddress
    live_origin: str
    console_url: str
    watch_url: str
    mail: MailServer
    sign_in: SignIn
    static_root: str
    clock_offset_file: str
    seal: SealSettings
    metrics: MetricsSettings


def environment_read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Return the settings found in ``variables``.

    Raises:
        EnvironmentVariableError: if a value cannot be used, or a secret is missing outside debug.
    """
    debug = flag(variables, "DEBUG")
    trusted = words(variables, "TRUSTED_ORIGINS")
    console_url = _console_url(variables, trusted)
    testing = flag(variables, "COUNTERSIGN_TESTING")
    return Environment(
        secret_key=_secret_key(variables, optional=debug or testing),
        debug=debug,
        testing=testing,
        allowed_hosts=words(variables, "ALLOWED_HOSTS") or ("localhost", "127.0.0.1", "[::1]"),
        trusted_origins=trusted,
        behind_tls=flag(variables, "BEHIND_TLS"),
        database=database_address(
            variables.get("DATABASE_URL", "postgresql://countersign@localhost/countersign")
        ),
        database_pool_max=whole_number(variables, "DATABASE_POOL_MAX", default=0, most=200),
        broker=broker_address(variables.get("BROKER_URL", "redis://localhost:6379/0")),
        live_origin=variables.get("LIVE_ORIGIN", ""),
        console_url=console_url,
        watch_url=_watch_url(variables, plain_here=debug),
        mail=mail_server(variables, console_url=console_url),
        sign_in=sign_in_read(variables, plain_here=debug or testing),
        static_root=variables.get("STATIC_ROOT", ""),
        clock_offset_file=variables.get("CLOCK_OFFSET_FILE", "") if testing else "",
        seal=seal_settings(variables, optional=debug or testing),
        metrics=metrics_settings(variables),
    )


def database_address(url: str) -> DatabaseAddress:
    """Return the parts of a ``postgresql://`` URL; ``?host=/dir`` names a socket directory.

    Raises:
        EnvironmentVariableError: for any other scheme (PostgreSQL is the only dialect) or no name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise EnvironmentVariableError("DATABASE_URL", url, "postgresql://user:password@host/name")
    socket_directory = parse_qs(parts.query).get("host", [""])[0]
    return DatabaseAddress(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=socket_directory or parts.hostname or "",
        port=str(parts.port or ""),
    )


def broker_address(url: str) -> BrokerAddress:
    """Return the broker's address as Celery and as redis-py spell it.

    Raises:
        EnvironmentVariableError: unless the scheme is redis, rediss, redis+socket or unix.
    """
    scheme, _, rest = url.partition("://")
    # Celery's own command line reads BROKER_URL too, and knows only its spelling of a socket.
    if scheme in {"redis+socket", "unix"} and rest:
        return BrokerAddress(celery_url=f"redis+socket://{rest}", redis_url=f"unix://{rest}")
    if scheme in {"redis", "rediss"} and rest:
        return BrokerAddress(celery_url=url, redis_url=url)
    raise EnvironmentVariableError(
        "BROKER_URL", url, "redis://host:port/0 or redis+socket:///path.sock"
    )


def mail_server(variables: Mapping[str, str], *, console_url: str) -> MailServer:
    """Return the server that takes mail; STARTTLS unless TLS is wanted from the first byte.

    Raises:
        EnvironmentVariableError: for a port that is none, both kinds of TLS, or a sender with a
            line break or without an address.
    """
    tls = flag(variables, "EMAIL_USE_SSL")
    starttls = flag({"EMAIL_USE_TLS": "0" if tls else "1", **variables}, "EMAIL_USE_TLS")
    if tls and starttls:
        raise EnvironmentVariableError("EMAIL_USE_TLS", "1", "0 where EMAIL_USE_SSL is 1")
    host = urlsplit(console_url).hostname or "localhost"
    sender = variables.get("EMAIL_FROM", f"Countersign <countersign@{host}>")
    found = [address for _, address in getaddresses([sender])]
    if len(found) != 1 or "@" not in found[0] or not sender.isprintable():
        raise EnvironmentVariableError("EMAIL_FROM", sender, "one address, such as a@b.example")
    return MailServer(
        host=variables.get("EMAIL_HOST", ""),
        port=whole_number(variables, "EMAIL_PORT", default=465 if tls else 587, most=65_535),
        user=variables.get("EMAIL_HOST_USER", ""),
        password=variables.get("EMAIL_HOST_PASSWORD", ""),
        starttls=starttls,
        tls=tls,
        sender=sender,
    )


def _console_url(variables: Mapping[str, str], trusted: tuple[str, ...]) -> str:
    """Return where people open the console, without a slash at the end."""
    # A wildcard names many hosts, and a link leads to one.
    exact = (origin for origin in trusted if "*" not in origin)
    url = variables.get("CONSOLE_URL", next(exact, "http://localhost:8000")).rstrip("/")
    if not _is_origin(url):
        raise EnvironmentVariableError("CONSOLE_URL", url, "https://host, without a path")
    return url


def _is_origin(url: str) -> bool:
    """Return whether a URL is a scheme of the web, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        # Reading the port finds one that is none.
        is_whole = parts.port != 0 and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
    return is_whole and parts.scheme in {"http", "https"} and url == origin


def _watch_url(variables: Mapping[str, str], *, plain_here: bool) -> str:
    """Return where the auditor's runs are told of; empty for nobody."""
    url = variables.get("WATCH_URL", "")
    try:
        if not url or destination_of(url).is_secure(plain_here=plain_here):
            return url
    except DestinationError:
        pass
    allowed = "https://host/..., without user name, password or fragment"
    # The address is what the pings are known by: it stays out of logs.
    raise EnvironmentVariableError("WATCH_URL", url.partition("://")[0] + "://...", allowed)


def _secret_key(variables: Mapping[str, str], *, optional: bool) -> str:
    value = variables.get("SECRET_KEY", "")
    if len(value) >= 32 or (optional and value):
        return value
    if optional:
        return "only-for-debug-and-tests-never-for-anything-else"
    raise EnvironmentVariableError("SECRET_KEY", value, "at least 32 random characters")
