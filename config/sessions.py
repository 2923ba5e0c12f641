"""What stands before each request of a signed-in session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from dashboard.services.sign_in import second_factor_is_owed
from dashboard.views.access import never_stored, wants_json
from governance.api.problems import problem_of
from governance.selectors.access import second_factor_wanted
from governance.services.sessions import session_seen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

# What somebody may reach who has yet to set a second factor up.
_BEFORE = frozenset({"second-factor", "sign-in", "account_login", "sign-out", "healthz", "readyz"})


class SessionSeen(MiddlewareMixin):
    """Notes when a signed-in session was last seen, at most every 5 min."""

    def process_request(self, request: HttpRequest) -> None:
        """Note it; asks the database nothing while it was seen lately."""
        if SESSION_KEY in request.session and request.user.is_authenticated:
            session_seen(request, request.user)


class SecondFactorFirst(MiddlewareMixin):
    """Leads whoever has no second factor to its set-up, where the installation asks for one."""

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """Let through whoever has one, and what somebody without may reach."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in _BEFORE or not second_factor_is_owed(request.session, request.user):
            return None
        if wants_json(request) or request.path.startswith("/api/"):
            return never_stored(problem_of(second_factor_wanted()))
        return never_stored(redirect("second-factor"))
