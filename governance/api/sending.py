"""The ASGI side of the calls that are answered in front of Django."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.http import HttpResponse

    Scope: TypeAlias = dict[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
    Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
    Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# Where in the scope whoever found out which route answers leaves its name; never a path, which has
# ids in it.
ROUTE = "countersign.route"


async def send_unless_gone(
    answered: asyncio.Future[HttpResponse], receive: Receive, send: Send
) -> None:
    """Send the answer once it is there; a caller who leaves before that cancels it."""
    gone = asyncio.ensure_future(_disconnected(receive))
    either: set[asyncio.Future[Any]] = {answered, gone}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if answered.done():
            await response_send(answered.result(), send)
    finally:
        # The caller has left, or the server is stopping: nobody is there to be told.
        gone.cancel()
        answered.cancel()


async def response_send(response: HttpResponse, send: Send) -> None:
    """Send a whole answer, with the one security header that matters for JSON."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.items()
    ]
    headers.append((b"content-length", str(len(response.content)).encode()))
    headers.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


async def _disconnected(receive: Receive) -> None:
    """Return once the caller has left; whatever else still comes is not read."""
    while (await receive())["type"] != "http.disconnect":
        pass
