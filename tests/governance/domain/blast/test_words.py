from __future__ import annotations

import pytest

from governance.domain.blast import blast_score
from governance.domain.blast.words import weak_sign
from governance.domain.facts import ToolEntry
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel
from tests.governance.domain.asking import PURSE, READ, task_of, task_with

POLICY = BlastPolicy()
MILD = "W:N/R:A/D:N/X:N/U:T"


def level(**words: str) -> BlastLevel:
    return blast_score(task_of(MILD, **words), PURSE, POLICY).level


def test_a_grave_word_raises_what_only_its_caller_calls_harmless() -> None:
    found = blast_score(task_of(MILD, tool="records.purge"), PURSE, POLICY)

    assert found.level is BlastLevel.HIGH
    assert found.headline == (
        "High pending classification: only its caller describes this tool, and the task is called"
        " “purge” (a weak sign). Low: 12 of 104 points: production."
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("deleteUser", BlastLevel.HIGH),
        ("DROP_TABLE", BlastLevel.HIGH),
        ("send-mail", BlastLevel.MEDIUM),
        ("undeleted.list", BlastLevel.LOW),
        ("read", BlastLevel.LOW),
    ],
)
def test_names_fall_into_their_words(name: str, expected: BlastLevel) -> None:
    assert level(tool=name, operation="x") is expected


def test_the_title_counts_too_and_the_gravest_word_wins() -> None:
    assert level(tool="x", operation="update", title="Update, then wipe it") is BlastLevel.HIGH


def test_words_never_lower_and_never_reach_critical() -> None:
    grave = blast_score(task_of("W:P/R:I/D:R/X:O/U:U", tool="read"), PURSE, POLICY)

    assert grave.level is BlastLevel.CRITICAL
    assert level(tool="wipe", title="destroy everything") is BlastLevel.HIGH


def test_a_confirmed_tool_needs_no_words() -> None:
    assert weak_sign(task_with(title="Delete", tool_entry=READ)) is None


def test_a_tool_that_waits_for_an_admin_is_described_by_its_caller_only() -> None:
    waiting = ToolEntry(name="orders.read", confirmed=None)

    assert weak_sign(task_with(title="Delete", tool_entry=waiting)) is not None
