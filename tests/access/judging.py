"""What each caller must hear by a row, beside what they hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import Scope
from tests.access.callers import Badge
from tests.access.rows import Kind, Said, Who

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from tests.access.callers import Caller
    from tests.access.rows import Row, Use

_BY_STATUS = {401: Said.UNKNOWN, 403: Said.FORBIDDEN, 404: Said.HIDDEN, 405: Said.NO_METHOD}
_STRANGE = {Kind.PAGE: Said.SIGN_IN, Kind.PIECE: Said.UNKNOWN, Kind.CALL: Said.UNKNOWN}


def said(response: HttpResponseBase) -> Said:
    """Return what an answer comes to."""
    if response.status_code >= 500:
        return Said.BROKEN
    if response.status_code == 302 and response["Location"].startswith("/sign-in/?next="):
        return Said.SIGN_IN
    return _BY_STATUS.get(response.status_code, Said.ALLOWED)


def wanted(row: Row, use: Use, caller: Caller) -> Said:
    """Return what the caller must hear."""
    if use.who is Who.EVERYBODY:
        return use.answer
    if row.kind is Kind.CALL and caller.badge is Badge.KEY:
        return _of_key(row, use, caller)
    known = caller.badge is Badge.SESSION or (row.kind is Kind.CALL and caller.badge is Badge.TOKEN)
    if use.who is Who.STRANGERS:
        return Said.ALLOWED
    if not known or not caller.is_good:
        return _STRANGE[row.kind]
    return _of_person(row, use, caller)


def _of_person(row: Row, use: Use, caller: Caller) -> Said:
    if use.who is Who.NOBODY:
        return _without_key(use, caller)
    if row.only and caller.username != row.only:
        return Said.HIDDEN
    if use.who.role is None:
        return _of_all_fleets(use.who, caller)
    if caller.role is None:
        return Said.HIDDEN
    return use.answer if caller.role.rank >= use.who.role.rank else Said.FORBIDDEN


def _without_key(use: Use, caller: Caller) -> Said:
    """Return what a person hears where only keys count; the gate knows no sessions at all."""
    if use.is_gate:
        return Said.UNKNOWN if caller.badge is Badge.SESSION else Said.FORBIDDEN
    return Said.HIDDEN if caller.role is None else Said.FORBIDDEN


def _of_all_fleets(who: Who, caller: Caller) -> Said:
    if who is Who.SIGNED_IN:
        return Said.ALLOWED
    if who is Who.SOME_MANAGER:
        return Said.ALLOWED if caller.manages_some else Said.FORBIDDEN
    if not caller.has_fleet:
        return Said.HIDDEN
    return Said.FORBIDDEN if who is Who.ALL_FLEETS and not caller.runs_all else Said.ALLOWED


def _of_key(row: Row, use: Use, caller: Caller) -> Said:
    if not caller.is_good:
        return Said.UNKNOWN
    if not caller.scopes & {Scope(each) for each in use.keys.split()}:
        return Said.FORBIDDEN
    if caller.is_foreign:
        return use.foreign or (Said.HIDDEN if row.names_something else Said.ALLOWED)
    return use.bound if caller.is_bound else Said.ALLOWED
