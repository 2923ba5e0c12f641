"""Which pages may open a socket: a browser sends cookies along, whosever page it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

if TYPE_CHECKING:
    from collections.abc import Mapping


class OriginCheck:
    """Passes a socket on if its page came from this very host and port, or a trusted origin.

    Cookies ignore ports, so another server on the same machine could otherwise listen in.
    """

    def __init__(self, inner: Any) -> None:
        """Wrap the application that serves the sockets."""
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket, or refuse the handshake (the browser sees 403)."""
        headers = {
            name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]
        }
        if is_trusted(headers, trusted_origins=settings.CSRF_TRUSTED_ORIGINS):
            await self.inner(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close"})


def is_trusted(headers: Mapping[str, str], *, trusted_origins: list[str]) -> bool:
    """Return whether the `origin` of a request is its own `host` or listed.

    Args:
        headers: the request's headers, names in lower case; without an origin it is no browser.
        trusted_origins: `https://host`, exact, as in ``CSRF_TRUSTED_ORIGINS``.
    """
    origin, host = headers.get("origin", "").lower(), headers.get("host", "").lower()
    if origin in trusted_origins:
        return True
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    return origin in {f"http://{host}", f"https://{host}"}
