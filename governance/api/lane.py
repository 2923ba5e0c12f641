"""Gate calls in front of Django.

Django's ASGI handler costs several thread hops a request, for middleware that only pages need. The
calls an orchestrator makes for each task are answered here: the very views of the URL conf, in
threads that keep their database connection.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.urls import resolve

from governance.api.bodies import BATCH_BYTES
from governance.api.failures import problem_of_exception
from governance.api.sending import ROUTE, response_send, send_unless_gone
from governance.log_facts import facts_note
from governance.refusals import UnavailableError

if TYPE_CHECKING:
    from django.http import HttpResponse

    from governance.api.sending import Application, Receive, Scope, Send

SINGLE = re.compile(r"/api/v1/tasks(?:/[^/]+/(?:start|heartbeat|cancel|outcome))?")
BATCH = re.compile(r"/api/v1/(?:outcomes|interactions)")
# Without a pool each thread opens a connection of its own.
UNPOOLED = 16
# Work that one thread has ahead of it; whoever comes later is told at once to ask again.
QUEUED_PER_THREAD = 32


@dataclass(frozen=True, slots=True)
class Lane:
    """Threads for one kind of call, each with a connection, and room for the calls that wait."""

    threads: ThreadPoolExecutor
    room: BoundedSemaphore

    def begin(self, scope: Scope, body: bytes) -> Future[HttpResponse]:
        """Queue one call.

        Raises:
            UnavailableError: busy, with so many calls open that this one would wait for long.
        """
        if not self.room.acquire(blocking=False):
            raise UnavailableError("Too many calls are waiting; ask again.", code="busy")
        # What the thread notes of the call stands on the lines of the call.
        work = self.threads.submit(copy_context().run, _answered, scope, body)
        work.add_done_callback(lambda _: self.room.release())
        return work


def lane(name: str, threads: int) -> Lane:
    """Return an empty lane."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
    return Lane(pool, BoundedSemaphore(threads * QUEUED_PER_THREAD))


class GateCalls:
    """An ASGI application that answers the POST calls of the gate and passes on everything else."""

    def __init__(self, pages: Application, *, connections: int) -> None:
        """Wrap the application that answers all other requests.

        Args:
            pages: that application.
            connections: what the process may hold; half serve calls about one task, an eighth
                lists of outcomes and interactions, the rest is left to pages. 0: no limit.
        """
        self._pages = pages
        most = connections or UNPOOLED
        # Loading history must leave the threads of those who ask whether they may run alone.
        self.lanes = {
            SINGLE: lane("gate", max(1, most // 2)),
            BATCH: lane("batch", max(1, most // 8)),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        wanted = self._wanted(scope)
        if wanted is None:
            await self._pages(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        try:
            work = wanted.begin(scope, body)
        except UnavailableError as error:
            await response_send(problem_of_exception(error), send)
            return
        # Cancelled before a thread has taken it, the call is never begun.
        await send_unless_gone(asyncio.wrap_future(work), receive, send)

    def _wanted(self, scope: Scope) -> Lane | None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        for paths, found in self.lanes.items():
            if paths.fullmatch(scope["path"]):
                return found
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
    try:
        request = ASGIRequest(scope, BytesIO(body))
        found = resolve(request.path_info)
        scope[ROUTE] = found.url_name
        facts_note(task=found.kwargs.get("task_id", ""))
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    except Exception as error:  # noqa: BLE001 - the boundary: logged, then a problem document
        return problem_of_exception(error)
    finally:
        # Kept for the next call unless it broke; the settings' age is for threads that end.
        connection.close_at = None
        connection.close_if_unusable_or_obsolete()
    return response
