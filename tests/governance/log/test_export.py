"""A real export, checked by examples/verify_export.py in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from governance.selectors.log_export import log_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

SCRIPT = Path(__file__).resolve().parents[3] / "examples" / "verify_export.py"


def exported(shop: Orchestrator, path: Path, since: datetime | None = None) -> Path:
    path.write_text("".join(log_export(fleet=shop.fleet, since=since)), "utf-8")
    return path


def checked(path: Path, key: str = "") -> tuple[int, str]:
    found = subprocess.run(
        [sys.executable, str(SCRIPT), str(path)],
        env={"SEAL_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


def changed(path: Path, kind: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """Change the fourth line of a type, as somebody could who hands the file on."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change([line for line in lines if line["type"] == kind][3])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines if line), "utf-8")
    return path


def test_an_export_passes_with_the_key_and_without(shop: Orchestrator, tmp_path: Path) -> None:
    path = exported(shop, tmp_path / "log.jsonl")

    with_key, without = checked(path, settings.SEAL_KEYS[0]), checked(path)

    assert with_key[0] == without[0] == 0, with_key
    assert "0 findings" in with_key[1]
    assert "0 not sealed; with signatures" in with_key[1]
    assert "without signatures: no SEAL_KEY was given" in without[1]


def test_an_export_of_a_period_passes(shop: Orchestrator, clock: Clock, tmp_path: Path) -> None:
    path = exported(shop, tmp_path / "log.jsonl", since=clock.now - timedelta(minutes=150))

    assert checked(path, settings.SEAL_KEYS[0])[0] == 0


def test_another_key_finds_every_signature_wrong(shop: Orchestrator, tmp_path: Path) -> None:
    code, said = checked(exported(shop, tmp_path / "log.jsonl"), "x" * 32)

    assert code == 1
    assert "which was not given" in said


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("event", lambda line: line.update(actor="nobody"), "Event 4 was altered"),
        ("event", lambda line: line.clear(), "Event 5 follows event 3"),
        ("seal", lambda line: line["signed"].update(rows=1), "Seal 4 does not bear"),
        ("seal", lambda line: line.clear(), "does not follow seal 3"),
    ],
)
def test_a_line_that_was_changed_is_named(
    shop: Orchestrator,
    tmp_path: Path,
    kind: str,
    change: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    path = changed(exported(shop, tmp_path / "log.jsonl"), kind, change)

    code, found = checked(path, settings.SEAL_KEYS[0])

    assert code == 1
    assert said in found


def test_events_that_were_taken_off_the_beginning_are_missed(
    shop: Orchestrator, tmp_path: Path
) -> None:
    path = exported(shop, tmp_path / "log.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    gone = [line for line in lines if line["type"] == "event"][:2]
    left = [line for line in lines if line not in gone]
    left[0]["first"] = 3
    path.write_text("".join(json.dumps(line) + "\n" for line in left), "utf-8")

    code, found = checked(path, settings.SEAL_KEYS[0])

    assert code == 1
    assert all(f"Event {each['id'].replace('-', '')} is missing" in found for each in gone)


def test_without_its_package_it_says_what_to_install(tmp_path: Path) -> None:
    found = subprocess.run(
        # Without the packages of this interpreter.
        [sys.executable, "-I", "-S", str(SCRIPT), "shop-log.jsonl"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stderr) == (
        1, "It needs the package rfc8785: pip install rfc8785\n",
    )  # fmt: skip
