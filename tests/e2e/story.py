"""The demo as `make demo` starts it: the console and the agents at work, from the first minute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.stack import PROJECT, managed, until

PORT = 18_620
START_S = 180.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, its fleet, who may sign in, and when its story began."""

    url: str
    fleet: str
    passwords: Mapping[str, str]
    began: float
    environ: Mapping[str, str]

    def left_s(self, minutes: float) -> float:
        """Return how much is left of the story's first minutes, in seconds, at least one."""
        return max(1.0, self.began + minutes * 60 - time.monotonic())

    def log_checked(self) -> str:
        """Return what `verify_log` says of the fleet, which must find nothing, while it works."""
        return managed(self.environ, "verify_log", self.fleet)


@contextmanager
def demo_running(folder: Path) -> Iterator[Demo]:
    """Start the demo with its home in ``folder`` and stop it at the end."""
    home, said = folder / "home", folder / "up.log"
    given = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    environ = {**given, "COUNTERSIGN_HOME": str(home), "COUNTERSIGN_TESTING": "1"}
    with said.open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(PORT)],
            cwd=PROJECT,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def speaks() -> bool:
        if up.poll() is not None:
            raise RuntimeError(f"up ended with {up.returncode}:\n{said.read_text()}")
        return "This run's fleet is" in said.read_text()

    try:
        until(speaks, within_s=START_S)
        access = json.loads((home / "demo.json").read_text("utf-8"))
        url, began = f"http://127.0.0.1:{PORT}", time.monotonic()
        yield Demo(url, access["fleet"], access["passwords"], began, environ)
    finally:
        up.terminate()
        up.wait(timeout=60)
