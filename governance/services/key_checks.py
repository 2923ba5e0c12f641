"""What a key or token may be, and whether a key can still be moved."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser

from governance.domain.key_rates import RATE_LEAST, RATE_MOST
from governance.domain.keys import KeyState
from governance.domain.permissions import Action
from governance.models import ApiKey
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.keys import agent_names, key_named, states_of
from governance.selectors.people import person_require
from governance.services.one_line import line_check

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Fleet

LONGEST_NAME = 120
MOST_LIVING = 200
MOST_AGENTS = 1_000


def token_new(mark: str) -> tuple[str, str, str]:
    """Return the public prefix, the secret and the whole text of a new key or token."""
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    return prefix, secret, f"{mark}_{prefix}_{secret}"


def expiry_check(expires_at: datetime | None, now: datetime) -> None:
    """Refuse an end that is not ahead.

    Raises:
        InvalidFieldError: naming ``expires_at``.
    """
    if expires_at is not None and expires_at <= now:
        raise InvalidFieldError(
            "The expiry has passed already.",
            field="expires_at",
            value=expires_at.isoformat(),
            allowed=f"after {now.isoformat()}",
        )


def name_check(name: str, what: str) -> None:
    """Refuse a name of a key or token that cannot be shown on one line.

    Raises:
        InvalidFieldError: naming ``name``.
    """
    line_check("name", f"A {what} needs a name of", name, most=LONGEST_NAME)


def actor_of(by: User | str, fleet: Fleet) -> str:
    """Return how events name who acts; a person must be an admin, the machine's owner is trusted.

    Raises:
        ForbiddenError: role_too_low.
    """
    if isinstance(by, AbstractBaseUser):
        person_require(user=by, fleet=fleet, action=Action.KEYS_MANAGE)
        return by.get_username()
    return by


def key_name_check(fleet: Fleet, name: str, now: datetime) -> None:
    """Refuse a name that cannot be shown or that a living key bears; the fleet is locked.

    Raises:
        InvalidFieldError: naming ``name``.
        ConflictError: key_name_taken.
    """
    name_check(name, "key")
    if key_named(fleet=fleet, name=name, now=now) is not None:
        raise ConflictError(
            f"A living key of {fleet.slug} is called {name} already.",
            code="key_name_taken",
            field="name",
            value=name,
            allowed="a name that no living key of the fleet has",
        )


def room_check(fleet: Fleet, now: datetime) -> None:
    """Refuse one key more than a page shows; the fleet is locked.

    Raises:
        ConflictError: keys_full.
    """
    living = ApiKey.objects.filter(fleet=fleet, revoked_at=None).exclude(expires_at__lte=now)
    if living.count() >= MOST_LIVING:
        raise ConflictError(
            f"A fleet has at most {MOST_LIVING} living keys; revoke one first.", code="keys_full"
        )


def rate_check(rate_per_minute: int | None) -> None:
    """Refuse a limit of calls a minute that is out of bounds; None is no limit.

    Raises:
        InvalidFieldError: naming ``rate_per_minute``.
    """
    if rate_per_minute is not None and not RATE_LEAST <= rate_per_minute <= RATE_MOST:
        allowed = f"{RATE_LEAST} to {RATE_MOST:,} calls a minute, or no limit"
        raise InvalidFieldError(
            f"The limit must be {allowed}, got {rate_per_minute:,}.",
            field="rate_per_minute",
            value=rate_per_minute,
            allowed=allowed,
        )


def agents_check(fleet: Fleet, agents: Collection[UUID]) -> None:
    """Refuse agents that are too many, or not of the fleet.

    Raises:
        InvalidFieldError: naming ``agents``.
    """
    if len(agents) > MOST_AGENTS:
        raise InvalidFieldError(
            f"A key is bound to at most {MOST_AGENTS:,} agents, got {len(agents):,}.",
            field="agents",
            value=len(agents),
            allowed=f"at most {MOST_AGENTS:,} agents",
        )
    unknown = set(agents) - set(agent_names(fleet=fleet, agents=agents)) if agents else set()
    if unknown:
        raise InvalidFieldError(
            f"The fleet has no agent {min(unknown)}.",
            field="agents",
            value=str(min(unknown)),
            allowed="agents of the fleet",
        )


def signs_in_require(key: ApiKey, now: datetime) -> KeyState:
    """Return the state of a key that signs in.

    Raises:
        ConflictError: key_revoked or key_expired.
    """
    state = states_of([key], now=now)[key.pk]
    if state is KeyState.REVOKED:
        at = "" if key.revoked_at is None else key.revoked_at.isoformat()
        raise ConflictError(f"The key {key.name} was revoked at {at}.", code="key_revoked")
    if state is KeyState.EXPIRED:
        at = "" if key.expires_at is None else key.expires_at.isoformat()
        raise ConflictError(f"The key {key.name} expired at {at}.", code="key_expired")
    return state


def live_require(key: ApiKey, now: datetime) -> None:
    """Refuse a key that has a successor or has ended.

    Raises:
        ConflictError: key_rotated, key_revoked or key_expired.
    """
    if signs_in_require(key, now) is KeyState.ROTATED:
        successor = ApiKey.objects.get(replaces=key)
        raise ConflictError(
            f"The key {key.name} was rotated at {successor.created_at.isoformat()} by "
            f"{successor.created_by}: rotate its successor {successor.prefix} instead.",
            code="key_rotated",
        )


def rate_words(rate_per_minute: int | None) -> str:
    """Return a limit in words; None is no limit."""
    return "none" if rate_per_minute is None else f"{rate_per_minute:,} calls a minute"
