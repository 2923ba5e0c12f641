"""The kinds of marks on charts, and how an address names them."""

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
    MarkKind.INCIDENT: "Cascades, rings, faults",
}


def marks_text(kinds: Collection[MarkKind]) -> str:
    """Return these kinds as an address names them; empty where they are all there are."""
    if len(set(kinds)) == len(MarkKind):
        return ""
    return ",".join(kind.value for kind in MarkKind if kind in kinds) or "none"
