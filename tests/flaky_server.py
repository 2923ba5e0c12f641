"""A server that answers what it was told to, broken off or wrong where a test wants it so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Flaky(ThreadingHTTPServer):
    """Gives the answers it was told to, in order; each is status, body and the length it claims."""

    def __init__(self, *answers: tuple[int, bytes, int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Notes the Idempotency-Key of each request."""

    server: Flaky

    def do_GET(self) -> None:
        """Give the next answer."""
        self.do_POST()

    def do_POST(self) -> None:
        """Give the next answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.keys.append(self.headers.get("Idempotency-Key"))
        status, body, length = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def flaky_running() -> Iterator[Flaky]:
    """Run one until the block ends."""
    server = Flaky()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()
