"""Pages drawn from sample cards, served to a real browser under the product's own policy.

No database and no view: what is tested here is what the browser gets and does.
"""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import SafeString

STATIC = Path(settings.STATICFILES_DIRS[0])


def policy_header() -> str:
    """Return the content security policy of the settings as a header value."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def draw(template: str, *, theme: str = "", **context: object) -> SafeString:
    """Return a template drawn with cards, as for a request with that theme cookie."""
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = theme
    return engines["django"].get_template(template).render(context, request)  # type: ignore[return-value]


@dataclass
class Answer:
    """What the server says to one request; `body` may be text or a JSON value.

    A browser keeps what `is_kept`, as it keeps the product's own static files.
    """

    body: object = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    is_kept: bool = False

    def encoded(self) -> bytes:
        """Return the body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass
class Sent:
    """One request that the browser made with a body."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class PageServer:
    """Routes by method and path; `sent` records what was posted."""

    url: str = ""
    routes: dict[tuple[str, str], Callable[[Sent], Answer]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def page(self, path: str, body: str) -> None:
        """Answer GET `path` with a page that never changes."""
        self.routes["GET", path] = lambda _: Answer(body)

    def on(self, method: str, path: str, reply: Callable[[Sent], Answer]) -> None:
        """Answer `method` and `path` with what `reply` returns at that time."""
        self.routes[method, path] = reply

    def answer(self, method: str, sent: Sent) -> Answer:
        """Return the answer to one request: a route, a static file, or 404."""
        path = sent.path.partition("?")[0]
        if method != "GET":
            self.sent.append(sent)
        if reply := self.routes.get((method, path)):
            return reply(sent)
        static = STATIC / path.removeprefix("/static/")
        if method == "GET" and path.startswith("/static/") and static.is_file():
            kind = mimetypes.guess_type(static.name)[0] or "application/octet-stream"
            return Answer(static.read_text(encoding="utf-8"), content_type=kind, is_kept=True)
        return Answer("not found", status=404, content_type="text/plain")


@contextmanager
def page_server() -> Iterator[PageServer]:
    """Serve pages on a free loopback port until the block ends."""
    pages = PageServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test output clean."""

        def _reply(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            answer = pages.answer(method, Sent(self.path, dict(self.headers), body))
            content = answer.encoded()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", policy_header())
            if answer.is_kept:
                self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pages.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
