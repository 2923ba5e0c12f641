"""A real export, checked by examples/verify_export.py in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from governance.domain.log.keys import keys_of
from governance.selectors.log_export import log_export
from tests.governance.log.world import seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

SECOND, THIRD = "2" * 32, "3" * 32
SCRIPT = Path(__file__).resolve().parents[3] / "examples" / "verify_export.py"


def exported(shop: Orchestrator, path: Path, since: datetime | None = None) -> Path:
    path.write_text("".join(log_export(fleet=shop.fleet, since=since)), "utf-8")
    return path


def checked(path: Path, key: str = "", before: str = "") -> tuple[int, str]:
    found = subprocess.run(
        [sys.executable, str(SCRIPT), str(path)],
        env={"SEAL_KEY": key, "SEAL_KEYS_BEFORE": before},
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


def lost(shop: Orchestrator, clock: Clock, path: Path) -> Path:
    """Lose the key twice, give it up each time, and export."""
    for secret in (SECOND, THIRD):
        clock.forward(hours=1)
        with override_settings(SEAL_KEYS=(secret,)):
            words = ("give_up_seal_key", "shop", "--yes", "--reason", "disk failed")
            call_command(*words, stdout=StringIO())
            shop.work()
            seal(shop)
    return exported(shop, path)


def test_an_export_after_lost_keys_passes_with_the_key_that_is_there(
    shop: Orchestrator, clock: Clock, tmp_path: Path
) -> None:
    path = lost(shop, clock, tmp_path / "log.jsonl")
    first = keys_of(settings.SEAL_KEYS).current

    there, all_back, none = (
        checked(path, THIRD), checked(path, THIRD, f"{SECOND},{settings.SEAL_KEYS[0]}"),
        checked(path),
    )  # fmt: skip

    assert there[0] == all_back[0] == none[0] == 0, (there, all_back, none)
    assert f"Key {first} of seals 1 to " in there[1]
    assert there[1].count("cannot be told") == 2
    assert all_back[1].count("its signatures are checked") == 2


def test_after_lost_keys_what_was_changed_in_a_file_is_named(
    shop: Orchestrator, clock: Clock, tmp_path: Path
) -> None:
    whole = lost(shop, clock, tmp_path / "log.jsonl").read_text("utf-8").splitlines()

    def said(kind: str, number: int, change: Callable[[dict[str, Any]], None]) -> str:
        lines = [json.loads(line) for line in whole]
        change([line for line in lines if line["type"] == kind][number])
        path = tmp_path / "changed.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines if line), "utf-8")
        code, found = checked(path, THIRD)
        assert code == 1
        return found

    seal_changed = said("seal", 3, lambda line: line["signed"].update(sealed_at="x"))
    first_changed = said("loss", 0, lambda line: line["signed"].update(reason="none"))
    last_changed = said("loss", 1, lambda line: line.update(seal_digests="00" * 32))
    gone = said("loss", 1, lambda line: line.clear())

    assert "Seal 4 is not as it was when its key was given up." in seal_changed
    assert "Record 2 of a lost key does not follow record 1." in first_changed
    assert "Record 2 of a lost key does not hold the digests it was signed for." in last_changed
    assert "which was not given" in gone


def test_without_its_package_it_says_what_to_install(tmp_path: Path) -> None:
    found = subprocess.run(
        # Without the packages of this interpreter.
        [sys.executable, "-I", "-S", str(SCRIPT), "shop-log.jsonl"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stderr) == (
        1, "It needs the package rfc8785: pip install rfc8785\n",
    )  # fmt: skip
