"""Whether an agent may run, in words: state, time left, what it takes to go on."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.marks import Countdown
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbationCard:
    """Probes so far and how many clean ones in a row are still needed; one may be running."""

    clean: int
    failed: int
    partial: int
    left: int
    is_running: bool

    @property
    def needed(self) -> int:
        """Return the clean probes there will have been, if all that follow are clean."""
        return self.clean + self.left

    @property
    def marks(self) -> tuple[str, ...]:
        """Return one word a probe: what there was, the one that runs, what is still needed."""
        running = ("running",) if self.is_running else ()
        return (
            *("clean",) * self.clean,
            *("partial",) * self.partial,
            *("failed",) * self.failed,
            *running,
            *("open",) * (self.left - len(running)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerStatus:
    """The breaker of one agent as lists and pages draw it.

    `name` is the condition a list can be narrowed to. `note` follows the mark in a few words,
    `sentence` says it with its numbers, `since` when it came to that, `next_step` what happens
    then. `ticket_number` is the
    release ticket that waits, 0 for none. `others` are a pause, a shadow.
    """

    name: str
    mark: Mark
    note: str = ""
    sentence: str = ""
    since: str = ""
    next_step: str = ""
    countdown: Countdown | None = None
    probation: ProbationCard | None = None
    ticket_url: str = ""
    ticket_number: int = 0
    ticket_note: str = ""
    others: tuple[Mark, ...] = ()
    other_sentences: tuple[str, ...] = ()

    @property
    def is_calm(self) -> bool:
        """Return whether the agent runs freely, so that nothing needs to stand out."""
        return self.name == "closed" and not self.others

    @property
    def sign(self) -> str:
        """Return what a script compares; seconds that pass change nothing."""
        deadline = "" if self.countdown is None else str(self.countdown.deadline)
        labels = ",".join(mark.label for mark in (self.mark, *self.others))
        running = "" if self.probation is None else str(self.probation.is_running)
        parts = (labels, self.note, deadline, running, str(self.ticket_number), self.ticket_note)
        return "|".join(parts)
