"""The latest answer of a pure rule, kept for whoever asks the same again right away.

A backtest puts each question to the gate under two policies, one right after the other, and most
of what the two ask of a rule is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from operator import is_
from typing import TypeVar, TypeVarTuple

Asked = TypeVarTuple("Asked")
Answer = TypeVar("Answer")


def latest_kept(rule: Callable[[*Asked], Answer]) -> Callable[[*Asked], Answer]:
    """Return the rule, which gives its latest answer again to the very same arguments.

    The same means the same objects, which must not change: to compare what they hold, as
    `functools.lru_cache` does, may take as long as to answer, and not everything can be hashed.
    """
    kept: tuple[tuple[*Asked], Answer] | None = None

    @wraps(rule)
    def answered(*asked: *Asked) -> Answer:
        nonlocal kept
        # Taken once, because another thread may ask meanwhile.
        latest = kept
        if latest is not None and all(map(is_, latest[0], asked)):
            return latest[1]
        answer = rule(*asked)
        kept = (asked, answer)
        return answer

    return answered
