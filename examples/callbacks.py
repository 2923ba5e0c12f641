"""Wait to be called back: receive a task's signed callback, check it, and ask for the answer.

The message says only that something changed; what counts is the answer to GET tasks/{id}:

    with Callbacks(secret) as callbacks:
        task = gate.task(..., callback_url=<where your proxy leads to callbacks.port>)
        callbacks.wait(task.id, within_s=1800.0)
    gate.start(gate.wait(task))
"""

from __future__ import annotations

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from examples.signatures import SIGNATURE, SignatureError, signature_check

MOST_BYTES = 65_536


class Callbacks:
    """A receiver on this machine; put a proxy with https before it. Use it in a ``with``."""

    def __init__(self, secret: str, *, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen for messages signed with ``secret``; ``port`` 0 takes any that is free."""
        self._told: dict[str, list[dict[str, Any]]] = {}
        self._seen: deque[str] = deque(maxlen=10_000)
        self._changed = threading.Condition()
        self.secret = secret
        taker = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0

            def do_POST(self) -> None:
                """Answer 204 to what is believed, 400 to anything else."""
                length = self.headers.get("Content-Length", "")
                is_short = length.isascii() and length.isdecimal() and int(length) <= MOST_BYTES
                body = self.rfile.read(int(length)) if is_short else b""
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(204 if taker.take(headers, body) else 400)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing: a message is no news of its own."""

        self._server = ThreadingHTTPServer((host, port), Handler)

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self._server.server_address[1])

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Keep a message, once for each Countersign-Delivery; return whether it is believed."""
        try:
            signature_check(headers.get(SIGNATURE.lower(), ""), body, self.secret)
        except SignatureError:
            return False
        message = json.loads(body)
        with self._changed:
            delivery = headers["countersign-delivery"]
            if delivery not in self._seen:
                self._seen.append(delivery)
                self._told.setdefault(message["ids"]["task"], []).append(message)
                self._changed.notify_all()
        return True

    def wait(self, task_id: str, *, within_s: float) -> dict[str, Any] | None:
        """Return the first message about a task that was not returned yet; None if none came."""
        with self._changed:
            self._changed.wait_for(lambda: self._told.get(task_id), timeout=within_s)
            waiting = self._told.get(task_id)
            return waiting.pop(0) if waiting else None

    def __enter__(self) -> Self:
        """Begin to receive."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Receive no more."""
        self._server.shutdown()
        self._server.server_close()
