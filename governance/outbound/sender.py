"""The one way out: an HTTP POST that cannot be turned against the network it is sent from.

A host's name is resolved once, every address it stands for is checked, and the connection goes to
what was checked. Nothing is redirected, nothing goes through a proxy of the environment, and the
whole exchange has a limit of time that neither a slow name server nor a slow answer can stretch.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any, NamedTuple

import certifi
import httpcore

from governance.domain.outbound import (
    Address,
    Destination,
    DestinationError,
    Network,
    address_refusal,
    destination_of,
)

WITHIN_S = 10.0
# What a log keeps of an answer.
KEPT_BYTES = 500
# A name server that does not answer holds one of these for as long as the system tries.
_RESOLVERS = ThreadPoolExecutor(16, thread_name_prefix="resolver")

Resolve = Callable[[str, int], list[Address]]


class Reply(NamedTuple):
    """What the other side said: status, the beginning of its text, and after how many ms."""

    status: int
    text: str
    took_ms: int


class UnsentError(Exception):
    """Nothing was answered, or may not even be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """What may be reached, and for how long it is tried.

    ``allowed`` names networks beyond the public internet; ``plain_here`` lets http to this machine
    pass, as a demo needs it; ``within_s`` is for the whole exchange, in seconds.
    """

    allowed: Sequence[Network] = ()
    plain_here: bool = False
    within_s: float = WITHIN_S


def addresses_of(host: str, port: int) -> list[Address]:
    """Return what a host's name stands for, as the system resolves it.

    Raises:
        OSError: if it stands for nothing.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name of a host") from error
    # A link-local address carries its interface.
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def message_post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    way: Way,
    *,
    resolve: Resolve = addresses_of,
) -> Reply:
    """Send one message and return what was answered, whatever its status.

    The status is the answer; of what comes with it the beginning is kept, as far as it comes.

    Raises:
        UnsentError: if it may not be sent there, or no answer came in time.
    """
    try:
        destination = destination_of(url)
    except DestinationError as error:
        raise UnsentError(f"The URL is refused: {error}.") from error
    if not destination.is_secure(plain_here=way.plain_here):
        raise UnsentError(f"{destination.url} is not https.")
    began_s = time.monotonic()
    backend = _Checked(destination, way, began_s + way.within_s, resolve)
    try:
        status, text = _exchange(url, body, headers, backend)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise UnsentError(f"No answer within {way.within_s:g} s.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise UnsentError(f"{_host_told(destination)} could not be reached: {error}.") from error
    return Reply(status, text, round((time.monotonic() - began_s) * 1000.0))


def _exchange(
    url: str, body: bytes, headers: Mapping[str, str], backend: _Checked
) -> tuple[int, str]:
    sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    with (
        httpcore.ConnectionPool(ssl_context=_certificates(), network_backend=backend) as pool,
        pool.stream("POST", url, headers=_encoded(sent), content=body) as response,
    ):
        return response.status, _beginning(response)


def _beginning(response: httpcore.Response) -> str:
    """Return the first 500 bytes of an answer's text that came in time, fit to be kept."""
    content = b""
    try:
        for part in response.iter_stream():
            content += part
            if len(content) >= KEPT_BYTES:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError):
        pass
    text = content[:KEPT_BYTES].decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _host_told(destination: Destination) -> str:
    return destination.host if destination.is_usual_port else destination.url


@cache
def _certificates() -> ssl.SSLContext:
    """Return whom to believe: the machine's certificates, and those of `certifi` beside them."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class _Checked(httpcore.NetworkBackend):
    """Connects to an address that was checked, and to no other, until the time is over."""

    def __init__(self, destination: Destination, way: Way, ends_s: float, resolve: Resolve) -> None:
        self._destination, self._way, self._ends_s = destination, way, ends_s
        self._resolve = resolve
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  one limit holds for the whole exchange
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve the host once, check every address, and connect to the first that answers."""
        found = _RESOLVERS.submit(self._resolve, host, port).result(_left(self._ends_s))
        for address in found:
            self._check(address)
        failed: Exception = OSError("it stands for no address")
        for address in found:
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, _left(self._ends_s), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failed = error
            else:
                return _Timed(stream, self._ends_s)
        raise failed

    def _check(self, address: Address) -> None:
        if self._destination.scheme == "http" and address.is_loopback:
            return
        refusal = address_refusal(address, self._way.allowed)
        if refusal is not None:
            host = self._destination.host
            raise UnsentError(f"{host} is refused: {refusal}.")


class _Timed(httpcore.NetworkStream):
    """A stream whose every step ends when the whole exchange must."""

    def __init__(self, stream: httpcore.NetworkStream, ends_s: float) -> None:
        self._stream, self._ends_s = stream, ends_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(self._ends_s))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left(self._ends_s))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._ends_s))
        return _Timed(stream, self._ends_s)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends_s: float) -> float:
    left_s = ends_s - time.monotonic()
    if left_s <= 0.0:
        raise httpcore.ReadTimeout
    return left_s
