"""The headers that guard an answer: the version it is for, and the password where it takes one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from escalations.services.reauthentication import password_check
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

IF_MATCH = "If-Match"
PASSWORD = "X-Reauthenticate"  # noqa: S105  # the name of a header, not a secret
_VERSION = re.compile(r'"([1-9][0-9]{0,8})"')


def version_wanted(request: HttpRequest) -> int | None:
    """Return the version ``If-Match: "3"`` names; None without the header.

    Raises:
        InvalidFieldError: if it is not one version in quotes; ``*`` names none.
    """
    header = request.headers.get(IF_MATCH)
    if header is None:
        return None
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise InvalidFieldError(
            f"{IF_MATCH} must be the version in quotes.",
            field=IF_MATCH,
            value=header,
            allowed='the ETag of the ticket as you read it, such as "3"',
        )
    return int(found[1])


def password_given_at(request: HttpRequest, user: User) -> datetime | None:
    """Return when the person gave the password: now, if the request carries the right one.

    Raises:
        UnauthenticatedError: for a wrong password.
    """
    header = request.headers.get(PASSWORD)
    if header is None:
        return None
    # Header bytes arrive read as Latin-1; a password is UTF-8.
    password = header.encode("latin-1", "replace").decode("utf-8", "replace")
    return password_check(request, user=user, password=password)


def with_version(response: HttpResponse, version: int) -> HttpResponse:
    """Return the answer with the ticket's version as its ETag."""
    response["ETag"] = f'"{version}"'
    return response


def with_version_again(response: HttpResponse) -> HttpResponse:
    """Return an answer about a ticket with its ETag, read from the body where it was replayed."""
    if response.has_header("ETag"):
        return response
    return with_version(response, msgspec.json.decode(response.content)["version"])
