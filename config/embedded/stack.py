"""PostgreSQL and Valkey for one home folder, for as long as somebody needs them."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from config.embedded.errors import EmbeddedServerError
from config.embedded.home import (
    home_broker_url,
    home_database_url,
    home_locked,
    home_secret,
)
from config.embedded.postgres import postgres_answers, postgres_prepare
from config.embedded.valkey import valkey_answers, valkey_program
from config.processes import finish, log_tail, request_stop, start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, MutableMapping
    from pathlib import Path

    from config.embedded.home import Home
    from config.processes import Program

# Recovery after a crash replays the write-ahead log first.
ANSWER_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded server: how to run it and how to ask whether it answers."""

    program: Program
    answers: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class EmbeddedStack:
    """Where database and broker answer, and the servers among them that are embedded."""

    database_url: str
    broker_url: str
    servers: tuple[Server, ...]


def environment_complete(variables: MutableMapping[str, str], home: Home) -> None:
    """Name the stack of ``home`` wherever ``variables`` name no other database or broker.

    Its static files are its own too: another stack of this tree may be collecting its own.
    """
    variables.setdefault("DATABASE_URL", home_database_url(home))
    variables.setdefault("BROKER_URL", home_broker_url(home))
    variables.setdefault("SECRET_KEY", home_secret(home, "secret-key"))
    if not variables.get("SEAL_KEY_FILE"):
        variables.setdefault("SEAL_KEY", home_secret(home, "seal-key"))
    variables.setdefault("STATIC_ROOT", str(home.static))


def stack_prepare(
    home: Home,
    *,
    variables: Mapping[str, str],
    durable: bool = True,
    programs: Path | None = None,
) -> EmbeddedStack:
    """Return the stack of ``home``, ready to be started; the caller holds the home's lock.

    What ``DATABASE_URL`` and ``BROKER_URL`` name elsewhere is used and not embedded; ``programs``
    is the folder of PostgreSQL's, where it is not the one that is found.

    Raises:
        EmbeddedServerError: if a server is needed and cannot be found or prepared.
    """
    own_database, own_broker = home_database_url(home), home_broker_url(home)
    database_url = variables.get("DATABASE_URL") or own_database
    broker_url = variables.get("BROKER_URL") or own_broker
    servers = []
    if database_url == own_database:
        program = postgres_prepare(home, durable=durable, programs=programs)
        servers.append(Server(program, partial(postgres_answers, home)))
    if broker_url == own_broker:
        servers.append(Server(valkey_program(home), partial(valkey_answers, home)))
    return EmbeddedStack(database_url, broker_url, tuple(servers))


@contextmanager
def embedded_stack(
    home: Home,
    *,
    variables: Mapping[str, str] = os.environ,
    durable: bool = True,
    programs: Path | None = None,
) -> Iterator[EmbeddedStack]:
    """Run the stack of ``home`` without a supervisor and stop it at the end.

    Raises:
        HomeInUseError: if another stack runs there.
        EmbeddedServerError: if a server cannot be found or does not answer.
    """
    with home_locked(home):
        stack = stack_prepare(home, variables=variables, durable=durable, programs=programs)
        started: list[tuple[Program, subprocess.Popen[bytes]]] = []
        try:
            for server in stack.servers:
                started.append((server.program, start(server.program)))  # noqa: PERF401
            for server, (_, process) in zip(stack.servers, started, strict=True):
                answer_await(server, process)
            yield stack
        finally:
            for program, process in started:
                request_stop(program, process)
            for program, process in started:
                finish(process, within_s=program.stop_s)


def answer_await(
    server: Server, process: subprocess.Popen[bytes], *, within_s: float = ANSWER_S
) -> None:
    """Return once ``server`` answers.

    Raises:
        EmbeddedServerError: if it ends or stays silent; with the last lines of its log.
    """
    deadline = time.monotonic() + within_s
    while not server.answers():
        name, tail = server.program.name, log_tail(server.program.log)
        if process.poll() is not None:
            message = f"{name} ended with {process.returncode}; its last lines:\n{tail}"
            raise EmbeddedServerError(message)
        if time.monotonic() > deadline:
            message = f"{name} does not answer after {within_s:.0f} s; its last lines:\n{tail}"
            raise EmbeddedServerError(message)
        time.sleep(0.02)
