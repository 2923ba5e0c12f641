"""How long ago the person last proved, by password, to be who the session says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

_GIVEN_AT = "password_given_at"
_WRONG = "wrong_passwords"


def password_given(session: SessionBase) -> None:
    """Note that the right password was given now: at sign-in or with a critical decision."""
    session[_GIVEN_AT] = clock_now().isoformat()
    session[_WRONG] = 0


def password_given_at(session: SessionBase) -> datetime | None:
    """Return when the password was last given in this session; None if never."""
    given_at = session.get(_GIVEN_AT)
    return None if given_at is None else datetime.fromisoformat(given_at)


def wrong_password_given(session: SessionBase) -> int:
    """Count one more wrong password in a row and return how many there were."""
    session[_WRONG] = session.get(_WRONG, 0) + 1
    return int(session[_WRONG])
