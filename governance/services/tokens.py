"""Tokens for people's scripts: made once, shown once, kept as a hash; a fact of every fleet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from governance.events import TokenCreated, TokenRevoked
from governance.models import PersonalToken
from governance.refusals import ConflictError, InvalidFieldError, MissingError
from governance.selectors.access import TOKEN_MARK, secret_sha256
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of
from governance.services.events import events_publish
from governance.services.key_checks import expiry_check, name_check, token_new

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

LONGEST_LIFE = timedelta(days=365)
MOST_LIVING = 20


@transaction.atomic
def token_create(*, user: User, name: str, expires_at: datetime) -> tuple[PersonalToken, str]:
    """Return a personal token and its text ``csp_<prefix>_<secret>``, never shown again.

    Raises:
        InvalidFieldError: naming ``name``, or ``expires_at`` unless it is within 365 days.
        ConflictError: tokens_full, for a person who has 20 that sign in.
    """
    now = clock_now()
    name_check(name, "token")
    expiry_check(expires_at, now)
    if expires_at > now + LONGEST_LIFE:
        raise InvalidFieldError(
            f"A token lasts at most {LONGEST_LIFE.days} days.",
            field="expires_at",
            value=expires_at.isoformat(),
            allowed=f"until {(now + LONGEST_LIFE).isoformat()}",
        )
    living = PersonalToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now)
    if living.count() >= MOST_LIVING:
        raise ConflictError(
            f"A person has at most {MOST_LIVING} living tokens; revoke one first.",
            code="tokens_full",
        )
    prefix, secret, text = token_new(TOKEN_MARK)
    token = PersonalToken.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256(secret),
        created_at=now,
        expires_at=expires_at,
    )
    _publish(TokenCreated, user, token, now)
    return token, text


@transaction.atomic
def token_revoke(*, user: User, token_id: UUID) -> PersonalToken:
    """End one of the person's tokens at once; revoking it again changes nothing.

    Raises:
        MissingError: for an unknown token and for somebody else's, alike.
    """
    now, tokens = clock_now(), PersonalToken.objects.filter(user=user, pk=token_id)
    # One UPDATE decides the race: whoever comes second publishes nothing.
    ended = tokens.filter(revoked_at=None).update(revoked_at=now)
    token = tokens.first()
    if token is None:
        raise MissingError(f"There is no token {token_id}.", field="token", value=str(token_id))
    if ended:
        _publish(TokenRevoked, user, token, now)
    return token


def _publish(
    kind: type[TokenCreated | TokenRevoked], user: User, token: PersonalToken, now: datetime
) -> None:
    """Tell every living fleet of the person, in the order of their ids, as fleets are locked."""
    fleets = sorted((fleet for fleet, _ in fleets_of(user=user)), key=lambda fleet: fleet.pk)
    for fleet in fleets:
        told = kind(
            fleet_id=fleet.pk, actor=user.get_username(), token_id=token.pk, name=token.name
        )
        events_publish(told, now=now)
