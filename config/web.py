"""One web process on the listening socket it was handed: ``python -m config.web FD``.

It is uvicorn, but for how it takes connections. A process that takes all that are waiting gets
all of them when many come at once, and keeps them for as long as the callers do: the other
processes then idle beside it. This one takes one at a time and lets the others have a turn.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Any

import uvicorn

logger = logging.getLogger(__name__)

# Long enough for an idle process to wake up, short beside what any request takes.
TURN_S = 0.001
# Out of file descriptors, most likely: trying again at once would only keep a processor busy.
PAUSE_S = 1.0
GRACEFUL_STOP_S = 2


class TurnTakingServer(uvicorn.Server):
    """A server that leaves connections for others that accept from the same sockets."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then take connections from ``sockets``."""
        await super().startup(sockets=[])
        self._accepting = [asyncio.create_task(self._accept(one)) for one in sockets or []]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections and finish what runs."""
        for one in self._accepting:
            one.cancel()
        await super().shutdown(sockets)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
                await loop.connect_accepted_socket(self._protocol, connection)
            except OSError:
                logger.exception("a connection could not be taken")
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(TURN_S)

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


def main() -> None:
    """Serve until told to stop."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    listener.setblocking(False)
    config = uvicorn.Config(
        "config.asgi:application",
        access_log=False,
        # Who calls is read from what our own proxy adds (governance/domain/guesses.py).
        proxy_headers=False,
        # Its lines are to look like all others.
        log_config=None,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
    )
    TurnTakingServer(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
