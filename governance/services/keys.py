"""Keys for orchestrators and tokens for people: made once, shown once, kept as a hash."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from governance.events import KeyCreated, KeyRevoked
from governance.models import ApiKey, PersonalToken
from governance.refusals import InvalidFieldError, MissingError
from governance.selectors.access import KEY_MARK, TOKEN_MARK, secret_sha256
from governance.selectors.clock import clock_now
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.domain.types import Environment, Scope
    from governance.models import Fleet


@transaction.atomic
def key_create(
    *,
    fleet: Fleet,
    name: str,
    environment: Environment,
    scopes: Collection[Scope],
    created_by: str,
    agents: Collection[UUID] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return a new key and its token ``cs_<prefix>_<secret>``, which is never shown again.

    Raises:
        InvalidFieldError: without a scope, or with an expiry that has passed.
    """
    now = clock_now()
    if not scopes:
        raise InvalidFieldError(
            "A key needs at least one scope.", field="scopes", value=[], allowed="at least one"
        )
    _expiry_check(expires_at, now)
    prefix, secret, token = _token_new(KEY_MARK)
    key = ApiKey.objects.create(
        fleet=fleet,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256(secret),
        environment=environment.value,
        scopes=sorted(scope.value for scope in scopes),
        agents=list(agents),
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    events_publish(
        KeyCreated(fleet_id=fleet.pk, actor=created_by, key_id=key.pk, name=name), now=now
    )
    return key, token


@transaction.atomic
def key_revoke(*, fleet: Fleet, key_id: UUID, actor: str) -> ApiKey:
    """End a key at once; revoking it again changes nothing.

    Raises:
        MissingError: if the fleet has no such key.
    """
    now = clock_now()
    # NO KEY: tasks and outcomes refer to the key and may hold the fleet, which comes last here.
    keys = ApiKey.objects.select_for_update(no_key=True)
    key = keys.filter(fleet=fleet, pk=key_id).first()
    if key is None:
        raise MissingError(f"There is no key {key_id}.", field="key", value=str(key_id))
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        events_publish(
            KeyRevoked(fleet_id=fleet.pk, actor=actor, key_id=key.pk, name=key.name), now=now
        )
    return key


@transaction.atomic
def token_create(*, user: User, name: str, expires_at: datetime) -> tuple[PersonalToken, str]:
    """Return a personal token and its text ``csp_<prefix>_<secret>``, never shown again.

    Raises:
        InvalidFieldError: if the expiry has passed.
    """
    now = clock_now()
    _expiry_check(expires_at, now)
    prefix, secret, token = _token_new(TOKEN_MARK)
    stored = PersonalToken.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256(secret),
        created_at=now,
        expires_at=expires_at,
    )
    return stored, token


def token_revoke(*, user: User, token_id: UUID) -> PersonalToken:
    """End one of the person's tokens at once; revoking it again changes nothing.

    Raises:
        MissingError: for an unknown token and for somebody else's, alike.
    """
    tokens = PersonalToken.objects.filter(user=user, pk=token_id)
    tokens.filter(revoked_at=None).update(revoked_at=clock_now())
    token = tokens.first()
    if token is None:
        raise MissingError(f"There is no token {token_id}.", field="token", value=str(token_id))
    return token


def _token_new(mark: str) -> tuple[str, str, str]:
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    return prefix, secret, f"{mark}_{prefix}_{secret}"


def _expiry_check(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidFieldError(
            "The expiry has passed already.",
            field="expires_at",
            value=expires_at.isoformat(),
            allowed=f"after {now.isoformat()}",
        )
