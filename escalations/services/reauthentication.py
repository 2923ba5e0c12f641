"""Ask for the password again where a signed-in session or a token is not proof enough."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from governance.refusals import UnauthenticatedError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def password_check(*, user: User, password: str) -> datetime:
    """Return the time at which the person proved, by password, to be who the caller says.

    Checked before any row is locked: hashing takes a while on purpose.

    Raises:
        UnauthenticatedError: reauthentication_failed, for a wrong password.
    """
    if not user.is_active or not user.check_password(password):
        logger.warning("wrong password given to confirm a decision, user %s", user.pk)
        raise UnauthenticatedError(
            "That is not your password. Nothing was recorded.",
            code="reauthentication_failed",
            field="password",
        )
    return clock_now()
