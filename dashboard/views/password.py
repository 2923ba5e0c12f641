"""The password beside a decision: asked for again where a session alone is not proof enough."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth import logout

from dashboard.pages.step_up import password_given, password_given_at, wrong_password_given
from dashboard.views.access import signed_out
from escalations.services.reauthentication import password_check
from governance.refusals import UnauthenticatedError
from governance.services.fleets import session_end

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.views.access import PersonRequest

logger = logging.getLogger(__name__)

# Whoever sits at somebody else's open session gets this many guesses.
WRONG_MOST = 5


def password_proof(request: PersonRequest) -> datetime | None:
    """Return when the person last gave the password in this session: now, if the form carries it.

    Raises:
        UnauthenticatedError: for a wrong password; the fifth in a row ends the session.
    """
    password = request.POST.get("password", "")
    if not password:
        return password_given_at(request.session)
    try:
        password_check(request, user=request.user, password=password)
    except UnauthenticatedError:
        if wrong_password_given(request.session) < WRONG_MOST:
            raise
        logger.warning("user %s signed out after %d wrong passwords", request.user.pk, WRONG_MOST)
        user = request.user
        logout(request)
        session_end(user=user)
        raise signed_out() from None
    password_given(request.session)
    return password_given_at(request.session)
