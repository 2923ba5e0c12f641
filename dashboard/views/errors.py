"""Error pages: for people in the look of the site, for scripts as problem documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from dashboard.views.access import wants_json
from governance.api.problems import problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a valid CSRF token, and say that nothing was recorded."""
    if wants_json(request):
        return problem(
            403,
            "csrf_failed",
            "This page is too old",
            "You signed out or in again since it was loaded. Nothing was recorded. Load it again.",
            why=reason,
        )
    return render(request, "403_csrf.html", status=403)
