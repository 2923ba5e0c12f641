"""Sessions of people: noted where they sign in, and ended one by one."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from governance.refusals import MissingError
from governance.selectors.sessions import request_address, seats_of
from governance.services.fleets import session_end

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

# "Last seen" is as true as this; a page more often would be a write more for each.
SEEN_EVERY = timedelta(minutes=5)
_SEEN_AT = "seen_at"


def session_note(request: HttpRequest, user: User) -> None:
    """Note that the request's session is this person's, from where, and when it was seen."""
    if not request.session.session_key:
        request.session.save()
    now = timezone.now()
    length = UserSession._meta.get_field("user_agent").max_length  # noqa: SLF001 - Django's way
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": request_address(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:length],
            "last_seen_at": now,
        },
    )
    request.session[_SEEN_AT] = now.timestamp()


def session_begun(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:  # noqa: ARG001
    """Note a session when its person signs in: Django's signal, whatever the way."""
    session_note(request, user)


def session_seen(request: HttpRequest, user: User) -> None:
    """Note that a session was seen, at most every 5 min; asks the database nothing in between."""
    seen_at = request.session.get(_SEEN_AT, 0.0)
    if timezone.now().timestamp() - seen_at >= SEEN_EVERY.total_seconds():
        session_note(request, user)


@transaction.atomic
def seat_end(*, user: User, seat_id: int) -> str:
    """Sign a person out in one browser and close its live pages; return the session's key.

    Raises:
        MissingError: if there is no such session of theirs, or it has ended already.
    """
    seat = next((each for each in seats_of(user) if each.id == seat_id), None)
    if seat is None:
        raise MissingError("This session has ended already.", field="session", value=seat_id)
    _delete(seat.session_key)
    session_end(user=user, session_key=seat.session_key)
    return seat.session_key


@transaction.atomic
def seats_end(*, user: User, but: str = "") -> int:
    """Sign a person out everywhere, but in the session of this key; return in how many."""
    ended = [seat for seat in seats_of(user) if seat.session_key != but]
    for seat in ended:
        _delete(seat.session_key)
        session_end(user=user, session_key=seat.session_key)
    UserSession.objects.filter(user=user).exclude(session_key=but).delete()
    return len(ended)


def _delete(session_key: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore().delete(session_key)
    UserSession.objects.filter(session_key=session_key).delete()
