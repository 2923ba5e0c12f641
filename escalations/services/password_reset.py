"""A new password by mail: a link to whoever has the address, and never a word about who has."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from escalations.domain.reset_text import reset_message
from escalations.services.notice_out import NotTakenError, mail_send
from governance.domain.ids import id_new
from governance.events import PasswordReset
from governance.selectors.clock import clock_now
from governance.selectors.second_factor import has_second_factor
from governance.services.fleets import session_end
from governance.services.guesses import guesses_forgive
from governance.services.person_events import person_publish
from governance.services.providers import address_proven
from governance.services.sessions import seats_end

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

# Whoever asks again and again fills nobody's mailbox: one mail in so long, by each courier.
AGAIN_AFTER_S = 120


def reset_mails_send(address: str) -> int:
    """Mail a link to everybody who has this address and a password; return to how many.

    Raises:
        NotTakenError: unless the mail server took it; the next ask tries again.
    """
    people = get_user_model().objects.filter(email__iexact=address.strip(), is_active=True)
    sent = 0
    for user in people:
        if user.email and user.has_usable_password() and cache.add(_key(user), 1, AGAIN_AFTER_S):
            _mail(user)
            sent += 1
    return sent


def reset_url(user: User) -> str:
    """Return a link with which this person sets a new password, once and within the hour."""
    token = default_token_generator.make_token(user)
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.CONSOLE_URL + reverse("password-new", kwargs={"uidb64": key, "token": token})


@transaction.atomic
def password_was_reset(*, user: User) -> None:
    """End every session of a person with a new password, forget wrong guesses, tell their fleets.

    The link went to the person, so what others guessed meanwhile must not hold them back.
    """
    username = user.get_username()
    seats_end(user=user)
    address_proven(user)
    guesses_forgive(username=username)
    session_end(user=user)
    person_publish(
        user,
        lambda fleet_id: PasswordReset(fleet_id=fleet_id, actor=username, username=username),
        now=clock_now(),
    )


def _mail(user: User) -> None:
    message = reset_message(
        username=user.get_username(), url=reset_url(user), asks_code=has_second_factor(user)
    )
    try:
        mail_send(user.email, message, id_new())
    except NotTakenError:
        cache.delete(_key(user))
        raise


def _key(user: User) -> str:
    return f"password-reset:{user.pk}"
