"""People: made with a password that holds, and moved between roles with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from governance.domain.invitations import LONGEST_EMAIL, email_normal
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.turns import turn_wait
from governance.services.fleets import user_create
from governance.services.one_line import line_check

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_NAME = 150
_USERNAME_FORM = f"1 to {LONGEST_NAME} letters, digits or one of @ . + - _"
_EMAIL_FORM = f"one address such as name@host.example, at most {LONGEST_EMAIL} characters"


@transaction.atomic
def person_create(
    *, username: str, first_name: str, last_name: str, password: str, email: str = ""
) -> User:
    """Return a new person whose names, address and password were looked at.

    Raises:
        InvalidFieldError: naming ``username``, ``first_name``, ``last_name``, ``email`` or
            ``password``; a password is never repeated.
        ConflictError: user_exists, for a name that differs from another by capitals only, too;
            person_known, because two people with one address could not sign in with it.
    """
    _username_check(username)
    line_check("first_name", "A first name has", first_name, most=LONGEST_NAME)
    line_check("last_name", "A last name has", last_name, most=LONGEST_NAME)
    if email:
        email = email_read(email)
    return _made(username, first_name, last_name, email, password)


@transaction.atomic
def person_add(
    *, username: str, first_name: str, last_name: str, password: str, email: str = ""
) -> User:
    """Return a new person as whoever runs the machine adds them: names may be left out.

    Raises:
        InvalidFieldError, ConflictError: as `person_create`.
    """
    _username_check(username)
    for field, what, name in (
        ("first_name", "A first name has", first_name),
        ("last_name", "A last name has", last_name),
    ):
        if name:
            line_check(field, what, name, most=LONGEST_NAME)
    return _made(username, first_name, last_name, email_read(email) if email else "", password)


def _made(username: str, first_name: str, last_name: str, email: str, password: str) -> User:
    # Two at once with one name or address: the second waits, and finds it taken.
    turn_wait("people made")
    if email and person_known(email):
        raise ConflictError(
            f"Somebody with the address {email} has an account already.",
            code="person_known",
            field="email",
            value=email,
        )
    if get_user_model().objects.filter(username__iexact=username).exists():
        raise ConflictError(
            f"A person {username} exists already; take another user name.",
            code="user_exists",
            field="username",
            value=username,
        )
    _password_check(username, first_name, last_name, email, password)
    return user_create(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        password=password,
    )


def person_known(email: str) -> bool:
    """Return whether somebody has this address, with an account that may be closed."""
    return get_user_model().objects.filter(email__iexact=email).exists()


def email_read(email: str) -> str:
    """Return an address as it is kept.

    Raises:
        InvalidFieldError: naming ``email``, for what is none.
    """
    normal = email_normal(email)
    try:
        validate_email(normal)
    except ValidationError as error:
        raise InvalidFieldError(
            f"{normal[:LONGEST_EMAIL] or 'Nothing'} is no mail address.",
            field="email",
            value=email[: LONGEST_EMAIL + 1],
            allowed=_EMAIL_FORM,
        ) from error
    if len(normal) > LONGEST_EMAIL:
        raise InvalidFieldError(
            f"A mail address has at most {LONGEST_EMAIL} characters, this one has {len(normal)}.",
            field="email",
            value=email[: LONGEST_EMAIL + 1],
            allowed=_EMAIL_FORM,
        )
    return normal


def _username_check(username: str) -> None:
    try:
        get_user_model().username_validator(username)
    except ValidationError as error:
        raise _username_wrong(username) from error
    if len(username) > LONGEST_NAME:
        raise _username_wrong(username)


def _username_wrong(username: str) -> InvalidFieldError:
    return InvalidFieldError(
        f"A user name has {_USERNAME_FORM}.",
        field="username",
        value=username[: LONGEST_NAME + 1],
        allowed=_USERNAME_FORM,
    )


def _password_check(
    username: str, first_name: str, last_name: str, email: str, password: str
) -> None:
    someone = get_user_model()(
        username=username, first_name=first_name, last_name=last_name, email=email
    )
    try:
        validate_password(password, someone)
    except ValidationError as error:
        raise InvalidFieldError(
            " ".join(error.messages),
            field="password",
            allowed="a password that passes all rules",
        ) from error
