"""Waiting calls in front of Django.

Django's handler gives each request a thread for as long as it lasts, because its middleware may
be synchronous. A thousand agents waiting for people would be a thousand threads, so calls that
wait are answered here: the same look, authentication and problem documents, and a thread only
while the database is read.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.db import connections

from governance.api.answers import answer
from governance.api.callers import caller_of_token, token_of_header
from governance.api.failures import problem_of_exception
from governance.api.looks import events_look, sequence_number, task_look
from governance.api.metering import Meter
from governance.api.sending import ROUTE, send_unless_gone
from governance.api.waits import Look, look_until_news, wait_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from governance.api.sending import Application, Receive, Scope, Send

_TASK = re.compile(r"/api/v1/tasks/([^/]+)")
_EVENTS = "/api/v1/events"


class WaitingCalls:
    """An ASGI application that answers waiting GET calls and passes on everything else."""

    def __init__(self, pages: Application) -> None:
        """Wrap the application that answers all other requests."""
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        meter = Meter()
        look = _look_of(scope, meter)
        if look is None:
            await self._pages(scope, receive, send)
            return
        scope[ROUTE] = "task-wait" if _TASK.fullmatch(scope["path"]) else "events-wait"
        answered = asyncio.ensure_future(_answered(look, scope, meter))
        await send_unless_gone(answered, receive, send)


def _look_of(scope: Scope, meter: Meter) -> Callable[[], Look] | None:
    """Return how to look at what a waiting call is about; None for any other request.

    A browser's session is left to Django, which knows how to check it.
    """
    if scope["type"] != "http" or scope["method"] != "GET" or b"wait=" not in scope["query_string"]:
        return None
    headers = dict(scope["headers"])
    authorization = headers.get(b"authorization")
    if authorization is None:
        return None
    header = authorization.decode("latin-1")
    task = _TASK.fullmatch(scope["path"])
    if task:
        return lambda: task_look(token_of_header(header), task[1], meter)
    if scope["path"] == _EVENTS:
        query = _query(scope)
        wanted = query.get("fleet") or headers.get(b"countersign-fleet", b"").decode("latin-1")
        return lambda: events_look(
            caller_of_token(token_of_header(header), wanted=wanted or None, meter=meter),
            sequence_number(query.get("after")),
        )
    return None


async def _answered(look: Callable[[], Look], scope: Scope, meter: Meter) -> HttpResponse:
    try:
        wait_s = wait_seconds(_query(scope).get("wait"))
        seen = await look_until_news(
            sync_to_async(_connection_returned(look), thread_sensitive=False), wait_s=wait_s
        )
    except Exception as error:  # noqa: BLE001 - the boundary: logged, then a problem document
        return problem_of_exception(error)
    return meter.told(answer(seen.payload))


def _connection_returned(look: Callable[[], Look]) -> Callable[[], Look]:
    def looked() -> Look:
        try:
            return look()
        finally:
            # Back to the pool: between two looks a wait holds no connection.
            connections.close_all()

    return looked


def _query(scope: Scope) -> Mapping[str, str]:
    parsed = parse_qs(scope["query_string"].decode("latin-1"))
    return {name: values[-1] for name, values in parsed.items()}
