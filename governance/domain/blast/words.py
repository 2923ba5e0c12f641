"""Words as a last resort: what a task is called, where nothing but its caller describes it.

Words are easy to choose harmlessly, so they may raise a level and never lower one, and never above
HIGH: what a tool really does is for an admin to confirm.

Source: docs/evidence.md, Blast radius, and 5.4 on how little words tell; the list is an own choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from governance.domain.facts import TaskFacts
from governance.domain.types import BlastLevel

_LEVELS: Mapping[BlastLevel, frozenset[str]] = {
    BlastLevel.HIGH: frozenset(
        {
            *("bypass", "delete", "destroy", "disable", "drop", "erase", "format", "grant", "kill"),
            *("override", "pay", "payout", "purge", "refund", "remove", "revoke", "shutdown"),
            *("terminate", "transfer", "truncate", "uninstall", "wipe", "withdraw"),
        }
    ),
    BlastLevel.MEDIUM: frozenset(
        {
            *("change", "create", "deploy", "edit", "email", "execute", "insert", "install"),
            *("merge", "modify", "move", "publish", "rename", "replace", "reset", "restart"),
            *("send", "submit", "update", "upload", "write"),
        }
    ),
}
# camelCase, snake_case and dotted names fall into the words they are made of.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class WeakSign(NamedTuple):
    """The level that a word suggests, and the word as it stood."""

    level: BlastLevel
    word: str


def weak_sign(task: TaskFacts) -> WeakSign | None:
    """Return the gravest word in tool, operation and title, or None.

    Only where the registry says nothing of the tool: no entry, or none that was confirmed.
    """
    if task.tool_entry is not None and task.tool_entry.confirmed is not None:
        return None
    words = _WORD.findall(f"{task.tool} {task.operation} {task.title}")
    for level, grave in _LEVELS.items():
        for word in words:
            if word.lower() in grave:
                return WeakSign(level, word.lower())
    return None


def weak_sentence(sign: WeakSign) -> str:
    """Return why a level was raised by a word, marked as the weak sign it is."""
    return (
        f"{sign.level.value.capitalize()} pending classification: only its caller describes this"
        f" tool, and the task is called \N{LEFT DOUBLE QUOTATION MARK}{sign.word}"
        "\N{RIGHT DOUBLE QUOTATION MARK} (a weak sign)."
    )
