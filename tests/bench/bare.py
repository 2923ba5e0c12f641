"""The least a server can do to reach many sockets: no sessions, no database, no broker.

``POST /burst`` with a JSON array of texts sends each of them to every open socket, in order.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

_sends: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve sockets that only listen, and the burst."""
    if scope["type"] == "websocket":
        await _keep_open(receive, send)
    elif scope["type"] == "http":
        await _burst(receive, send)


async def _keep_open(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    _sends.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _sends.discard(send)


async def _burst(receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    texts = json.loads(body)
    await asyncio.gather(*(_send_all(each, texts) for each in tuple(_sends)))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def _send_all(send: Any, texts: list[str]) -> None:
    for text in texts:
        await send({"type": "websocket.send", "text": text})
