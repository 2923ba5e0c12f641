"""Ask for the password again where a signed-in session or a token is not proof enough."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from governance.refusals import InvalidFieldError, UnauthenticatedError
from governance.selectors.clock import clock_now
from governance.selectors.sessions import seat_mark
from governance.services.guesses import guess
from governance.services.second_factor import code_check

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.http import HttpRequest

logger = logging.getLogger(__name__)


def password_check(request: HttpRequest, *, user: User, password: str) -> datetime:
    """Return the time at which the person proved, by password, to be who the caller says.

    Somebody who signs in through a provider has no password here: a code of their app counts.
    Checked before any row is locked: hashing takes a while on purpose.

    Raises:
        UnauthenticatedError: reauthentication_failed, for a wrong password or code.
        TooManyWrongError: while no guess is taken within this session, or by a token at this
            person's password.
    """

    def check() -> datetime:
        if not user.is_active or not _is_right(user, password):
            logger.warning("wrong password given to confirm a decision, user %s", user.pk)
            raise UnauthenticatedError(
                "That is not your password. Nothing was recorded."
                if user.has_usable_password()
                else "That is not the code of your app. Nothing was recorded.",
                code="reauthentication_failed",
                field="password",
            )
        return clock_now()

    return guess(
        request,
        username=user.get_username(),
        check=check,
        field="password",
        seat=seat_mark(request, user),
    )


def _is_right(user: User, password: str) -> bool:
    if user.has_usable_password():
        return user.check_password(password)
    try:
        code_check(user=user, code=password)
    except InvalidFieldError:
        return False
    return True
