"""Where people are signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from governance.domain.guesses import address_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One browser in which a person is signed in; ``user_agent`` is what it says of itself."""

    id: int
    address: str
    user_agent: str
    signed_in_at: datetime
    seen_at: datetime
    session_key: str


def request_address(request: HttpRequest) -> str:
    """Return where a request comes from; behind a proxy of ours, whom that one saw."""
    return address_of(
        request.META.get("REMOTE_ADDR") or "",
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        behind_proxy=settings.BEHIND_TLS,
    )


def seat_mark(request: HttpRequest, user: User) -> str:
    """Return the mark of the session in which this very person asks; "" for anybody else's or none.

    A token may come with the cookie of another person, whose session proves nothing of its owner.
    """
    session = getattr(request, "session", None)
    if session is None or session.get(SESSION_KEY) != str(user.pk):
        return ""
    return session_mark(session.session_key or "")


def session_mark(session_key: str) -> str:
    """Return what an event may say of a session: no way back to its key."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def seats_of(user: User) -> list[Seat]:
    """Return where the person is signed in now, the latest seen first."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk"))
    alive = _alive({row.session_key for row in rows})
    return [
        Seat(
            id=row.pk,
            address=row.ip,
            user_agent=row.user_agent,
            signed_in_at=row.created_at,
            seen_at=row.last_seen_at,
            session_key=row.session_key,
        )
        for row in rows
        if row.session_key in alive
    ]


def is_signed_in_from(*, username: str, address: str) -> bool:
    """Return whether the person of this user name is signed in from an address now."""
    rows = UserSession.objects.filter(user__username=username, ip=address)
    return bool(_alive(set(rows.values_list("session_key", flat=True))))


def _alive(keys: set[str]) -> set[str]:
    """Return which sessions are still signed in, by Django's clock: it wrote their ends."""
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(found.values_list("session_key", flat=True))
