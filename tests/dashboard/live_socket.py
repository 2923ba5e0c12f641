"""One browser's end of a live socket, without a browser."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from config.asgi import application
from governance.feed import Notice, hub, notices_push

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from django.contrib.auth.models import User

HOST = "localhost:8000"
PROBE = Notice(fleet="nobody's", seq=0, name="", ids={})
NOTICE = {"fleet": "shop", "seq": 99, "name": "ticket.opened", "ids": {"ticket": "t1"}}


def scope(
    path: str, *, cookie: str = "", origin: str = f"http://{HOST}", token: str = ""
) -> dict[str, Any]:
    headers = [(b"host", HOST.encode()), (b"origin", origin.encode())]
    if cookie:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    place, _, query = path.partition("?")
    return {
        "type": "websocket",
        "path": place,
        "headers": headers,
        "query_string": query.encode(),
    }


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Socket:
    """One browser's end of a live socket."""

    def __init__(self, path: str, **kwargs: str) -> None:
        communicator: Any = ApplicationCommunicator
        self.wire = communicator(application, scope(path, **kwargs))
        self.heard: deque[dict[str, Any]] = deque()

    async def open(self) -> dict[str, Any]:
        await self.wire.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.wire.receive_output(timeout=3)
        return answer

    async def message(self) -> dict[str, Any]:
        """Return the next message, beats included."""
        while not self.heard:
            self.heard.extend(json.loads((await self.wire.receive_output(timeout=3))["text"]))
        return self.heard.popleft()

    async def event(self) -> dict[str, Any]:
        """Return the next message that is no beat: one comes whenever a subscription stands."""
        while "beat" in (message := await self.message()):
            pass
        return message

    async def closed_with(self) -> int | None:
        output = await self.wire.receive_output(timeout=3)
        while output["type"] == "websocket.send" and '"beat"' in output["text"]:
            output = await self.wire.receive_output(timeout=3)
        assert output["type"] == "websocket.close", output
        code: int | None = output.get("code")
        return code

    async def leave(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wire.wait(timeout=3)


@asynccontextmanager
async def connected(user: User, path: str = "/ws/f/shop/") -> AsyncIterator[Socket]:
    socket = Socket(path, cookie=await sync_to_async(session_of)(user))
    assert (await socket.open())["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.leave()


async def push(*notices: dict[str, Any]) -> None:
    await subscribed()
    await asyncio.to_thread(notices_push, list(notices))  # type: ignore[arg-type]


async def subscribed() -> None:
    """Return once the process hears the broker: the subscription is made by a task of its own."""
    heard = asyncio.Event()
    with hub().listening(lambda _: heard.set()):
        while not heard.is_set():
            await asyncio.to_thread(notices_push, [PROBE])
            await asyncio.sleep(0.02)
