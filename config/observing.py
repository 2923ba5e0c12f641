"""What stands around every request: its id, its facts, and the line that tells how it ended.

It is the outermost ASGI application, so that gate calls, waiting calls, pages and sockets are all
inside, whichever thread answers them.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.deprecation import MiddlewareMixin

from config.measured import request_measured
from governance.api.sending import ROUTE
from governance.log_facts import (
    REQUEST_HEADER,
    REQUEST_ID,
    facts_begin,
    facts_note,
    request_id_from,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from governance.api.sending import Application, Receive, Scope, Send
    from governance.log_facts import Facts

logger = logging.getLogger("countersign.access")

_HEADER = REQUEST_HEADER.lower().encode()
# Supervisors and scrapers ask all day: their lines would hide the others.
UNLOGGED = frozenset({"healthz", "readyz", "metrics"})
NO_ROUTE = "none"
# What an address names, and how log lines call it.
_NAMED = {"fleet": "fleet", "number": "ticket", "task_id": "task"}


class RequestObserver:
    """Gives each request an id and facts, answers with the id, and logs how it ended."""

    def __init__(self, inner: Application) -> None:
        """Wrap the application that answers."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._inner(scope, receive, send)
            return
        sent = next((value for name, value in scope["headers"] if name == _HEADER), b"")
        with facts_begin(**{REQUEST_ID: request_id_from(sent.decode("latin-1"))}) as facts:
            if scope["type"] == "http":
                await self._answered(scope, receive, send, facts)
            else:
                await self._inner(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, facts: Facts) -> None:
        began_s, status = time.perf_counter(), 0

        async def send_named(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = (_HEADER, str(facts[REQUEST_ID]).encode("latin-1"))
                message = {**message, "headers": [*message.get("headers", ()), named]}
            await send(message)

        try:
            await self._inner(scope, receive, send_named)
        finally:
            self._ended(scope, status, time.perf_counter() - began_s, facts)

    def _ended(self, scope: Scope, status: int, took_s: float, facts: Facts) -> None:
        """Count and tell how a request ended; status 0 where its caller left before an answer."""
        route, method = scope.get(ROUTE, NO_ROUTE), scope["method"]
        request_measured(method=method, route=route, status=status, took_s=took_s, facts=facts)
        if settings.ACCESS_LOG and route not in UNLOGGED:
            logger.info("%s %s %d in %.1f ms", method, route, status, 1_000 * took_s)


class RouteFacts(MiddlewareMixin):
    """Notes which route answers a page or call of Django's, and what its address names."""

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],  # noqa: ARG002 - the signature is Django's
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],
    ) -> None:
        """Note it as soon as it is known."""
        found = request.resolver_match
        scope = getattr(request, "scope", None)
        if scope is not None and found is not None:
            scope[ROUTE] = found.view_name or NO_ROUTE
        facts_note(**{_NAMED[name]: value for name, value in kwargs.items() if name in _NAMED})
