"""What each request says of its session: that it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.utils.deprecation import MiddlewareMixin

from governance.services.sessions import session_seen

if TYPE_CHECKING:
    from django.http import HttpRequest


class SessionSeen(MiddlewareMixin):
    """Notes when a signed-in session was last seen, at most every 5 min."""

    def process_request(self, request: HttpRequest) -> None:
        """Note it; asks the database nothing while it was seen lately."""
        if SESSION_KEY in request.session and request.user.is_authenticated:
            session_seen(request, request.user)
