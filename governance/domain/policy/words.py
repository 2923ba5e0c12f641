"""How the words that a setting may have are said to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "run": "Runs",
    "run_sampled": "Runs, sampled",
    "one_approval": "One approval",
    "two_approvals": "Two approvals",
    "two_approvals_one_manager": "Two, one a manager",
    "deny": "Denied",
}


def word_text(word: str) -> str:
    """Return what is said to people for a chosen word."""
    return _WORDS.get(word, word.replace("_", " ").capitalize())
