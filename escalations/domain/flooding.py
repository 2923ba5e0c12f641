"""When the questions of one agent are a flood, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.domain.policy.flood import FloodPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How much one agent asks: questions that wait now, and those raised within the window."""

    waiting: int
    raised: int


def is_flood(asking: Asking, policy: FloodPolicy) -> bool:
    """Return whether the agent asks more than people can be expected to read with care."""
    return asking.waiting > policy.open_most or asking.raised > policy.window_most


def flood_sentence(asking: Asking, policy: FloodPolicy) -> str:
    """Return what the record says of a flood."""
    return (
        f"It floods people with questions: {asking.waiting} wait (at most {policy.open_most}),"
        f" {asking.raised} in the last {policy.window_min:g} min (at most {policy.window_most})."
    )
