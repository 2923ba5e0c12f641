from __future__ import annotations

import os
import subprocess
import sys

from config.processes import LEASH


def leashed(parent: int, *command: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-S", str(LEASH), str(parent), "15", *command]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_command_takes_the_place_of_the_leash() -> None:
    done = leashed(os.getpid(), "sh", "-c", "echo runs; exit 3")

    assert (done.stdout, done.returncode) == ("runs\n", 3)


def test_command_of_a_dead_parent_is_not_started() -> None:
    done = leashed(1, "echo", "runs")

    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr == "leash: parent 1 is gone, echo is not started\n"
