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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.embedded.home import Home, home_database_url
from examples.client import Countersign

PROJECT = Path(__file__).resolve().parents[2]
PORT = 18_600
START_S = 90.0
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

    @property
    def gate(self) -> Countersign:
        """Return a client with the shop agents' key."""
        return Countersign(self.url, self.key)

    def count(self, table: str, **columns: object) -> int:
        """Return how many rows of ``table`` hold these values: what really is in the database."""
        where = sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in columns.items()
        )
        query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table), where)
        with psycopg.connect(home_database_url(self.home)) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def clock_forward(self, seconds: float) -> None:
        """Let every server believe that ``seconds`` have passed; there is no way back."""
        before = float(self.clock_file.read_text("ascii"))
        draft = self.clock_file.with_suffix(".new")
        draft.write_text(str(before + seconds), "ascii")
        draft.replace(self.clock_file)


@contextmanager
def stack_running(folder: Path) -> Iterator[Stack]:
    """Start a stack with its home in ``folder`` and stop it at the end."""
    clock_file = folder / "clock"
    clock_file.write_text("0", "ascii")
    given = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    environ = {
        **given,
        "COUNTERSIGN_HOME": str(folder / "home"),
        "COUNTERSIGN_TESTING": "1",
        "CLOCK_OFFSET_FILE": str(clock_file),
    }
    said = folder / "up.log"
    with said.open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--no-demo", "--port", str(PORT)],
            cwd=PROJECT,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = _url_said(up, said)
        prepared = _prepare(environ)
        home = Home(folder / "home")
        yield Stack(url, prepared["key"], prepared["passwords"], home, clock_file)
    finally:
        up.terminate()
        up.wait(timeout=30)


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
        return "runs at" in said.read_text()

    until(answered, within_s=START_S)
    found = re.search(r"runs at (\S+)", said.read_text())
    assert found is not None
    return found[1]


def _prepare(environ: Mapping[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", PREPARE],
        cwd=PROJECT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    prepared: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return prepared
