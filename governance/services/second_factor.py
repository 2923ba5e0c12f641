"""The code of an app as the second factor of a sign-in, and the recovery codes in its place."""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
import time
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from governance.domain.one_time_codes import DIGITS, step_of
from governance.events import RecoveryCodesMade, SecondFactorOff, SecondFactorOn
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.services.fleets import session_end
from governance.services.person_events import person_publish
from governance.services.sessions import seats_end

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

_SECRET_BYTES = 20
_STEP = "last_step"
_BLANKS = str.maketrans("", "", " -\t")


def secret_new() -> str:
    """Return a secret for an app, in the Base32 that people can type."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


@transaction.atomic
def second_factor_set_up(*, user: User, secret: str, code: str) -> list[str]:
    """Ask this person for a code at each sign-in from now on; return their recovery codes.

    Args:
        user: whose.
        secret: what `secret_new` gave to their app.
        code: what the app shows now: proof that it has the secret.

    Raises:
        ConflictError: if there is one already.
        InvalidFieldError: for a code that is not the app's.
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise ConflictError("You have set an app up already.", code="second_factor_is_on")
    step = step_of(_bytes(secret), _digits(code), at_s=time.time(), after=-1)
    if step is None:
        raise wrong_code()
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": encrypt(secret), _STEP: step},
    )
    codes = _codes_renew(user)
    person_publish(
        user,
        lambda fleet_id: SecondFactorOn(
            fleet_id=fleet_id, actor=user.get_username(), username=user.get_username()
        ),
        now=clock_now(),
    )
    return codes


@transaction.atomic
def second_factor_reset(*, user: User, actor: str, reason: str | None = None) -> bool:
    """Take the second factor off somebody who lost it, and sign them out everywhere.

    Whoever has the phone, or an open session, is not who asked. Returns whether there was one.
    """
    if not second_factor_end(user=user, actor=actor, reason=reason):
        return False
    seats_end(user=user)
    session_end(user=user)
    return True


@transaction.atomic
def second_factor_end(*, user: User, actor: str, reason: str | None = None) -> bool:
    """Ask this person for no code any longer; return whether they were asked for one."""
    get_user_model().objects.select_for_update().get(pk=user.pk)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        person_publish(
            user,
            lambda fleet_id: SecondFactorOff(
                fleet_id=fleet_id, actor=actor, username=user.get_username(), reason=reason
            ),
            now=clock_now(),
        )
    return bool(removed)


@transaction.atomic
def recovery_codes_renew(*, user: User) -> list[str]:
    """Return new recovery codes; the ones before are worth nothing.

    Raises:
        ConflictError: without an app to recover from.
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise ConflictError("Set an app up first.", code="second_factor_is_off")
    codes = _codes_renew(user)
    person_publish(
        user,
        lambda fleet_id: RecoveryCodesMade(
            fleet_id=fleet_id, actor=user.get_username(), username=user.get_username()
        ),
        now=clock_now(),
    )
    return codes


@transaction.atomic
def code_check(*, user: User, code: str) -> Authenticator:
    """Return what the person proved to have: the app, or one recovery code, which is then used.

    Each code is taken once, by whichever process is first: the row is locked meanwhile.

    Raises:
        InvalidFieldError: for a code that is neither, or was used before.
    """
    typed = _digits(code)
    rows = list(Authenticator.objects.select_for_update().filter(user=user).order_by("type"))
    for row in rows:
        if _is_taken(row, typed):
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
            return row
    logger.warning("wrong code given for user %s", user.pk)
    if any(_was_taken(row, typed) for row in rows):
        raise InvalidFieldError(
            "This recovery code was used before; each works once. Take another one of them.",
            code="recovery_code_used",
            field="code",
            allowed="a recovery code that was not used yet",
        )
    raise wrong_code()


def wrong_code() -> InvalidFieldError:
    """Return the refusal of a code; what was typed is not repeated."""
    return InvalidFieldError(
        "That is not the code of now, or it was used before. Wait for the next one.",
        code="wrong_code",
        field="code",
        allowed=f"the {DIGITS} digits that your app shows, or a recovery code",
    )


def _is_taken(row: Authenticator, typed: str) -> bool:
    if row.type == Authenticator.Type.TOTP:
        secret = _bytes(decrypt(row.data["secret"]))
        step = step_of(secret, typed, at_s=time.time(), after=row.data.get(_STEP, -1))
        if step is not None:
            row.data[_STEP] = step
        return step is not None
    codes = RecoveryCodes(row)
    is_taken = codes.validate_code(typed)
    row.data = codes.instance.data
    return bool(is_taken)


def _was_taken(row: Authenticator, typed: str) -> bool:
    """Return whether this is a recovery code that no longer works."""
    if row.type != Authenticator.Type.RECOVERY_CODES:
        return False
    return typed in RecoveryCodes(row).generate_codes()


def _codes_renew(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def _digits(code: str) -> str:
    """Return what was typed without the blanks and dashes that people put between."""
    return code.translate(_BLANKS)


def _bytes(secret: str) -> bytes:
    try:
        return base64.b32decode(secret, casefold=True)
    except binascii.Error as error:
        raise InvalidFieldError(
            "This secret is none.", field="secret", allowed="the one that the page showed"
        ) from error
