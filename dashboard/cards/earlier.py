"""What came before a request: the run it is compared with, and how people answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.marks import Countdown
from dashboard.display.argument_diff import ArgumentDiff
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What else differs of the action itself: `label` names it, such as its target."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRun:
    """The last approved run of the same operation and tool by the same agent.

    `name` is the ticket that approved it, `#801`, or the task that the gate let run without a
    person; `url` is empty for the latter. `how` says which of the two, by whom; `ended` how the
    run ended, as far as it was reported.
    """

    name: str
    how: str
    started_at: datetime
    ended: Mark
    diff: ArgumentDiff
    url: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a request is compared with; without a `run` there is none in `days` days."""

    days: int
    run: EarlierRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The ticket whose place another took, and what the agent asks otherwise than there."""

    number: int
    url: str
    diff: ArgumentDiff
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecision:
    """One answer to such a request: `by` is empty where nobody answered, `ended` how it went."""

    number: int
    url: str
    mark: Mark
    at: datetime
    ended: Mark
    by: str = ""
    reason: str = ""
    cap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecisions:
    """The last answers about one operation of one agent, newest first, of `total`."""

    operation: str
    lines: tuple[EarlierDecision, ...]
    total: int

    @property
    def summary(self) -> str:
        """Return what was answered how often among those shown: `3 approved, 2 expired`."""
        counted = Counter(line.mark.label.lower() for line in self.lines)
        return ", ".join(f"{count} {label}" for label, count in counted.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """Another ticket of the same run that waits for people."""

    number: int
    url: str
    title: str
    agent: str
    level: str
    countdown: Countdown


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingInRun:
    """What else of the same run waits, what ends first, first; at most some of `total`."""

    lines: tuple[WaitingLine, ...]
    total: int
