"""The README's program, run as printed, against a real stack with a real reviewer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.stack import PROJECT, Stack

pytestmark = pytest.mark.browser

README = (PROJECT / "README.md").read_text("utf-8")


def _key(stack: Stack) -> str:
    """Make a key with the command the README prints."""
    command = re.search(r"manage\.py (create_key .*)", README)
    assert command is not None
    return stack.manage(*command[1].split()).strip()


def test_ten_lines_connect_an_agent(
    stack: Stack, desk: Callable[[str], Desk], tmp_path: Path
) -> None:
    block = re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line]
    program = block[1].replace("http://127.0.0.1:8000", stack.url).replace("cs_...", _key(stack))
    path = tmp_path / "mine.py"
    path.write_text(program, "utf-8")
    rita = desk("rita")
    rita.watch_queue()
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "examples")}

    running = subprocess.Popen(
        [sys.executable, str(path)], env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        rita.sees_appear("My first question")
        rita.page.get_by_role("link", name="My first question").click()
        rita.decide("Approve", reason="The arguments are right", words="Looks right.")
        said, _ = running.communicate(timeout=60)
    finally:
        running.kill()

    again = subprocess.run(
        [sys.executable, str(path)], env=environ, capture_output=True, text=True, check=False
    )

    assert len(lines) <= 10
    assert running.returncode == 0
    assert said == "This may run, once: {'amount_usd': '12.00', 'order': 7}\n"
    assert "RefusedError: Task draft-1 cannot start: it has finished." in again.stderr
    assert again.stdout == ""
