"""An installation of its own, worked by the commands that people type."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import requests

from config.children import web_programs
from config.embedded import Home, embedded_stack, environment_complete
from config.embedded.home import PROJECT
from config.listening import listen
from config.processes import start, stop
from tests.config.held import comes_true

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUTSIDE = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "STATIC_ROOT", "COUNTERSIGN_TESTING"}
CALL_S = 30


@dataclass(frozen=True)
class Installation:
    """A home, and the environment of every command about it."""

    home: Home

    @property
    def environ(self) -> dict[str, str]:
        environ = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        environ["COUNTERSIGN_HOME"] = str(self.home.root)
        environment_complete(environ, self.home)
        return environ

    def manage(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run one command of ``manage.py`` to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *words: str) -> str:
        """Return what a command that must succeed says."""
        finished = self.manage(*words)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    @contextmanager
    def database(self, programs: Path | None = None) -> Iterator[None]:
        """Hold the embedded servers up."""
        with embedded_stack(self.home, variables={}, durable=False, programs=programs):
            yield

    @contextmanager
    def served(self, port: int) -> Iterator[str]:
        """Serve the API from two web processes and yield where."""
        with self.database(), listen(port) as listener:
            root = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
            programs = [
                replace(program, environ=self.environ)
                for program in web_programs(self.home, listener=listener.fileno())
            ]
            processes = [start(program) for program in programs]
            try:
                logs = [program.log for program in programs]
                assert comes_true(lambda: all("startup complete" in p.read_text() for p in logs))
                yield root
            finally:
                for program, process in zip(programs, processes, strict=True):
                    stop(program, process)


@dataclass(frozen=True)
class Caller:
    """Sends JSON with one token."""

    root: str
    token: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Send one call; a header is named as in ``If_Match``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(
            method,
            f"{self.root}/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **named},
            timeout=CALL_S,
        )
