"""docs/failures.md: every failure has its row, and every row tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"`(tests/[^`]+\.py)::(test_\w+)`")
SITUATIONS = [
    "two people decide at once",
    "a reviewer closes the laptop",
    "sending a decision fails",
    "the socket is lost",
    "a live message is dropped",
    "a worker is killed at any commit",
    "beat is dead",
    "the broker is down",
    "the database is down",
    "an agent floods people with tickets",
    "nobody answers",
    "a receiver of webhooks is down, slow or redirects",
    "a person's mail or chat takes nothing",
    "a ticket is decided before its message is sent",
    "the courier is dead",
    "a team is too small for its four eyes",
    "a part dies and nobody notices",
]


def rows() -> dict[str, list[tuple[str, str]]]:
    """Return the tests that each row of the table names, by situation."""
    text = (ROOT / "docs/failures.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {line.split("|")[1].strip(): TEST.findall(line.split("|")[3]) for line in lines}


def collected(file: str) -> set[str]:
    """Return the tests that pytest finds in a file."""
    found = ast.parse((ROOT / file).read_text("utf-8")).body
    return {each.name for each in found if isinstance(each, ast.FunctionDef)}


def test_every_failure_has_a_row_with_tests() -> None:
    assert list(rows()) == SITUATIONS
    assert [situation for situation, tests in rows().items() if not tests] == []


def test_every_test_that_is_named_exists() -> None:
    named = {each for tests in rows().values() for each in tests}

    assert {f"{file}::{name}" for file, name in named if name not in collected(file)} == set()
