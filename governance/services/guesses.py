"""Guesses at passwords and codes: counted for each user name and address, and held back.

Whatever asks for a password or a code comes by here: the sign-in, its second step, and what stands
beside a decision, in the browser and in the API. Tokens and keys are no guesses: they are too long.
Guesses within a person's own session are counted by that session alone: whoever guesses at their
name elsewhere, even behind the same address, keeps nobody who is signed in from deciding.
"""

# mypy: allow-subclassing-any

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection, transaction

from governance.domain.guesses import Limits, Wrong, held_until
from governance.models import UntoldGuess
from governance.refusals import (
    InvalidFieldError,
    TooManyWrongError,
    UnauthenticatedError,
    UnavailableError,
)
from governance.selectors.clock import clock_now
from governance.selectors.sessions import is_signed_in_from, request_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

Proof = TypeVar("Proof")
_NAME_LENGTH = 255


class GuessHandler(AxesDatabaseHandler):
    """Lets django-axes count by the rule of `domain/guesses.py` and by the one clock.

    Kept is the user name, the address, how many and when: nothing else of what was sent.
    """

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
        """Return whether no guess at the name in ``credentials`` is taken now."""
        return guess_held_until(request, username=_name(credentials)) is not None

    def user_login_failed(
        self,
        sender: Any,  # noqa: ARG002 - the signature is the signal's
        credentials: Mapping[str, Any],
        request: HttpRequest | None = None,
        **_: Any,
    ) -> None:
        """Count a wrong password; what was held back anyway does not count."""
        if request is not None and not getattr(request, "axes_locked_out", False):
            guess_count(request, username=_name(credentials))

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:  # noqa: ARG002
        """Forget what was wrong before from this address: the person is in."""
        AccessAttempt.objects.filter(
            username=user.get_username(), ip_address=request_address(request)
        ).delete()

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
        """Do nothing: sessions are kept by the sessions themselves."""


def answer_kept(
    request: HttpRequest,  # noqa: ARG001 - the signature is axes'
    response: HttpResponse,
    credentials: Mapping[str, Any] | None,  # noqa: ARG001
) -> HttpResponse:
    """Return the answer as it is: the view has said until when, in its own words."""
    return response


def limits() -> Limits:
    """Return how many wrong ones the installation takes."""
    return Limits(
        address_most=settings.SIGN_IN_FAILURES,
        name_most=settings.SIGN_IN_NAME_FAILURES,
        pause=settings.SIGN_IN_PAUSE,
    )


def guess_held_until(request: HttpRequest, *, username: str, seat: str = "") -> datetime | None:
    """Return until when no guess at a user name is taken from where the request comes.

    ``seat`` is the mark of the person's own session, which has a count of its own; "" for none.
    """
    rows = AccessAttempt.objects.filter(username=username[:_NAME_LENGTH], user_agent=seat)
    wrong = [
        Wrong(
            address=row.ip_address or "", count=row.failures_since_start, last_at=row.attempt_time
        )
        for row in rows
    ]
    if not wrong:
        return None
    address = request_address(request)
    # Asked only where a hold is near: it takes two queries.
    is_near = sum(each.count for each in wrong) >= settings.SIGN_IN_NAME_FAILURES
    is_known = is_near and is_signed_in_from(username=username, address=address)
    return held_until(wrong, address=address, is_known=is_known, limits=limits(), now=clock_now())


def guess_require(request: HttpRequest, *, username: str, field: str = "", seat: str = "") -> None:
    """Refuse a guess while none is taken.

    Raises:
        TooManyWrongError: with the time from which on one is taken again.
    """
    until = guess_held_until(request, username=username, seat=seat)
    if until is not None:
        raise too_many_wrong(until, field=field)


def too_many_wrong(until: datetime, *, field: str = "") -> TooManyWrongError:
    """Return the refusal for a name that is held back; the same whether the name exists or not."""
    return TooManyWrongError(
        f"Too many wrong passwords or codes. Nothing is taken until {until:%H:%M:%S} UTC,"
        " not even the right one.",
        field=field,
        retry_after_s=(until - clock_now()).total_seconds(),
        until=until.isoformat(),
    )


@transaction.atomic
def guess_count(request: HttpRequest, *, username: str, seat: str = "") -> None:
    """Count one wrong password or code; the fleets of the person, if there is one, hear of it soon.

    Nothing here asks whether somebody has the name: whoever guesses could read it off the clock.
    """
    now = clock_now()
    pause = settings.SIGN_IN_PAUSE
    name = username[:_NAME_LENGTH]
    AccessAttempt.objects.filter(attempt_time__lte=now - pause).delete()
    row, _ = AccessAttempt.objects.select_for_update().get_or_create(
        username=name,
        ip_address=request_address(request),
        user_agent=seat,
        defaults={"failures_since_start": 0, "get_data": "", "post_data": ""},
    )
    AccessAttempt.objects.filter(pk=row.pk).update(
        failures_since_start=row.failures_since_start + 1, attempt_time=now
    )
    is_held = guess_held_until(request, username=name, seat=seat) is not None
    if is_held:
        logger.warning("guesses at a user name are held back for %s", pause)
    UntoldGuess.objects.create(username=name, is_held=is_held)


def guesses_forgive(*, username: str) -> int:
    """Take guesses at a user name again from everywhere; return how many were forgotten."""
    found = AccessAttempt.objects.filter(username=username)
    count: int = sum(found.values_list("failures_since_start", flat=True))
    found.delete()
    return count


@contextmanager
def one_guess_at_a_time(username: str, seat: str = "") -> Iterator[None]:
    """Let nobody guess at a user name, or in one session, while a guess is checked and counted.

    Without this many at once would all be checked before the first is counted.

    Raises:
        UnavailableError: while another is checked, which takes less than a second.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext('guess'), hashtext(%s))",
                [seat or username],
            )
            (is_mine,) = cursor.fetchone()
        if not is_mine:
            raise UnavailableError(
                "Another sign-in with this user name is being checked. Try again.",
                code="guess_in_flight",
            )
        yield


def _name(credentials: Mapping[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "")


def guess(
    request: HttpRequest,
    *,
    username: str,
    check: Callable[[], Proof],
    field: str = "",
    seat: str = "",
) -> Proof:
    """Return what ``check`` proves; a wrong one is counted, and none is taken while too many were.

    Args:
        request: where the guess comes from.
        username: whose password or code it is.
        check: proves it, or raises.
        field: the field of the form that holds it.
        seat: the mark of the person's own session, where they are signed in; "" for nobody's.

    Raises:
        TooManyWrongError: while none is taken.
        UnavailableError: while another is checked.
        InvalidFieldError, UnauthenticatedError: as ``check`` raises them.
    """
    with one_guess_at_a_time(username, seat):
        guess_require(request, username=username, field=field, seat=seat)
        try:
            return check()
        except (InvalidFieldError, UnauthenticatedError) as error:
            guess_count(request, username=username, seat=seat)
            wrong = error
    # Only now: what leaves the transaction as an error would take the count with it.
    raise wrong
