from __future__ import annotations

import socket

import pytest

from config import listening
from config.listening import NoFreePortError, listen


@pytest.fixture
def taken() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def test_port_that_is_free_is_used_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = port_of(probe)

    with listen(port) as listener, socket.create_connection(("127.0.0.1", port)):
        assert port_of(listener) == port


def test_taken_port_gives_way_to_a_later_one(taken: socket.socket) -> None:
    with taken, listen(port_of(taken)) as listener:
        assert port_of(taken) < port_of(listener) < port_of(taken) + listening.TRIED_PORTS


def test_many_taken_ports_are_named(taken: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "TRIED_PORTS", 1)
    port = port_of(taken)

    with taken, pytest.raises(NoFreePortError, match=f"ports {port} to {port} .* --port"):
        listen(port)


def test_answers_are_sent_without_waiting_for_more() -> None:
    with listen(18_900) as listener:
        client = socket.create_connection(("127.0.0.1", port_of(listener)))
        served, _ = listener.accept()

        with client, served:
            assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
