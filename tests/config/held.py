"""Processes that tests start, hold and look for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROJECT = Path(__file__).resolve().parents[2]
STARTED_WITHIN_S = 30.0


def python_start(
    code: str, *arguments: str, prefix: Sequence[str] = (), program: str = sys.executable
) -> subprocess.Popen[str]:
    """Start ``code`` in a Python of its own that can import the project."""
    paths = [str(PROJECT), *(path for path in sys.path if path.endswith("site-packages"))]
    return subprocess.Popen(
        [*prefix, program, "-B", "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths)},
    )


def line_said(process: subprocess.Popen[str]) -> str:
    """Return the next line ``process`` prints; its error output fails the test instead."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline().strip()
    assert line, process.stderr.read()
    return line


def processes_naming(text: str) -> list[str]:
    """Return the command lines of other living processes that mention ``text``, there or in their
    environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environ = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if (text in command or text in environ) and folder.name != str(os.getpid()):
            found.append(command)
    return found


def comes_true(claim: Callable[[], bool]) -> bool:
    """Return whether ``claim`` comes to hold; a test that waits in vain gives up after 30 s."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.02)
    return claim()
