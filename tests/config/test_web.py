from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import uvicorn

from config.listening import listen
from config.web import TurnTakingServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

CALLERS = 20
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def slow_application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer after a while."""
    await asyncio.sleep(0.3)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


@asynccontextmanager
async def serving(listener: socket.socket, count: int) -> AsyncIterator[list[TurnTakingServer]]:
    """Run servers that share ``listener``, as the web processes do."""
    listener.setblocking(False)
    config = uvicorn.Config(
        slow_application, lifespan="off", log_level="critical", timeout_graceful_shutdown=2
    )
    servers = [TurnTakingServer(config) for _ in range(count)]
    sockets = [listener.dup() for _ in servers]
    running = [
        asyncio.create_task(server.serve(sockets=[one]))
        for server, one in zip(servers, sockets, strict=True)
    ]
    try:
        yield servers
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*running)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - uvicorn keeps sets, not events
            await asyncio.sleep(0.01)


def test_callers_who_come_together_are_shared_out() -> None:
    async def run() -> list[int]:
        with listen(18_920) as listener:
            address = listener.getsockname()
            callers = [socket.create_connection(address) for _ in range(CALLERS)]
            async with serving(listener, 2) as servers:
                held = [server.server_state.connections for server in servers]
                await until(lambda: sum(map(len, held)) == CALLERS)
                counts = [len(one) for one in held]
                for caller in callers:
                    caller.close()
        return counts

    assert min(asyncio.run(run())) >= CALLERS // 2 - 2


def test_told_to_stop_it_answers_what_it_was_asked_and_takes_nobody_new() -> None:
    async def run() -> tuple[bytes, list[int]]:
        with listen(18_920) as listener:
            address = listener.getsockname()
            async with serving(listener, 1) as (server,):
                reader, writer = await asyncio.open_connection(*address)
                with closing(writer):
                    writer.write(REQUEST)
                    await until(lambda: bool(server.server_state.tasks))
                    server.should_exit = True
                    await asyncio.sleep(0.15)
                    with socket.create_connection(address):
                        answer = await reader.read()
                        taken = [len(server.server_state.connections)]
        return answer, taken

    answer, taken = asyncio.run(run())

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"done" in answer
    assert taken == [0]
