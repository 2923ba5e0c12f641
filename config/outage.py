"""Pages while the database is away: refused as such, and well again once it is back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from dashboard.views.access import wants_json
from governance.api.failures import problem_of_exception

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5


class DatabaseOutage(MiddlewareMixin):
    """Answers 503 with ``Retry-After`` where a view met a database that does not answer."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return that the database is away, to a script as a problem document."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        connections_check()
        if wants_json(request):
            return problem_of_exception(exception)
        logger.warning("the database did not answer a page: %s", exception)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        response["Cache-Control"] = "no-store"
        return response


def connections_check() -> None:
    """Throw out what the pool keeps of a database that went away.

    Else each kept connection would fail one more request after the database is back.
    """
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.check()
