"""The kinds of marks on charts, and which of them an address asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class MarkKind(StrEnum):
    """A kind of mark, as an address names it: `?marks=trip,drift`."""

    TRIP = "trip"
    DRIFT = "drift"
    DECISION = "decision"
    POLICY = "policy"
    INCIDENT = "incident"


MARK_LABELS: Mapping[MarkKind, str] = {
    MarkKind.TRIP: "Trips and freezes",
    MarkKind.DRIFT: "Drift alarms",
    MarkKind.DECISION: "Decisions",
    MarkKind.POLICY: "Policy changes",
    MarkKind.INCIDENT: "Incidents",
}


def marks_read(fields: Mapping[str, str]) -> frozenset[MarkKind]:
    """Return which kinds an address asks for: ``marks``, all of them where it says nothing.

    `none` is none; what is no kind counts for nothing.
    """
    text = fields.get("marks", "")
    asked = frozenset(each.strip() for each in text.split(","))
    return frozenset(kind for kind in MarkKind if not text or kind.value in asked)


def marks_text(kinds: Collection[MarkKind]) -> str:
    """Return what `marks_read` reads as these kinds; empty where all are."""
    if len(set(kinds)) == len(MarkKind):
        return ""
    return ",".join(kind.value for kind in MarkKind if kind in kinds) or "none"
