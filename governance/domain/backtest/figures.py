"""The counts of one part of a backtest's window, with bounds and what stays unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from governance.domain.backtest.answers import Asks
from governance.domain.types import BlastLevel


class Part(StrEnum):
    """Which part of the window figures are of."""

    WHOLE = "whole"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """How tasks ended: ``never_ran`` were denied, refused or withdrawn, ``open`` is not known.

    ``waiting`` have not run so far: people have not answered yet.
    """

    succeeded: int = 0
    partial: int = 0
    failed: int = 0
    neutral: int = 0
    open: int = 0
    waiting: int = 0
    never_ran: int = 0

    @property
    def judged(self) -> int:
        """Return of how many it is known how well they went."""
        return self.succeeded + self.partial + self.failed

    @property
    def ran(self) -> int:
        """Return how many ran, or might without anybody's answer."""
        return self.judged + self.neutral + self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How many decisions went from one answer to another."""

    base: Asks
    draft: Asks
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Decisions of one level, or of one owner's agents; ``name`` is the level or the owner's id.

    ``changed`` = ``stricter`` + ``milder``; ``limits`` counts those whose limits alone differ.
    """

    name: str
    decisions: int
    changed: int
    stricter: int
    milder: int
    limits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What people are asked: tasks put before them, and the approvals these need.

    ``one``, ``two`` and ``with_manager`` are tasks by who must agree: one person, two people, two
    of whom one is a manager. ``busiest_day`` is a date in UTC with ``busiest`` approvals.
    """

    tasks: int
    approvals: int
    one: int
    two: int
    with_manager: int
    busiest_day: str | None
    busiest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezes:
    """Freezes by each policy, and agents by when they were frozen first."""

    base: int
    draft: int
    earlier: int
    later: int
    same: int
    newly: int
    no_longer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWork:
    """Tasks of a level that are newly stopped, and those that both policies let run.

    All of them with a known ending; ``stopped_failed`` and ``kept_failed`` of them failed.
    """

    level: BlastLevel
    stopped: int
    stopped_failed: int
    kept: int
    kept_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Failures had the draft been in force, where it tightens; counts of the same period.

    ``today`` is what happened. ``best``: every stopped task succeeds elsewhere or is left undone,
    people refuse exactly the failing ones of what they are newly asked, and the ``repaired`` agents
    that were to be stopped and failed clearly more than usual afterwards, by ``repaired_failed``
    tasks, do so no longer. ``corrected``: stopped tasks fail as often as work of their level that
    may still run. ``worst``: they fail as often as they did, or as often as the work that may still
    run, whichever is more. ``stopped`` and ``asked`` tasks have a known ending; ``leaves_out`` did
    not run then, would now, and is in none of these figures.
    """

    today: int
    best: int
    corrected: float
    worst: float
    outcomes: int
    stopped: int
    stopped_failed: int
    asked: int
    asked_failed: int
    repaired: int
    repaired_failed: int
    leaves_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Tasks that did not run then and would now: 0 to ``tasks`` of them fail, nobody knows.

    ``denied`` by the gate; ``refused`` by people, expired or withdrawn while people were asked;
    ``waiting`` for an answer of people still.
    """

    tasks: int
    denied: int
    refused: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All counts of one part of the window, from ``since_s`` on and before ``until_s`` (epoch s).

    ``outcomes`` are all that were reported. ``stopped``, ``newly_asked``, ``let`` and ``unasked``
    say how the work ended that the draft treats otherwise. ``owners`` lists those with the most
    changes. ``estimate`` is None where nothing
    tightens or more loosens, ``unknown`` where nothing loosens.
    """

    part: Part
    since_s: float
    until_s: float
    decisions: int
    changed: int
    limits_changed: int
    moves: tuple[Move, ...]
    levels: tuple[Group, ...]
    owners: tuple[Group, ...]
    owners_left_out: int
    outcomes: Endings
    stopped: Endings
    newly_asked: Endings
    let: Endings
    unasked: Endings
    work: tuple[LevelWork, ...]
    base_load: Load
    draft_load: Load
    freezes: Freezes
    base_tier_changes: int
    draft_tier_changes: int
    estimate: Estimate | None
    unknown: Unknown | None

    @property
    def days(self) -> float:
        """Return how long this part is, in days."""
        return (self.until_s - self.since_s) / 86_400
