"""Containment: what becomes of each task that a cascade reaches."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.cascade import HeldChoice
from governance.domain.types import TaskState


class CascadeOrigin(StrEnum):
    """What found a cascade: failures down a lineage, or the trip of one agent's breaker."""

    LINEAGE = "lineage"
    TRIP = "trip"


class Fate(StrEnum):
    """What containment did to a task; only `HELD` waits for a person."""

    TAINTED = "tainted"
    HELD = "held"
    STOPPED = "stopped"
    RUNNING = "running"
    ASKED = "asked"
    MISSED = "missed"
    SHADOW = "shadow"


FATE_MEANING: Mapping[Fate, str] = {
    Fate.TAINTED: "finished, and what it gave out is not to be relied on",
    Fate.HELD: "held before its start",
    Fate.STOPPED: "told to stop",
    Fate.RUNNING: "not held: it had started",
    Fate.ASKED: "not held: it waits for people, who see what it builds on",
    Fate.MISSED: "not held: it was being started or ended at that moment",
    Fate.SHADOW: "not held: its agent only watches",
}


class SettledBy(StrEnum):
    """How a held task was settled: by a person's choice, or without one."""

    RESUME = HeldChoice.RESUME.value
    CANCEL = HeldChoice.CANCEL.value
    RERUN = HeldChoice.RERUN.value
    WITHDRAWN = "withdrawn"
    FINISHED = "finished"
    EXPIRED = "expired"


def fate_below(state: TaskState, *, shadow: bool) -> Fate | None:
    """Return what containment does to a task below tainted output, None for one that has ended.

    Args:
        state: of the task.
        shadow: whether its agent or fleet only records what would have been.
    """
    if state is TaskState.READY:
        return Fate.SHADOW if shadow else Fate.HELD
    return {TaskState.RUNNING: Fate.RUNNING, TaskState.PENDING: Fate.ASKED}.get(state)
