"""The first run of an empty installation: the link that begins it, and how far it is."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.utils.crypto import salted_hmac

from governance.models import FirstRun
from governance.refusals import MissingError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SALT = "countersign.first-run"


def is_empty() -> bool:
    """Return whether this installation has no people at all."""
    return not get_user_model().objects.exists()


def welcome_token() -> str:
    """Return what the link of the first run ends in: 256 bits that follow from ``SECRET_KEY``.

    Nothing is stored of it, and it is good for as long as there are no people.
    """
    return salted_hmac(_SALT, "link", algorithm="sha256").hexdigest()


def welcome_check(token: str) -> None:
    """Refuse a link that does not begin the first run.

    Raises:
        MissingError: welcome_over once there are people, welcome_unknown.
    """
    if not is_empty():
        raise MissingError(
            "This installation has people already, so that its first run is over. Sign in, or ask"
            " an admin to invite you.",
            code="welcome_over",
        )
    if not hmac.compare_digest(token.encode(), welcome_token().encode()):
        raise MissingError(
            "This is not the link of this installation. Copy all of it from where it was printed.",
            code="welcome_unknown",
        )


def first_run_of(user: User) -> FirstRun | None:
    """Return the first run that this person began and has not ended; None where there is none."""
    return FirstRun.objects.select_related("fleet", "user").filter(user=user, ended_at=None).first()
