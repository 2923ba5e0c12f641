"""Signing in to the general API: keys, personal tokens and browser sessions, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from governance.api.callers import (
    Caller,
    Person,
    bearer_token,
    fleet_wanted,
    is_personal,
    person_in_fleet,
)
from governance.selectors.access import KeyPrincipal, key_authenticate, person_authenticate
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from rest_framework.request import Request


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer cs_<prefix>_<secret>``; the principal becomes ``request.auth``."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, KeyPrincipal] | None:
        """Return the key's principal; None if the request has no key."""
        token = bearer_token(request)
        if token is None or is_personal(token):
            return None
        return AnonymousUser(), key_authenticate(token)


class PersonAuthentication(SessionAuthentication):
    """``Authorization: Bearer csp_<prefix>_<secret>``, or a session with its CSRF token.

    A token in the header is proof enough; only a session, which a browser sends by itself, needs
    the CSRF check.
    """

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the person; None if the request names nobody."""
        token = bearer_token(request)
        if token is not None:
            return person_authenticate(token, now=clock_now()), "token"
        found = super().authenticate(request)
        return None if found is None else (found[0], "session")

    def enforce_csrf(self, request: Request) -> None:
        """Check the token of the header alone: the body is JSON, read strictly afterwards.

        Raises:
            PermissionDenied: without the token, or with another.
        """
        plain = request._request  # noqa: SLF001
        plain.POST = QueryDict()
        super().enforce_csrf(cast("Request", plain))


def caller_of(request: Request) -> Caller:
    """Return the key, or the person in the fleet chosen by ``?fleet=`` or the fleet header.

    Raises:
        UnauthenticatedError: if the request names nobody.
        MissingError, InvalidFieldError: as `callers.person_in_fleet`.
    """
    if isinstance(request.auth, KeyPrincipal):
        return request.auth
    return person_of(request)


def person_of(request: Request) -> Person:
    """Return the person in the chosen fleet; raises as `caller_of`."""
    return person_in_fleet(
        user=AnonymousUser() if request.auth is None else request.user,
        wanted=fleet_wanted(request),
        has_session=request.auth == "session",
    )
