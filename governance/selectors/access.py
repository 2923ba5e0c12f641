"""Who is calling: an orchestrator by its key, a person by a personal token."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from governance.domain.types import Environment, Scope
from governance.log_facts import facts_note
from governance.models import ApiKey, PersonalToken
from governance.refusals import ForbiddenError, UnauthenticatedError
from governance.selectors.clock import DatabaseClock, clock_told
from governance.selectors.compiled import CompiledQuery
from governance.selectors.second_factor import has_second_factor

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Agent, Fleet

KEY_MARK = "cs"
TOKEN_MARK = "csp"  # noqa: S105  # the public mark, not a secret
LAST_USED_STEP = timedelta(minutes=1)

_KEY = CompiledQuery(
    lambda prefix: (
        ApiKey.objects.select_related("fleet")
        .annotate(told_at=DatabaseClock())
        .filter(prefix=prefix)
    ),
    str,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPrincipal:
    """An API key that has signed in at `seen_at`, with its fleet joined."""

    key_id: UUID
    name: str
    fleet: Fleet
    environment: Environment
    scopes: frozenset[Scope]
    agent_ids: frozenset[UUID]
    seen_at: datetime
    rate_per_minute: int | None = None
    lineage: UUID | None = None

    @property
    def actor(self) -> str:
        """Return how events and records name this caller."""
        return f"key:{self.name}"

    def speaks_for(self, agent: Agent) -> bool:
        """Return whether the key may act and report for ``agent``."""
        return not self.agent_ids or agent.pk in self.agent_ids


def secret_sha256(secret: str) -> str:
    """Return what is stored of a secret; it is 32 random bytes, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


def key_authenticate(token: str, *, now: datetime | None = None) -> KeyPrincipal:
    """Return the caller behind ``cs_<prefix>_<secret>``; one query, which tells the time, too.

    Args:
        token: what was sent.
        now: another time than that of the query.

    Raises:
        UnauthenticatedError: key_malformed, key_unknown, fleet_archived, key_expired or
            key_revoked.
    """
    prefix, secret = _split(token, KEY_MARK)
    key = _KEY.first(prefix)
    if key is None or not hmac.compare_digest(key.secret_sha256, secret_sha256(secret)):
        raise UnauthenticatedError("No key has this prefix and secret.", code="key_unknown")
    if key.fleet.archived_at is not None:
        raise UnauthenticatedError(
            f"The fleet of this key, {key.fleet.slug}, was archived.", code="fleet_archived"
        )
    now = now or clock_told(key.told_at)  # type: ignore[attr-defined]  # annotated
    _still_valid(key.revoked_at, key.expires_at, now, "key")
    if key.last_used_at is None or now - key.last_used_at >= LAST_USED_STEP:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    facts_note(key=key.pk, fleet=key.fleet.slug)
    return KeyPrincipal(
        key_id=key.pk,
        name=key.name,
        fleet=key.fleet,
        environment=Environment(key.environment),
        scopes=frozenset(Scope(scope) for scope in key.scopes),
        agent_ids=frozenset(key.agents),
        seen_at=now,
        rate_per_minute=key.rate_per_minute,
        lineage=key.lineage,
    )


def person_authenticate(token: str, *, now: datetime) -> User:
    """Return the person behind the personal token ``csp_<prefix>_<secret>``.

    Raises:
        UnauthenticatedError: token_malformed, token_unknown, token_expired or token_revoked.
        ForbiddenError: second_factor_required, where the installation asks everybody for one and
            the person has none.
    """
    prefix, secret = _split(token, TOKEN_MARK)
    found = (
        PersonalToken.objects.select_related("user")
        .filter(prefix=prefix, user__is_active=True)
        .first()
    )
    if found is None or not hmac.compare_digest(found.secret_sha256, secret_sha256(secret)):
        raise UnauthenticatedError("No token has this prefix and secret.", code="token_unknown")
    _still_valid(found.revoked_at, found.expires_at, now, "token")
    if settings.SECOND_FACTOR_REQUIRED and not has_second_factor(found.user):
        raise second_factor_wanted()
    if found.last_used_at is None or now - found.last_used_at >= LAST_USED_STEP:
        PersonalToken.objects.filter(pk=found.pk).update(last_used_at=now)
    facts_note(user=found.user.pk)
    return found.user


def second_factor_wanted() -> ForbiddenError:
    """Return the refusal of whoever has yet to set up the second factor that everybody needs."""
    return ForbiddenError(
        "This installation asks everybody for a second factor. Sign in in a browser and set yours"
        " up first.",
        code="second_factor_required",
    )


def scope_require(principal: KeyPrincipal, scope: Scope) -> None:
    """Refuse a key without ``scope``.

    Raises:
        ForbiddenError: scope_missing, naming the scopes held and the one needed.
    """
    if scope not in principal.scopes:
        held = ", ".join(sorted(principal.scopes)) or "none"
        raise ForbiddenError(
            f"This call needs a key with scope {scope.value}; this key has {held}.",
            code="scope_missing",
            field="scope",
            value=sorted(principal.scopes),
            allowed=scope.value,
        )


def _split(token: str, mark: str) -> tuple[str, str]:
    found, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if found != mark or not prefix or not secret:
        kind = "key" if mark == KEY_MARK else "token"
        raise UnauthenticatedError(
            f"A {kind} has the form {mark}_<prefix>_<secret>.", code=f"{kind}_malformed"
        )
    return prefix, secret


def _still_valid(
    revoked_at: datetime | None, expires_at: datetime | None, now: datetime, kind: str
) -> None:
    if revoked_at is not None:
        raise UnauthenticatedError(
            f"This {kind} was revoked at {revoked_at.isoformat()}.", code=f"{kind}_revoked"
        )
    if expires_at is not None and expires_at <= now:
        raise UnauthenticatedError(
            f"This {kind} expired at {expires_at.isoformat()}.", code=f"{kind}_expired"
        )
