"""Gate calls in front of Django.

Django's ASGI handler costs several thread hops a request, for middleware that only pages need. The
calls an orchestrator makes for each task are answered here: the very views of the URL conf, in
threads that keep their database connection.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.urls import resolve

from governance.api.bodies import BATCH_BYTES
from governance.api.sending import response_send

if TYPE_CHECKING:
    from django.http import HttpResponse

    from governance.api.sending import Application, Receive, Scope, Send

SINGLE = re.compile(r"/api/v1/tasks(?:/[^/]+/(?:start|heartbeat|cancel|outcome))?")
BATCH = re.compile(r"/api/v1/(?:outcomes|interactions)")
SINGLE_THREADS = 8
# Loading history must leave the threads of those who ask whether they may run alone.
BATCH_THREADS = 2


class GateCalls:
    """An ASGI application that answers the POST calls of the gate and passes on everything else."""

    def __init__(
        self, pages: Application, *, singles: int = SINGLE_THREADS, batches: int = BATCH_THREADS
    ) -> None:
        """Wrap the application that answers all other requests.

        Args:
            pages: that application.
            singles: threads, each with a connection, for calls about one task.
            batches: as many for lists of outcomes and interactions.
        """
        self._pages = pages
        self._lanes = {
            SINGLE: ThreadPoolExecutor(singles, thread_name_prefix="gate"),
            BATCH: ThreadPoolExecutor(batches, thread_name_prefix="batch"),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        lane = self._lane(scope)
        if lane is None:
            await self._pages(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        await response_send(await loop.run_in_executor(lane, _answered, scope, body), send)

    def _lane(self, scope: Scope) -> ThreadPoolExecutor | None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        for paths, lane in self._lanes.items():
            if paths.fullmatch(scope["path"]):
                return lane
        return None


async def _body(receive: Receive) -> bytes | None:
    """Return the body, cut one byte beyond the largest that is read; None if the caller left."""
    read = bytearray()
    while len(read) <= BATCH_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        read += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(read[: BATCH_BYTES + 1])


def _answered(scope: Scope, body: bytes) -> HttpResponse:
    request = ASGIRequest(scope, BytesIO(body))
    found = resolve(request.path_info)
    try:
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    finally:
        # Kept for the next call unless it broke; the settings' age is for threads that end.
        connection.close_at = None
        connection.close_if_unusable_or_obsolete()
    return response
