"""The live feed inside a process: push to the channel layer, and one subscription per process.

Messages are thin: fleet, sequence, name and ids, never state. Pushing twice is harmless; a lost
push is found by the gap in the sequence.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from channels_redis.pubsub import RedisPubSubChannelLayer

logger = logging.getLogger(__name__)

GROUP = "events"
RETRY_S = 1.0
# A broker that is there and does not answer must not hold up a decision that is recorded already.
PUSH_WITHIN_S = 0.5


class Notice(TypedDict):
    """One event as it travels: enough to know what to fetch again."""

    fleet: str
    seq: int
    name: str
    ids: dict[str, str]


def notices_push(notices: list[Notice]) -> None:
    """Send the notices of one transaction to every process in one message.

    Raises:
        OSError, redis.RedisError: if the broker is away or silent (``TimeoutError``); the relay
            pushes again later.
    """
    async_to_sync(_send)({"type": "notices", "notices": notices})


async def _send(message: dict[str, Any]) -> None:
    async with asyncio.timeout(PUSH_WITHIN_S):
        await _layer().group_send(GROUP, message)


def _layer() -> RedisPubSubChannelLayer:
    layer: RedisPubSubChannelLayer = get_channel_layer()
    return layer


class Hub:
    """Fans the one subscription of this process out to its listeners.

    A socket per channel-layer group costs a subscription each (197 ms median to 1,000 sockets);
    one subscription and a set in memory costs 17 ms.
    """

    def __init__(self) -> None:
        self._listeners: set[Callable[[Notice], None]] = set()
        self._pump: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self, listener: Callable[[Notice], None]) -> Iterator[None]:
        """Call ``listener`` for each notice until the block ends; it must not block."""
        self._listeners.add(listener)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._receive_forever())
        try:
            yield
        finally:
            self._listeners.discard(listener)

    async def _receive_forever(self) -> None:
        while True:
            try:
                await self._receive()
            except asyncio.CancelledError:
                raise
            except Exception:
                # The broker may be away for a while; readers poll meanwhile.
                logger.warning("live feed lost its broker, trying again", exc_info=True)
                await asyncio.sleep(RETRY_S)

    async def _receive(self) -> None:
        layer = _layer()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        try:
            while True:
                message = await layer.receive(channel)
                for notice in message["notices"]:
                    for listener in tuple(self._listeners):
                        listener(notice)
        finally:
            await layer.group_discard(GROUP, channel)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for closed in [other for other in _hubs if other.is_closed()]:
            del _hubs[closed]
        _hubs[loop] = Hub()
    return _hubs[loop]
