"""A live socket without a page, and a network that does not let sockets through."""

from __future__ import annotations

import json
import re
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

UPGRADE = re.compile(rb"\r\n(?:upgrade: websocket|connection: upgrade)(?=\r\n)", re.IGNORECASE)


@contextmanager
def signed_in(url: str, username: str, password: str) -> Iterator[httpx.Client]:
    """Give a client with the session of a person who signed in through the form."""
    with httpx.Client(base_url=url, headers={"Referer": url}) as client:
        client.get("/sign-in/")
        given = {
            "username": username,
            "password": password,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        assert client.post("/sign-in/", data=given).status_code == 302
        yield client


@contextmanager
def live_socket(person: httpx.Client, path: str) -> Iterator[ClientConnection]:
    """Open a live socket as a browser of that person would."""
    origin = str(person.base_url).rstrip("/")
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    address = origin.replace("http", "ws", 1) + path
    with connect(
        address, origin=Origin(origin), additional_headers={"Cookie": cookies}, proxy=None
    ) as wire:
        yield wire


def heard_until(wire: ClientConnection, name: str, *, within_s: float) -> list[dict[str, Any]]:
    """Return all messages up to the first event of that name.

    Raises:
        TimeoutError: if it does not come in time.
    """
    heard: list[dict[str, Any]] = []
    while not any(message.get("name") == name for message in heard):
        heard += json.loads(wire.recv(timeout=within_s))
    return heard


def closed_with(wire: ClientConnection, *, within_s: float) -> int | None:
    """Return the code with which the server closes, whatever it says before."""
    try:
        while True:
            wire.recv(timeout=within_s)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@contextmanager
def without_upgrade(url: str) -> Iterator[str]:
    """Run a proxy that passes requests on, but not the wish to make a socket of one."""
    target = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, target), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, target: Any) -> None:
    with suppress(OSError):
        while True:
            near, _ = server.accept()
            threading.Thread(target=_pass_on, args=(near, target), daemon=True).start()


def _pass_on(near: socket.socket, target: Any) -> None:
    with (
        suppress(OSError),
        closing(near),
        socket.create_connection((target.hostname, target.port)) as far,
        selectors.DefaultSelector() as ready,
    ):
        ready.register(near, selectors.EVENT_READ, far)
        ready.register(far, selectors.EVENT_READ, near)
        while True:
            for key, _ in ready.select():
                side: Any = key.fileobj
                chunk = side.recv(65_536)
                if not chunk:
                    return
                key.data.sendall(UPGRADE.sub(b"", chunk) if side is near else chunk)
