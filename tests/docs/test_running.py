"""What docs/running.md names exists, and what exists is named there."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

from config.celery import app
from dashboard.pages.shadow import LISTED_MOST
from escalations.domain.together import MOST_TOGETHER
from governance.domain.held_back import OUTCOMES_LEAST

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "running.md").read_text("utf-8")


def _first_column(heading: str) -> set[str]:
    table = TEXT.split(heading, 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `([^`]+)`", table, flags=re.MULTILINE))


def test_every_make_target_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))

    assert _first_column("| command | does |\n") == {f"make {target}" for target in targets}


def test_every_command_of_ours_is_documented() -> None:
    apps = {"config", "governance", "escalations", "dashboard"}
    ours = {name for name, app_name in get_commands().items() if app_name in apps}

    assert _first_column("| `python manage.py ...` | does |\n") == ours


def test_every_variable_is_documented() -> None:
    code = "".join(
        path.read_text("utf-8")
        for path in [*sorted((ROOT / "config").glob("env*.py")), *_embedded_files()]
    )
    read = set(re.findall(r'"([A-Z][A-Z_]+_[A-Z_]+|DEBUG)"', code))

    assert _first_column("| variable | default | meaning |\n") == read


def test_the_named_periods_are_the_ones_scheduled() -> None:
    every_s = {name: entry["schedule"] for name, entry in app.conf.beat_schedule.items()}

    assert (
        "sweeper every 2 s, refresh facts every 30 s, ledger every 30 s, roll-ups every 30 s"
        in TEXT
    )
    assert (every_s["governance.sweep"], every_s["governance.refresh"]) == (2.0, 30.0)
    assert (every_s["governance.ledger"], every_s["governance.rollups"]) == (30.0, 30.0)


def test_the_named_hours_are_the_ones_scheduled() -> None:
    daily = [
        app.conf.beat_schedule[name]["schedule"]
        for name in ("governance.snapshot", "governance.refold")
    ]

    assert "snapshots at 02:10 UTC and a full re-fold at 03:10 UTC" in TEXT
    assert [(entry.hour, entry.minute) for entry in daily] == [({2}, {10}), ({3}, {10})]


def test_the_named_number_of_tickets_is_the_most_that_are_answered_together() -> None:
    text = " ".join(TEXT.split())

    assert f"approved or denied with one reason, at most {MOST_TOGETHER} tickets at a time" in text


def test_every_key_of_the_queue_and_the_ticket_is_documented() -> None:
    lists = [ROOT / "templates" / name / "keys.html" for name in ("queue", "ticket", "together")]
    shown = {
        key for each in lists for key in re.findall(r"<kbd>(\w+|\?)</kbd>", each.read_text("utf-8"))
    }
    table = TEXT.split("| key | on | does |\n", 1)[1].split("\n\n", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines()]
    told = {
        key for cell in cells for chord in re.findall("`([^`]+)`", cell) for key in chord.split("+")
    }

    assert shown == told


def test_the_least_outcomes_of_an_estimate_are_documented() -> None:
    assert f"from {OUTCOMES_LEAST} outcomes on, and nothing below" in TEXT


def test_how_much_of_shadow_is_listed_is_documented() -> None:
    assert f"Agents and tasks are listed up to {LISTED_MOST}, counts are of all" in TEXT
    assert f"from {OUTCOMES_LEAST} outcomes on\neach side" in TEXT


def _embedded_files() -> list[Path]:
    return [ROOT / "config" / "embedded" / "home.py"]
