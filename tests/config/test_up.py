from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from config.management.commands.up import opener
from tests.config.held import PROJECT, comes_true, processes_naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = re.compile(r"Countersign runs at (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "home"


@pytest.fixture
def up(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A stack of its own, without the demo, from the command people run."""
    stack = up_start(home)
    yield stack
    stack.kill()
    assert comes_true(lambda: processes_naming(str(home)) == [])


def up_start(home: Path, *words: str) -> subprocess.Popen[str]:
    outside = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "COUNTERSIGN_TESTING"}
    environ = {name: value for name, value in os.environ.items() if name not in outside}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", "18500", *words],
        cwd=PROJECT,
        env={**environ, "COUNTERSIGN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def url_said(stack: subprocess.Popen[str]) -> str:
    assert stack.stdout is not None
    said = ""
    while (found := URL.search(said)) is None:
        line = stack.stdout.readline()
        assert line, said
        said += line
    return found[1]


def test_first_page_answers_and_ctrl_c_leaves_nothing(
    up: subprocess.Popen[str], home: Path
) -> None:
    url = url_said(up)

    with opener.open(url, timeout=10) as page:
        body = page.read().decode()
    up.send_signal(signal.SIGINT)
    rest, _ = up.communicate(timeout=60)

    assert "Sign in" in body
    assert rest.strip().endswith("Stopping ...")
    assert up.returncode == 0
    assert processes_naming(str(home)) == []


def test_killed_up_leaves_nothing_and_the_next_one_starts(
    up: subprocess.Popen[str], home: Path
) -> None:
    url_said(up)

    up.kill()
    up.wait()

    assert comes_true(lambda: processes_naming(str(home)) == [])
    again = up_start(home)
    assert url_said(again)
    again.terminate()
    again.communicate(timeout=60)
    assert again.returncode == 0


def test_second_up_in_one_home_says_who_holds_it(up: subprocess.Popen[str], home: Path) -> None:
    url_said(up)

    second = up_start(home)
    said, _ = second.communicate(timeout=60)

    assert f"CommandError: {home} is in use by process {up.pid}: stop it first" in said
    assert second.returncode == 1


def test_stop_ends_a_stack_of_another_terminal(up: subprocess.Popen[str], home: Path) -> None:
    url_said(up)

    other = up_start(home, "--stop")
    other.communicate(timeout=60)

    assert other.returncode == 0
    assert up.wait(timeout=60) == 0
