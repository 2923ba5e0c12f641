"""The whole of Countersign as ``manage.py up`` runs it, for tests to use over HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from psycopg import sql

from config.embedded.home import Home, home_database_url
from examples.client import Countersign, Task

PROJECT = Path(__file__).resolve().parents[2]
PORT = 18_600
START_S = 240.0
# A server that was killed answers once it runs again, late on a busy machine.
PATIENCE_S = 60.0
PREPARE = """
import json
from config.demo import demo_prepare
access = demo_prepare()
print(json.dumps({"key": access.key, "passwords": {o.username: o.password for o in access.sign_ins}}))
"""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack with the demo fleet, without the demo's agents."""

    url: str
    key: str
    passwords: Mapping[str, str]
    home: Home
    clock_file: Path
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def gate(self) -> Countersign:
        """Return a client with the shop agents' key."""
        return Countersign(self.url, self.key, timeout_s=PATIENCE_S)

    def count(self, table: str, **columns: object) -> int:
        """Return how many rows of ``table`` hold these values: what really is in the database."""
        where = sql.SQL(" AND ").join(
            sql.SQL("{} IS NOT DISTINCT FROM {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in columns.items()
        )
        query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table), where)
        with psycopg.connect(home_database_url(self.home)) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def refund_ask(self, title: str) -> Task:
        """Let an agent ask for a refund that one person decides."""
        return self.gate.task(
            agent="shop-payouts",
            requested_by="noor@shop",
            external_id=uuid4().hex,
            title=title,
            operation="refund",
            tool="issue_refund",
            # Its own: identical requests are one row.
            arguments={"order": uuid4().hex, "amount_usd": "300.00"},
            plan={"steps": 1, "agents": 1, "delegations": 0},
            blast={"U": "I"},
            budget_usd="300.00",
        )

    def ready(self) -> Any:
        """Return what a process says of itself and all parts to whoever has METRICS_TOKEN."""
        token = {"Authorization": f"Bearer {self.also['METRICS_TOKEN']}"}
        return httpx.get(f"{self.url}/readyz", headers=token, timeout=PATIENCE_S).json()

    def manage(self, *words: str) -> str:
        """Run a command beside the stack, on its database, and return what it printed."""
        return managed({**_environ(self.home.root, self.clock_file), **self.also}, *words)

    def clock_forward(self, seconds: float) -> None:
        """Let every server believe that ``seconds`` have passed; there is no way back."""
        before = float(self.clock_file.read_text("ascii"))
        draft = self.clock_file.with_suffix(".new")
        draft.write_text(str(before + seconds), "ascii")
        draft.replace(self.clock_file)


@dataclass(frozen=True, slots=True)
class Up:
    """What ``manage.py up --no-demo`` runs and said."""

    url: str
    said: str
    environ: Mapping[str, str]


@contextmanager
def up_running(folder: Path, also: Mapping[str, str], *, port: int) -> Iterator[Up]:
    """Start a stack with nobody in it, its home in ``folder``, and stop it at the end."""
    clock_file = folder / "clock"
    clock_file.write_text("0", "ascii")
    environ = _environ(folder / "home", clock_file) | dict(also)
    said = folder / "up.log"
    with said.open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
            cwd=PROJECT,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = _url_said(up, said)
        yield Up(url, said.read_text(), environ)
    finally:
        up.terminate()
        up.wait(timeout=30)


@contextmanager
def stack_running(folder: Path, also: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Start a stack with its home in ``folder`` and stop it at the end.

    Args:
        folder: where everything of it is kept.
        also: variables of its environment beside its own.
    """
    also = dict(also or {})
    with up_running(folder, also, port=PORT) as up:
        prepared = _prepare(up.environ)
        home, clock_file = Home(folder / "home"), folder / "clock"
        yield Stack(up.url, prepared["key"], prepared["passwords"], home, clock_file, also)


def until(holds: Callable[[], bool], *, within_s: float = 30.0) -> None:
    """Return once ``holds``.

    Raises:
        TimeoutError: if it does not in time.
    """
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {within_s:.0f} s")
        time.sleep(0.1)


def _url_said(up: subprocess.Popen[bytes], said: Path) -> str:
    def answered() -> bool:
        if up.poll() is not None:
            raise RuntimeError(f"up ended with {up.returncode}:\n{said.read_text()}")
        return "Ctrl-C stops" in said.read_text()

    until(answered, within_s=START_S)
    found = re.search(r"runs at (\S+)", said.read_text())
    assert found is not None
    return found[1]


def _environ(home: Path, clock_file: Path) -> dict[str, str]:
    given = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    return {
        **given,
        "COUNTERSIGN_HOME": str(home),
        "COUNTERSIGN_TESTING": "1",
        "CLOCK_OFFSET_FILE": str(clock_file),
    }


def managed(environ: Mapping[str, str], *words: str) -> str:
    """Return what a command of ``manage.py`` prints; it must end with 0."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=PROJECT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _prepare(environ: Mapping[str, str]) -> dict[str, Any]:
    said = managed(environ, "shell", "-v0", "-c", PREPARE)
    prepared: dict[str, Any] = json.loads(said.splitlines()[-1])
    return prepared
