"""How a person signs in, and where they are signed in."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from django.conf import settings

from dashboard.cards.security import (
    AppCard,
    AppSetUpCard,
    CodesCard,
    Proof,
    Refused,
    SeatLine,
    SecurityCard,
)
from dashboard.display.device_words import device_words
from dashboard.pages.step_up import password_given_at
from escalations.services.ballots import STEP_UP_FRESH
from governance.domain.guesses import NO_ADDRESS
from governance.selectors.clock import clock_now
from governance.selectors.second_factor import has_second_factor, second_factor_of
from governance.selectors.sessions import seats_of
from governance.services.providers import is_linked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.base import SessionBase

    from dashboard.views.access import PersonRequest

_NOTHING = Refused()


def security_card(
    request: PersonRequest, *, refused: Refused = _NOTHING, said: str = ""
) -> SecurityCard:
    """Return the page of the person who asks."""
    user = request.user
    return SecurityCard(
        username=user.get_username(),
        seats=tuple(_seats(user, request.session.session_key or "")),
        app=_app(user),
        mail=user.email,
        mail_helps=_mail_helps(),
        has_password=user.has_usable_password(),
        proof=proof_for(user, request.session),
        provider=settings.OIDC_NAME,
        is_linked=bool(settings.OIDC_NAME) and is_linked(user),
        refused=refused,
        said=said,
    )


def proof_for(user: User, session: SessionBase) -> Proof:
    """Return how this person proves to be who the session says."""
    if user.has_usable_password():
        return Proof(label="Your password")
    if has_second_factor(user):
        return Proof(label="The code of your app", autocomplete="one-time-code")
    return Proof(label="", why_not="" if is_fresh(session) else _SIGN_IN_AGAIN)


def is_fresh(session: SessionBase) -> bool:
    """Return whether the person signed in, or gave the password, in the last 5 min."""
    given_at = password_given_at(session)
    return given_at is not None and clock_now() - given_at <= STEP_UP_FRESH


_SIGN_IN_AGAIN = "You signed in more than 5 min ago. Sign out and in again, then come back."


def set_up_card(
    request: PersonRequest, secret: str, *, problem: str = "", field: str = ""
) -> AppSetUpCard:
    """Return the set-up of an app with this secret."""
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return AppSetUpCard(
        secret=secret,
        picture="data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode(),
        proof=proof_for(request.user, request.session),
        is_required=settings.SECOND_FACTOR_REQUIRED,
        problem=problem,
        field=field,
    )


def codes_card(user: User, codes: Sequence[str], *, then: str) -> CodesCard:
    """Return recovery codes to be kept."""
    lines = [
        f"Countersign recovery codes of {user.get_username()}",
        settings.CONSOLE_URL,
        "Each is good for one sign-in in the place of your app's code.",
        "",
        *codes,
        "",
    ]
    file = base64.b64encode("\r\n".join(lines).encode()).decode()
    return CodesCard(
        codes=tuple(codes), file=f"data:text/plain;charset=utf-8;base64,{file}", then=then
    )


def _seats(user: User, session_key: str) -> list[SeatLine]:
    lines = [
        SeatLine(
            id=seat.id,
            device=device_words(seat.user_agent),
            address="an unknown address" if seat.address == NO_ADDRESS else seat.address,
            signed_in_at=seat.signed_in_at,
            seen_at=seat.seen_at,
            is_this=seat.session_key == session_key,
        )
        for seat in seats_of(user)
    ]
    return sorted(lines, key=lambda line: not line.is_this)


def _app(user: User) -> AppCard:
    found = second_factor_of(user)
    required = settings.SECOND_FACTOR_REQUIRED
    if found is None:
        return AppCard(since=None, is_required=required)
    return AppCard(
        since=found.since,
        used_at=found.used_at,
        codes_left=found.codes_left,
        is_required=required,
    )


def _mail_helps() -> str:
    if settings.EMAIL_HOST:
        return "You can sign in with it, and a link for a new password is mailed to it."
    return (
        "You can sign in with it. No mail server is set up: an admin helps whoever forgets a"
        " password."
    )
