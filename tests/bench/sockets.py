"""Many live sockets that listen at once, and what reached them when."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

RESYNC = 4408
OPENING_AT_ONCE = 20
PATIENCE_S = 60.0
SETTLES_S = 0.5


@dataclass(slots=True)
class Ear:
    """What one socket heard: arrival (epoch seconds) by number, and the numbers as they came."""

    at: dict[int, float] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    closed: int | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, seq: int) -> None:
        """Return once this number was heard, or the socket closed."""
        while self.closed is None and seq not in self.at:
            self.news.clear()
            await self.news.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a burst was to all sockets; times in milliseconds from the start of its transaction."""

    name: str
    sockets: int
    events: int
    complete: int
    in_order: int
    resynced: int
    median_ms: float
    worst_ms: float
    whole_ms: float


async def listen(
    url: str,
    headers: Mapping[str, str],
    *,
    count: int,
    name: str,
    publish: Callable[[], Awaitable[Mapping[int, float]]],
) -> Burst:
    """Open ``count`` sockets, let ``publish`` say which numbers it sent when, and compare.

    Raises:
        TimeoutError: if a socket neither hears the last number nor is closed within a minute.
    """
    ears = [Ear() for _ in range(count)]
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def opened() -> ClientConnection:
        async with gate:
            return await connect(
                url.replace("http", "ws", 1),
                origin=Origin(headers["Origin"]),
                additional_headers={"Cookie": headers["Cookie"]},
                proxy=None,
                open_timeout=30,
            )

    wires = list(await asyncio.gather(*(opened() for _ in ears)))
    hearing = [asyncio.create_task(_hear(wire, ear)) for wire, ear in zip(wires, ears, strict=True)]
    sent = await publish()
    last = max(sent)
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(ear.until(last) for ear in ears))
    # What was pushed in another order may follow the last number.
    await asyncio.sleep(SETTLES_S)
    await asyncio.gather(*(wire.close() for wire in wires))
    await asyncio.gather(*hearing)
    return _compared(name, ears, sent)


async def _hear(wire: ClientConnection, ear: Ear) -> None:
    try:
        async for frame in wire:
            now = time.time()
            for message in json.loads(frame):
                if "seq" in message:
                    ear.order.append(message["seq"])
                    ear.at[message["seq"]] = now
            ear.news.set()
    except ConnectionClosed:
        pass
    ear.closed = wire.close_code
    ear.news.set()


def _compared(name: str, ears: list[Ear], sent: Mapping[int, float]) -> Burst:
    whole = [ear for ear in ears if sent.keys() <= ear.at.keys()]
    delays = [(ear.at[seq] - at) * 1e3 for ear in whole for seq, at in sent.items()]
    last = max((ear.at[seq] for ear in whole for seq in sent), default=0.0)
    return Burst(
        name=name,
        sockets=len(ears),
        events=len(sent),
        complete=len(whole),
        in_order=sum(ear.order == sorted(ear.order) for ear in whole),
        resynced=sum(ear.closed == RESYNC for ear in ears),
        median_ms=median(delays),
        worst_ms=max(delays),
        whole_ms=(last - min(sent.values())) * 1e3,
    )
