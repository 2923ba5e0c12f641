"""Two sets of canonical arguments side by side: which lines went, which came, the rest folded."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

from dashboard.display.arguments import argument_lines_pretty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Unchanged lines shown around a change; a longer run between is folded.
CONTEXT = 2
# Aligning takes longer than linearly and an agent chooses what is aligned. Beyond this many
# lines between the first and the last difference, all of them count as replaced.
ALIGNED_MOST = 600
SHOWN_MOST = 200


class Sign(StrEnum):
    """What a line of a difference is: on both sides, only before, only now."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of arguments, indented, as JSON."""

    sign: Sign
    text: str

    @property
    def mark(self) -> str:
        """Return what stands before it: a plus, a minus, or nothing."""
        return {Sign.NEW: "+", Sign.GONE: "\N{MINUS SIGN}", Sign.SAME: ""}[self.sign]


@dataclass(frozen=True, slots=True)
class DiffPart:
    """Lines that belong together; those of a folded part are all unchanged."""

    lines: tuple[DiffLine, ...]
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class ArgumentDiff:
    """The whole difference in parts; `left_out` counts changed lines beyond those shown."""

    parts: tuple[DiffPart, ...]
    gone: int
    new: int
    left_out: int = 0

    @property
    def is_same(self) -> bool:
        """Return whether both sides say the same."""
        return not self.gone and not self.new


def argument_diff(was: str, now: str, *, shown_most: int = SHOWN_MOST) -> ArgumentDiff:
    """Return what differs between two canonical texts, line by line.

    Each member of an object and each item of a list has a line of its own, so that one changed
    amount is one line gone and one line new.

    Args:
        was: the stored canonical form (RFC 8785) before.
        now: and the one that is asked about.
        shown_most: changed lines shown; the rest are counted.

    Raises:
        ValueError: if one of the texts is not JSON.
    """
    lines = _compared(argument_lines_pretty(was), argument_lines_pretty(now))
    gone = sum(line.sign is Sign.GONE for line in lines)
    new = sum(line.sign is Sign.NEW for line in lines)
    shown = _first_changes(lines, shown_most)
    return ArgumentDiff(
        parts=tuple(_parts(shown)),
        gone=gone,
        new=new,
        left_out=max(0, gone + new - shown_most),
    )


def _compared(was: Sequence[str], now: Sequence[str]) -> list[DiffLine]:
    head = _equal_at_start(was, now)
    tail = _equal_at_start(was[head:][::-1], now[head:][::-1])
    was_mid, now_mid = was[head : len(was) - tail], now[head : len(now) - tail]
    return [
        *(DiffLine(Sign.SAME, text) for text in now[:head]),
        *_aligned(was_mid, now_mid),
        *(DiffLine(Sign.SAME, text) for text in now[len(now) - tail :]),
    ]


def _equal_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    both = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))


def _aligned(was: Sequence[str], now: Sequence[str]) -> Iterator[DiffLine]:
    if max(len(was), len(now)) > ALIGNED_MOST:
        yield from (DiffLine(Sign.GONE, text) for text in was)
        yield from (DiffLine(Sign.NEW, text) for text in now)
        return
    for operation, i, i_end, j, j_end in SequenceMatcher(None, was, now).get_opcodes():
        if operation == "equal":
            yield from (DiffLine(Sign.SAME, text) for text in now[j:j_end])
            continue
        yield from (DiffLine(Sign.GONE, text) for text in was[i:i_end])
        yield from (DiffLine(Sign.NEW, text) for text in now[j:j_end])


def _first_changes(lines: list[DiffLine], most: int) -> list[DiffLine]:
    """Return the lines up to the last change that is shown; all where none is left out."""
    changed = [place for place, line in enumerate(lines) if line.sign is not Sign.SAME]
    return lines if len(changed) <= most else lines[: changed[most - 1] + 1]


def _parts(lines: Sequence[DiffLine]) -> Iterator[DiffPart]:
    """Yield the lines in order, with runs far from any change as folded parts."""
    changed = [place for place, line in enumerate(lines) if line.sign is not Sign.SAME]
    near = {
        place
        for at in changed
        for place in range(max(0, at - CONTEXT), min(len(lines), at + CONTEXT + 1))
    }
    start = 0
    while start < len(lines):
        is_near = start in near
        end = start
        while end < len(lines) and (end in near) is is_near:
            end += 1
        # A single line takes no more room than the note that it is folded.
        yield DiffPart(tuple(lines[start:end]), is_folded=not is_near and end - start > 1)
        start = end
