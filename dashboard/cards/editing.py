"""Edits of what will run: the form that makes them, and what stands of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.argument_diff import ArgumentDiff


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """The folded form of a holder who edits arguments, in two steps: read, then recorded.

    ``text`` is what the field holds; ``draft`` the canonical form of it once it was read, with the
    ``diff`` from what was asked. ``back_url`` is empty where there is nothing to take back;
    ``rule`` says what an edit may do, ``is_typed`` that the text is the person's own.
    """

    review_url: str
    url: str
    back_url: str
    text: str
    rule: str
    most: int
    why_off: str = ""
    draft: str = ""
    diff: ArgumentDiff | None = None
    problem: str = ""
    is_typed: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether it is drawn unfolded: where it came back to be confirmed or mended."""
        return bool(self.problem or self.diff)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditNote:
    """The last edit of a request: by whom, when, whose votes it withdrew, what it changed.

    ``diff`` is None where it put back what was asked.
    """

    by: str
    at: datetime
    withdrawn: tuple[str, ...]
    diff: ArgumentDiff | None
