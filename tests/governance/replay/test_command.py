from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.governance.replay.files import HEADER, at

ROOT = Path(__file__).resolve().parents[3]
FAILING = "".join(f"t{n},bot,{at(hours=n)},failure\n" for n in range(7))


def replayed(tmp_path: Path, content: str, *options: str) -> dict[str, Any]:
    file, out = tmp_path / "history.csv", tmp_path / "out.json"
    file.write_text(content)
    call_command("replay", str(file), "--json", str(out), *options)
    plain: dict[str, Any] = json.loads(out.read_text())
    return plain


def test_the_document_names_alarms_agents_and_rows(tmp_path: Path) -> None:
    plain = replayed(tmp_path, f"{HEADER}\n{FAILING}t9,bot,{at()},done\n")

    (alarm,) = plain["alarms"]
    assert (alarm["kind"], alarm["agent"], alarm["task_id"]) == ("breaker", "bot", "t6")
    assert alarm["at"] == "2026-03-02T18:00:00Z"
    assert alarm["detail"].startswith("7 of the last 7 tasks failed")
    bot = plain["agents"]["bot"]
    # Seven outcomes are not enough for a number.
    assert (bot["trust"], bot["tier"], bot["breaker"]) == (None, "low", "OPEN")
    assert plain["rows"] == {"read": 8, "rejected": 1, "held": 0}
    assert plain["rejected_rows"][0]["line"] == 9


def test_the_summary_and_the_rejected_rows_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replayed(tmp_path, f"{HEADER}\n{FAILING}x\n", "--enforce")

    told = capsys.readouterr()
    assert told.err == "line 9: has 1 columns, the header has 4\n"
    assert told.out.splitlines() == [
        "Rows      8 read, 1 rejected, 0 held",
        "Agents    1: 1 low",
        "Breakers  1 OPEN",
        "Alarms    1 breaker",
    ]


def test_many_rejected_rows_are_cut_on_the_terminal_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = replayed(tmp_path, f"{HEADER}\n" + "x\n" * 60)

    assert len(plain["rejected_rows"]) == 60
    assert capsys.readouterr().err.splitlines()[-1].startswith("and 10 more rejected rows")


def test_trust_has_its_band(tmp_path: Path) -> None:
    rows = "".join(f"t{n},bot,{at(hours=n)},success\n" for n in range(30))

    bot = replayed(tmp_path, f"{HEADER}\n{rows}")["agents"]["bot"]

    assert 0.0 < bot["low"] < bot["trust"] < bot["high"] <= 1.0


def test_a_policy_is_taken_from_its_file(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"breaker": {"least_failures": 20}}))

    plain = replayed(tmp_path, f"{HEADER}\n{FAILING}", "--policy", str(policy))

    assert plain["alarms"] == []


@pytest.mark.parametrize(
    ("content", "message"), [("{", "is no JSON"), ('{"breaker": {"mood": 1}}', "breaker.mood")]
)
def test_a_bad_policy_is_refused(tmp_path: Path, content: str, message: str) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(content)

    with pytest.raises(CommandError, match=message):
        replayed(tmp_path, f"{HEADER}\n", "--policy", str(policy))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        call_command("replay", str(tmp_path / "nowhere.csv"))


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lacks the columns"):
        replayed(tmp_path, "a,b\n")


def test_it_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(f"{HEADER}\n{FAILING}")
    variables = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "BROKER_URL": "redis://127.0.0.1:1/0",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "replay", str(file)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "Alarms    1 breaker" in done.stdout
