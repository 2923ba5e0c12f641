from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.spread import (
    LOOKS,
    MATRIX,
    place_alone,
    place_spread,
    pytest_xdist_auto_num_workers,
    unit_of,
)

PROJECT = Path(__file__).resolve().parents[2]
STORY = "tests/e2e/test_story.py::test_a"
LOOP = "tests/e2e/test_loop.py::test_a"
CHAOS = "tests/chaos/test_kill.py::test_a"
RULE = "tests/governance/domain/test_trust.py::test_a"
BROWSER = "tests/dashboard/js/test_lib.py::test_a"
PAGE = "tests/dashboard/test_account.py::test_a"


def test_alone_real_servers_come_last_and_what_shares_one_stays_together() -> None:
    order = sorted([LOOP, PAGE, STORY, LOOP, CHAOS, RULE], key=place_alone)

    assert order == [PAGE, RULE, STORY, CHAOS, LOOP, LOOP]


def test_spread_the_story_comes_first_and_nothing_long_is_left_for_the_end() -> None:
    order = sorted([PAGE, BROWSER, LOOP, CHAOS, RULE, STORY], key=place_spread)

    assert order == [STORY, RULE, LOOP, CHAOS, BROWSER, PAGE]


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        (STORY, "tests/e2e/test_story.py"),
        ("tests/e2e/test_sign_in.py::test_a", "tests/e2e/test_sign_in.py"),
        (LOOP, "tests/e2e/"),
        ("tests/e2e/test_live.py::test_b[x::y]", "tests/e2e/"),
        (PAGE, "tests/dashboard/test_account.py"),
        (f"{LOOKS}::test_a[queue-360]", f"{LOOKS} at 360"),
        (f"{LOOKS}::test_b[ticket-denied-1440]", f"{LOOKS} at 1440"),
        (f"{LOOKS}::test_c[360]", f"{LOOKS} at 360"),
        (f"{MATRIX}::test_a[fleet-rules]", f"{MATRIX} of pages"),
        (f"{MATRIX}::test_a[rules:list]", f"{MATRIX} of calls"),
    ],
)
def test_files_stay_together_and_so_do_the_users_of_one_stack(nodeid: str, unit: str) -> None:
    assert unit_of(nodeid) == unit


def test_a_process_more_than_processors_runs_tests(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    assert pytest_xdist_auto_num_workers(pytestconfig) == 3


@pytest.mark.parametrize(
    ("given", "command"),
    [([], "-m pytest -n auto --maxprocesses 4"), (["ARGS=tests/config"], "-m pytest tests/config")],
)
def test_only_the_whole_is_spread(given: list[str], command: str) -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "test", *given],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert " ".join(said.stdout.splitlines()[-1].split()).endswith(command)
