"""The demo with its live fleet, as ``make demo`` runs it, in a home of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.stack import PORT, PROJECT, START_S, until


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo: where it is, its fleet, and the passwords of its people."""

    url: str
    fleet: str
    passwords: Mapping[str, str]


@contextmanager
def demo_running(folder: Path) -> Iterator[Demo]:
    """Start the demo with its home in ``folder`` and stop it at the end."""
    home, said = folder / "home", folder / "up.log"
    given = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    with said.open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(PORT)],
            cwd=PROJECT,
            env=given | {"COUNTERSIGN_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def answered() -> bool:
        if up.poll() is not None:
            raise RuntimeError(f"up ended with {up.returncode}:\n{said.read_text()}")
        return "runs at" in said.read_text()

    try:
        until(answered, within_s=START_S)
        found = re.search(r"runs at (\S+)", said.read_text())
        assert found is not None
        kept = json.loads((home / "demo.json").read_text("utf-8"))
        yield Demo(url=found[1], fleet=kept["fleet"], passwords=kept["passwords"])
    finally:
        up.terminate()
        up.wait(timeout=60)
