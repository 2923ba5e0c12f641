"""The one listening socket that all web processes share."""

from __future__ import annotations

import errno
import socket

TRIED_PORTS = 20
BACKLOG = 1024


class NoFreePortError(RuntimeError):
    """Every port that was tried is taken."""


def listen(port: int, *, host: str = "127.0.0.1") -> socket.socket:
    """Return a socket that listens on ``port`` or the next free one of twenty.

    Its owner hands it to the web processes: they share the connections, one can restart while
    another serves, and no other program can take the port in between.

    Raises:
        NoFreePortError: if all of them are taken.
    """
    ports = range(port, min(port + TRIED_PORTS, 65536))
    for candidate in ports:
        listener = socket.socket(socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it. uvicorn takes a handed socket for a Unix one and leaves it out,
        # and then head and body of an answer wait for each other: 40 ms for every call.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return listener
    message = f"ports {ports[0]} to {ports[-1]} of {host} are all taken: choose another with --port"
    raise NoFreePortError(message)
