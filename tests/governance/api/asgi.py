"""Calls to the ASGI application as a server makes them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from config.asgi import application


@dataclass(frozen=True)
class Answered:
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def get(path: str, token: str | None = None, **headers: str) -> Answered:
    """Return the answer to one GET request of a client that stays."""
    return await call(path, token, asyncio.Event(), **headers)


async def call(path: str, token: str | None, gone: asyncio.Event, **headers: str) -> Answered:
    """Return the answer to a GET request; the client leaves when ``gone`` is set."""
    asked = [{"type": "http.request", "body": b"", "more_body": False}]
    return await _answered(application, _scope("GET", path, token, headers), asked, gone)


async def post(
    server_side: Any,
    path: str,
    token: str | None,
    *parts: bytes,
    whole: bool = True,
    stays: bool = True,
    **headers: str,
) -> Answered:
    """Return what ``server_side`` answers to a body in parts.

    Unless ``whole``, more of it is promised; unless the client ``stays``, it leaves afterwards.
    """
    asked: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    asked[-1]["more_body"] = not whole
    gone = asyncio.Event()
    if not stays:
        gone.set()
    named = {"content-type": "application/json", **headers}
    return await _answered(server_side, _scope("POST", path, token, named), asked, gone)


async def _answered(
    server_side: Any, scope: dict[str, Any], asked: list[dict[str, Any]], gone: asyncio.Event
) -> Answered:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop(0)
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await server_side(scope, receive, send)
    if not sent:
        return Answered(0, {}, b"")
    start = sent[0]
    named = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answered(start["status"], named, body)


def _scope(method: str, path: str, token: str | None, headers: dict[str, str]) -> dict[str, Any]:
    address, _, query = path.partition("?")
    named = {"host": "localhost", **headers}
    if token is not None:
        named["authorization"] = f"Bearer {token}"
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": f"/api/v1/{address}",
        "raw_path": f"/api/v1/{address}".encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
