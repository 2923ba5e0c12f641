"""What is kept and told when a person has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction

from governance.events import MailChanged, PasswordChanged, SignedIn
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.second_factor import has_second_factor
from governance.selectors.turns import turn_wait
from governance.services.fleets import session_end
from governance.services.person_events import person_publish
from governance.services.providers import address_typed
from governance.services.sessions import seats_end, session_note

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

_SECOND_FACTOR = "second_factor"
# What the column holds.
_MAIL_LENGTH = 254


@transaction.atomic
def signed_in(*, user: User, way: str) -> None:
    """Tell the fleets of a person that they signed in, and by what."""
    username = user.get_username()
    person_publish(
        user,
        lambda fleet_id: SignedIn(fleet_id=fleet_id, actor=username, username=username, way=way),
        now=clock_now(),
    )


@transaction.atomic
def password_changed(request: HttpRequest, *, user: User) -> None:
    """End every session of the person but this one, and tell their fleets.

    The request's session has a new key by now, so that a copy of the old one is worth nothing.
    """
    username = user.get_username()
    seats_end(user=user, but=request.session.session_key or "")
    session_note(request, user)
    session_end(user=user)
    person_publish(
        user,
        lambda fleet_id: PasswordChanged(fleet_id=fleet_id, actor=username, username=username),
        now=clock_now(),
    )


@transaction.atomic
def mail_change(*, user: User, address: str) -> None:
    """Change the mail address that a person signs in and resets the password with; "" for none.

    Raises:
        InvalidFieldError: for what is no address, or is another person's.
    """
    typed = address.strip()
    # Two at once with one address: the second waits, and finds it taken.
    turn_wait("people made")
    if typed:
        _mail_require(user, typed)
    if typed == user.email:
        return
    user.email = typed
    user.save(update_fields=["email"])
    address_typed(user)
    username = user.get_username()
    person_publish(
        user,
        lambda fleet_id: MailChanged(fleet_id=fleet_id, actor=username, username=username),
        now=clock_now(),
    )


def _mail_require(user: User, typed: str) -> None:
    try:
        MaxLengthValidator(_MAIL_LENGTH)(typed)
        validate_email(typed)
    except ValidationError as error:
        raise InvalidFieldError(
            "This is no mail address.", field="mail", value=typed, allowed="name@host, or nothing"
        ) from error
    # Two people with one address could sign in with it no longer, nor reset a password.
    if get_user_model().objects.filter(email__iexact=typed).exclude(pk=user.pk).exists():
        raise InvalidFieldError(
            "Somebody else has this mail address.",
            field="mail",
            value=typed,
            allowed="an address of your own",
        )


def second_factor_forget(session: SessionBase) -> None:
    """Note that whoever holds this session has no second factor any longer."""
    session.pop(_SECOND_FACTOR, None)


def second_factor_given(session: SessionBase) -> None:
    """Note that whoever holds this session has a second factor."""
    session[_SECOND_FACTOR] = True


def second_factor_is_owed(session: SessionBase, user: User) -> bool:
    """Return whether whoever holds this session has yet to set a second factor up.

    Asked of the database until they have: then the session says so.
    """
    if session.get(_SECOND_FACTOR, False):
        return False
    if not has_second_factor(user):
        return True
    second_factor_given(session)
    return False
