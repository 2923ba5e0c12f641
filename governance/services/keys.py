"""Keys for orchestrators: made once, shown once, kept as a hash; succeeded without a gap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.keys import OVERLAP_MOST, overlap_end, successor_end
from governance.events import KeyChanged, KeyCreated, KeyRevoked, KeyRotated
from governance.models import ApiKey
from governance.refusals import InvalidFieldError
from governance.selectors.access import KEY_MARK, secret_sha256
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.keys import key_get
from governance.services.events import events_publish
from governance.services.key_checks import (
    actor_of,
    agents_check,
    expiry_check,
    key_name_check,
    live_require,
    rate_check,
    rate_words,
    room_check,
    signs_in_require,
    token_new,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.domain.types import Environment, Scope
    from governance.models import Fleet

COMMAND_LINE = "command line"


@transaction.atomic
def key_create(
    *,
    fleet: Fleet,
    name: str,
    environment: Environment,
    scopes: Collection[Scope],
    created_by: User | str,
    agents: Collection[UUID] = (),
    expires_at: datetime | None = None,
    rate_per_minute: int | None = None,
) -> tuple[ApiKey, str]:
    """Return a new key and its token ``cs_<prefix>_<secret>``, which is never shown again.

    Args:
        fleet: whose key it is.
        name: what people call it, 1 to 120 characters; no other living key of the fleet has it.
        environment: the one in which it asks.
        scopes: at least one.
        created_by: a person who must be an admin of the fleet, or how the machine is named.
        agents: the only agents it speaks for; none: every agent of the fleet.
        expires_at: when it ends; None: when it is revoked.
        rate_per_minute: calls a minute, 1 to 1,000,000; None: no limit of its own.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: naming the field that cannot be.
        ConflictError: key_name_taken; keys_full, for a fleet that has 200.
    """
    actor, now = actor_of(created_by, fleet), clock_now()
    if not scopes:
        raise InvalidFieldError(
            "A key needs at least one scope.", field="scopes", value=[], allowed="at least one"
        )
    expiry_check(expires_at, now)
    rate_check(rate_per_minute)
    agents_check(fleet, agents)
    # Under the fleet's lock no other key takes the name meanwhile.
    locked = fleet_lock(fleet.pk)
    key_name_check(locked, name, now)
    room_check(locked, now)
    prefix, secret, token = token_new(KEY_MARK)
    key = ApiKey.objects.create(
        fleet=locked,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256(secret),
        environment=environment.value,
        scopes=sorted(scope.value for scope in scopes),
        agents=list(dict.fromkeys(agents)),
        rate_per_minute=rate_per_minute,
        created_by=actor,
        created_at=now,
        expires_at=expires_at,
    )
    events_publish(_created(key, actor), now=now)
    return key, token


@transaction.atomic
def key_rotate(
    *, fleet: Fleet, user: User | str, key_id: UUID, overlap: timedelta
) -> tuple[ApiKey, str]:
    """Return the successor of a key and its token; the former key ends after ``overlap``.

    The successor has its name, scopes, environment, agents and limit, and as long a life as it
    was given. Until the former ends, both sign in, and share the limit.

    Args:
        fleet: whose key it is.
        user: an admin of the fleet, or how the machine is named.
        key_id: the key to succeed.
        overlap: 0 to 30 days.

    Raises:
        ForbiddenError, MissingError: role_too_low, key_unknown.
        InvalidFieldError: naming ``overlap``.
        ConflictError: key_rotated, key_revoked or key_expired: it has a successor or has ended;
            keys_full, where both would be one key more than the 200 of a fleet.
    """
    actor = actor_of(user, fleet)
    if not timedelta(0) <= overlap <= OVERLAP_MOST:
        raise InvalidFieldError(
            f"The former key can sign in for 0 to {OVERLAP_MOST.days} days more.",
            field="overlap",
            value=str(overlap),
            allowed=f"0 to {OVERLAP_MOST.days} days",
        )
    former, now = key_get(fleet=fleet, key_id=key_id, lock=True), clock_now()
    live_require(former, now)
    end = successor_end(former.created_at, former.expires_at, now=now)
    locked = fleet_lock(fleet.pk)
    former.expires_at = overlap_end(former.expires_at, overlap, now=now)
    former.save(update_fields=["expires_at"])
    # Only now: a key that ends at once makes room for its successor.
    room_check(locked, now)
    prefix, secret, token = token_new(KEY_MARK)
    successor = ApiKey.objects.create(
        fleet=fleet,
        name=former.name,
        prefix=prefix,
        secret_sha256=secret_sha256(secret),
        environment=former.environment,
        scopes=former.scopes,
        agents=former.agents,
        rate_per_minute=former.rate_per_minute,
        replaces=former,
        lineage=former.lineage or former.pk,
        created_by=actor,
        created_at=now,
        expires_at=end,
    )
    events_publish(
        _created(successor, actor),
        KeyRotated(
            fleet_id=fleet.pk,
            actor=actor,
            key_id=former.pk,
            successor_id=successor.pk,
            name=former.name,
            until=former.expires_at.isoformat(),
        ),
        now=now,
    )
    return successor, token


@transaction.atomic
def key_change(
    *, fleet: Fleet, user: User | str, key_id: UUID, name: str, rate_per_minute: int | None
) -> ApiKey:
    """Return a key with another name or limit, which count from its next call on.

    Raises:
        ForbiddenError, MissingError, InvalidFieldError: as `key_create` and `key_rotate`.
        ConflictError: key_name_taken; key_revoked or key_expired, for one that has ended.
    """
    actor = actor_of(user, fleet)
    rate_check(rate_per_minute)
    key, now = key_get(fleet=fleet, key_id=key_id, lock=True), clock_now()
    signs_in_require(key, now)
    told = []
    if name != key.name:
        key_name_check(fleet_lock(fleet.pk), name, now)
        told.append(f"It was called {key.name}.")
    if rate_per_minute != key.rate_per_minute:
        was, is_now = rate_words(key.rate_per_minute), rate_words(rate_per_minute)
        told.append(f"The limit was {was} and is {is_now}.")
    if told:
        key.name, key.rate_per_minute = name, rate_per_minute
        key.save(update_fields=["name", "rate_per_minute"])
        changed = KeyChanged(
            fleet_id=fleet.pk, actor=actor, key_id=key.pk, name=name, sentence=" ".join(told)
        )
        events_publish(changed, now=now)
    return key


@transaction.atomic
def key_revoke(*, fleet: Fleet, key_id: UUID, actor: User | str) -> ApiKey:
    """End a key at once; revoking it again changes nothing, and its successor lives on.

    Raises:
        ForbiddenError, MissingError: role_too_low, key_unknown.
    """
    by = actor_of(actor, fleet)
    key, now = key_get(fleet=fleet, key_id=key_id, lock=True), clock_now()
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        events_publish(
            KeyRevoked(fleet_id=fleet.pk, actor=by, key_id=key.pk, name=key.name), now=now
        )
    return key


def _created(key: ApiKey, actor: str) -> KeyCreated:
    return KeyCreated(
        fleet_id=key.fleet_id,
        actor=actor,
        key_id=key.pk,
        name=key.name,
        environment=key.environment,
        scopes=list(key.scopes),
        rate_per_minute=key.rate_per_minute,
        expires_at=None if key.expires_at is None else key.expires_at.isoformat(),
    )
