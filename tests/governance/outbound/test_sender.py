"""The way out, against real servers: what must not be reached is not, and nothing hangs."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import pytest
import trustme

from governance.domain.outbound import Address
from governance.outbound import sender
from governance.outbound.sender import (
    KEPT_BYTES,
    Reply,
    UnsentError,
    Way,
    addresses_of,
    message_post,
)

HERE = Way(plain_here=True, within_s=5.0)
HASTY = Way(plain_here=True, within_s=0.4)
LOOPBACK = Way(allowed=[ip_network("127.0.0.0/8")], within_s=5.0)
HEADERS = {"Countersign-Delivery": "1"}

# Reads the request and writes what it likes to the connection.
Behaviour = Callable[[socket.socket], None]


class Receiver:
    """A server on this machine that behaves as told, for each connection; keeps what it got."""

    def __init__(self, behave: Behaviour, context: ssl.SSLContext | None) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.got: list[bytes] = []
        self._behave, self._context = behave, context

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def serve(self) -> None:
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(plain,), daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        try:
            connection = (
                self._context.wrap_socket(plain, server_side=True) if self._context else plain
            )
            self.got.append(_request_read(connection))
            self._behave(connection)
            connection.close()
        except OSError:
            plain.close()


def _request_read(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(4096)
    head, _, body = got.partition(b"\r\n\r\n")
    [length] = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ]
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body


@contextmanager
def receiver(behave: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    server = Receiver(behave, context)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    # Closing alone leaves an accept that waits waiting.
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()


def saying(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return lambda connection: connection.sendall(head.encode() + body)


def to(address: str) -> Callable[[str, int], list[Address]]:
    return lambda _host, _port: [ip_address(address)]


def test_a_message_arrives_and_the_answer_comes_back() -> None:
    with receiver(saying("202 Accepted", b"thanks")) as server:
        reply = message_post(server.url, b'{"a":1}', HEADERS, HERE)

    assert reply == Reply(202, "thanks", reply.took_ms)
    [got] = server.got
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"Content-Type: application/json" in head
    assert b"Countersign-Delivery: 1" in head
    assert body == b'{"a":1}'


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "308 Permanent"])
def test_a_redirect_is_an_answer_and_is_not_followed(status: str) -> None:
    with (
        receiver(saying("200 OK")) as inside,
        receiver(saying(status, b"", f"Location: {inside.url}")) as server,
    ):
        reply = message_post(server.url, b"{}", {}, HERE)

    assert reply.status == int(status.partition(" ")[0])
    assert inside.got == []


def test_a_server_that_hangs_is_given_up() -> None:
    with receiver(lambda _: time.sleep(5.0)) as server, pytest.raises(UnsentError) as caught:
        message_post(server.url, b"{}", {}, HASTY)

    assert str(caught.value) == "No answer within 0.4 s."


def test_a_server_that_drips_cannot_stretch_the_time() -> None:
    def drip(connection: socket.socket) -> None:
        for each in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200:
            connection.sendall(bytes([each]))
            time.sleep(0.05)

    with receiver(drip) as server, pytest.raises(UnsentError, match="No answer within"):
        message_post(server.url, b"{}", {}, HASTY)


def test_of_a_long_answer_the_beginning_is_kept() -> None:
    with receiver(saying("200 OK", b"a" * 1_000_000)) as server:
        reply = message_post(server.url, b"{}", {}, HERE)

    assert reply == Reply(200, "a" * KEPT_BYTES, reply.took_ms)


def test_the_status_is_the_answer_however_long_its_text_takes() -> None:
    def slow(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\nso")
        time.sleep(5.0)

    with receiver(slow) as server:
        reply = message_post(server.url, b"{}", {}, HASTY)

    assert reply == Reply(202, "so", reply.took_ms)


def test_what_no_database_keeps_is_taken_out_of_a_text() -> None:
    with receiver(saying("500 Oh", b"\x00no\x1b[31m\xff\n")) as server:
        reply = message_post(server.url, b"{}", {}, HERE)

    assert reply.text == "no [31m\N{REPLACEMENT CHARACTER}"


def test_a_name_server_that_does_not_answer_is_given_up() -> None:
    def silent(_host: str, _port: int) -> list[Address]:
        time.sleep(5.0)
        raise AssertionError

    with pytest.raises(UnsentError, match=r"No answer within 0\.4 s"):
        message_post("https://hooks.example.org/", b"{}", {}, HASTY, resolve=silent)


def test_a_name_that_stands_for_nothing_is_out_of_reach() -> None:
    with pytest.raises(OSError, match="no name of a host"):
        addresses_of("hooks..example.org", 443)


@pytest.mark.parametrize(
    "behave", [lambda _: None, lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n")]
)
def test_what_does_not_speak_http_is_said_to_be_out_of_reach(behave: Behaviour) -> None:
    with receiver(behave) as server, pytest.raises(UnsentError, match="could not be reached"):
        message_post(server.url, b"{}", {}, HERE)


def test_a_closed_port_is_said_to_be_out_of_reach() -> None:
    with receiver(saying("200 OK")) as server:
        pass

    with pytest.raises(UnsentError, match="could not be reached"):
        message_post(server.url, b"{}", {}, HERE)


@pytest.mark.parametrize(
    ("url", "address", "why"),
    [
        ("https://hooks.example.org/", "10.0.0.1", "private"),
        ("https://hooks.example.org/", "127.0.0.1", "this machine"),
        ("https://hooks.example.org/", "169.254.169.254", "metadata"),
        ("https://hooks.example.org/", "::ffff:10.0.0.1", "private"),
        ("https://hooks.example.org/", "fd00:ec2::254", "private"),
        ("https://10.0.0.1/", "10.0.0.1", "private"),
        ("https://2130706433/", "127.0.0.1", "this machine"),
        ("https://0x7f.1/", "127.0.0.1", "this machine"),
        ("http://hooks.example.org/", "1.1.1.1", "not https"),
        ("http://10.0.0.1/", "10.0.0.1", "not https"),
        ("file:///etc/passwd", "1.1.1.1", "neither https nor http"),
    ],
)
def test_a_target_inside_is_refused_with_its_reason(url: str, address: str, why: str) -> None:
    with pytest.raises(UnsentError, match=why):
        message_post(url, b"{}", {}, HERE, resolve=to(address))


def test_http_to_this_machine_needs_to_be_allowed() -> None:
    with receiver(saying("200 OK")) as server, pytest.raises(UnsentError, match="not https"):
        message_post(server.url, b"{}", {}, Way())

    assert server.got == []


def test_one_bad_address_among_good_ones_refuses_the_host() -> None:
    def both(_host: str, _port: int) -> list[Address]:
        return [ip_address("1.1.1.1"), ip_address("192.168.0.1")]

    with pytest.raises(UnsentError, match=r"192\.168\.0\.1 is a private address"):
        message_post("https://hooks.example.org/", b"{}", {}, HERE, resolve=both)


def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    """DNS rebinding: the address that was checked is the one that is connected to."""
    authority, answers = trustme.CA(), ["127.0.0.1", "10.0.0.1"]

    def rebinding(_host: str, _port: int) -> list[Address]:
        return [ip_address(answers.pop(0))]

    with _secure(authority, "hooks.example.org") as server, _believed(authority):
        url = f"https://hooks.example.org:{server.port}/"
        assert message_post(url, b"{}", {}, LOOPBACK, resolve=rebinding).status == 200

    assert answers == ["10.0.0.1"]
    assert b"Host: hooks.example.org:" in server.got[0]


def test_a_certificate_for_another_name_is_not_believed() -> None:
    authority = trustme.CA()
    with (
        _secure(authority, "other.example.org") as server,
        _believed(authority),
        pytest.raises(UnsentError, match=r"could not be reached.*certificate"),
    ):
        message_post(
            f"https://hooks.example.org:{server.port}/",
            b"{}",
            {},
            LOOPBACK,
            resolve=to("127.0.0.1"),
        )

    assert server.got == []


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    authority = trustme.CA()

    def two(_host: str, _port: int) -> list[Address]:
        return [ip_address("127.0.0.99"), ip_address("127.0.0.1")]

    with _secure(authority, "hooks.example.org") as server, _believed(authority):
        url = f"https://hooks.example.org:{server.port}/"
        assert message_post(url, b"{}", {}, LOOPBACK, resolve=two).status == 200


@contextmanager
def _secure(authority: trustme.CA, name: str) -> Iterator[Receiver]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    with receiver(saying("200 OK"), context) as server:
        yield server


@contextmanager
def _believed(authority: trustme.CA) -> Iterator[None]:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender, "_certificates", lambda: context)
        yield
