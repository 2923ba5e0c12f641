"""Who is calling: an orchestrator's key, or a person acting in one of their fleets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from governance.domain.types import Scope
from governance.refusals import ForbiddenError, InvalidFieldError, UnauthenticatedError
from governance.selectors.access import (
    KEY_MARK,
    TOKEN_MARK,
    KeyPrincipal,
    key_authenticate,
    person_authenticate,
    scope_require,
)
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, fleets_of, role_require

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest

    from governance.api.metering import Meter
    from governance.domain.permissions import Action
    from governance.domain.types import Role
    from governance.models import Fleet

FLEET_HEADER = "Countersign-Fleet"
FLEET_QUERY = "fleet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A signed-in person in one fleet; ``has_session`` tells a browser from a personal token."""

    user: User
    fleet: Fleet
    role: Role
    has_session: bool

    @property
    def actor(self) -> str:
        """Return how events and records name this caller."""
        return self.user.get_username()

    @property
    def principal(self) -> str:
        """Return the name under which stored answers are kept."""
        return f"user:{self.user.pk}"


Caller: TypeAlias = KeyPrincipal | Person


def key_principal(key: KeyPrincipal) -> str:
    """Return the name under which stored answers to a key are kept."""
    return f"key:{key.key_id}"


def bearer_token(request: HttpRequest) -> str | None:
    """Return the bearer token of the request; None without an Authorization header.

    Raises:
        UnauthenticatedError: for any other scheme.
    """
    header = request.META.get("HTTP_AUTHORIZATION")
    return None if header is None else token_of_header(header)


def token_of_header(header: str) -> str:
    """Return the token of an Authorization header.

    Raises:
        UnauthenticatedError: unless the scheme is Bearer.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError(
            "Authorization must be a bearer token.",
            code="key_malformed",
            allowed=f"Bearer {KEY_MARK}_<prefix>_<secret>",
        )
    return token.strip()


def is_personal(token: str) -> bool:
    """Return whether the token says it belongs to a person."""
    return token.startswith(f"{TOKEN_MARK}_")


def key_of_token(token: str | None, meter: Meter) -> KeyPrincipal:
    """Return the key behind a token, counted on the meter.

    Raises:
        UnauthenticatedError: without a token, or for one that does not sign in.
        ForbiddenError: key_required, for a person's token.
        RateLimitedError: for a key that has no call left.
    """
    if token is None:
        raise UnauthenticatedError(
            "This call needs a key.",
            code="key_missing",
            allowed=f"Authorization: Bearer {KEY_MARK}_<prefix>_<secret>",
        )
    if is_personal(token):
        person_authenticate(token, now=clock_now())
        raise _key_wanted()
    return _key_counted(token, meter)


def caller_of_token(token: str, *, wanted: str | None, meter: Meter) -> Caller:
    """Return the key, counted on the meter, or the person in the fleet they name.

    Raises:
        UnauthenticatedError: for a token that does not sign in.
        MissingError, InvalidFieldError: as `person_in_fleet`.
        RateLimitedError: for a key that has no call left.
    """
    if not is_personal(token):
        return _key_counted(token, meter)
    user = person_authenticate(token, now=clock_now())
    return person_in_fleet(user=user, wanted=wanted, has_session=False)


def person_in_fleet(*, user: User | AnonymousUser, wanted: str | None, has_session: bool) -> Person:
    """Return the person in the fleet they name, or in the only one they have.

    Raises:
        UnauthenticatedError: for nobody.
        MissingError: for a fleet they do not belong to.
        InvalidFieldError: fleet_ambiguous, if they name none and have none or several.
    """
    if not user.is_authenticated:
        raise UnauthenticatedError(
            "Sign in, or send a key or a personal token.",
            code="unauthenticated",
            allowed="Authorization: Bearer <key or personal token>, or a session",
        )
    if wanted is not None:
        fleet, role = fleet_for_person(user=user, slug=wanted)
        return Person(user=user, fleet=fleet, role=role, has_session=has_session)
    fleets = fleets_of(user=user)
    if len(fleets) != 1:
        slugs = ", ".join(fleet.slug for fleet, _ in fleets) or "none: you belong to no fleet"
        raise InvalidFieldError(
            f"Name the fleet with ?{FLEET_QUERY}= or the header {FLEET_HEADER}.",
            code="fleet_ambiguous",
            field=FLEET_QUERY,
            allowed=slugs,
        )
    ((fleet, role),) = fleets
    return Person(user=user, fleet=fleet, role=role, has_session=has_session)


def fleet_wanted(request: HttpRequest) -> str | None:
    """Return the slug the request names, from the query or else from the header."""
    return request.GET.get(FLEET_QUERY) or request.headers.get(FLEET_HEADER)


def any_scope_require(key: KeyPrincipal, *scopes: Scope) -> None:
    """Refuse a key that has none of ``scopes``; the refusal names the first.

    Raises:
        ForbiddenError: scope_missing.
    """
    if key.scopes.isdisjoint(scopes):
        scope_require(key, scopes[0])


def key_required(caller: Caller) -> KeyPrincipal:
    """Return the caller if it is a key.

    Raises:
        ForbiddenError: key_required.
    """
    if isinstance(caller, Person):
        raise _key_wanted()
    return caller


def permission_require(caller: Caller, action: Action, *, scope: Scope) -> None:
    """Refuse a key without ``scope``, and a person whose role may not do ``action``.

    Raises:
        ForbiddenError: scope_missing or role_too_low.
    """
    if not isinstance(caller, Person):
        scope_require(caller, scope)
    else:
        role_require(caller.role, action)


def person_required(caller: Caller) -> Person:
    """Return the caller if it is a person.

    Raises:
        ForbiddenError: person_required, for every key whatever its scopes.
    """
    if isinstance(caller, Person):
        return caller
    raise ForbiddenError(
        "Only a person may do this; a key never can, whatever its scopes.",
        code="person_required",
        allowed="a session, or a personal token csp_<prefix>_<secret>",
    )


def _key_counted(token: str, meter: Meter) -> KeyPrincipal:
    key = key_authenticate(token)
    meter.count(key)
    return key


def _key_wanted() -> ForbiddenError:
    return ForbiddenError(
        "This call is for orchestrators: it needs a key, not a person.",
        code="key_required",
        allowed=f"Authorization: Bearer {KEY_MARK}_<prefix>_<secret>",
    )
