"""What a browser without script is asked once more before an answer counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question, and the answer that is sent again if it is confirmed.

    `asks` is the question without its mark, `yes` the label of the button that records,
    `reason` the label of the reason and `words` what was typed. `tasks` are the held tasks it is
    about. `fields` are the names and values that the form sends again.
    """

    url: str
    asks: str
    yes: str
    icon: str
    tone: str
    words: str
    fields: tuple[tuple[str, str], ...]
    reason: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """Return which form of its own the answer came from; empty for that of the decision."""
        return dict(self.fields).get("form", "")
