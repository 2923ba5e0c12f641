"""Error pages: for people in the look of the site, for scripts as problem documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.defaults import page_not_found

from dashboard.views.access import never_stored, wants_json
from governance.api.problems import problem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase


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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Say that there is nothing here.

    A cache may keep a 404 of its own accord (RFC 9110, 15.1); this one depends on who asks.
    """
    return never_stored(page_not_found(request, exception))
