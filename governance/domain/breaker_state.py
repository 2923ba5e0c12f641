"""The breaker of one agent as a value: what the rules of suspicion, probation and moves share."""

from __future__ import annotations

from typing import Any

from governance.domain.types import ENDED_BY_PEOPLE, BreakerMode, BreakerState, Hold, HoldOrigin
from governance.domain.value_object import ValueObject


class Learned(ValueObject, frozen=True):
    """The agent's decayed failures and what the fleet would have failed, while unsuspected.

    ``at_s`` is the event time of the last outcome learned from, None before the first.
    """

    failures: float = 0.0
    expected: float = 0.0
    weight: float = 0.0
    at_s: float | None = None


class Run(ValueObject, frozen=True):
    """Suspicion (log odds, >= 0) and the tasks since it was last zero.

    ``expected`` is how many of them usually fail. ``quiet`` counts outcomes in a row that left
    suspicion at zero.
    """

    suspicion: float = 0.0
    tasks: int = 0
    failures: int = 0
    partials: int = 0
    expected: float = 0.0
    quiet: int = 0


class Recent(ValueObject, frozen=True):
    """The latest outcomes as the plain rules count them.

    ``in_row`` failures stand at the end without another result. ``bits`` holds the latest ``seen``
    outcomes, the newest in the lowest bit, 1 for a failure. ``row_told`` and ``rate_told`` say
    that a rule in shadow has told of this run of failures.
    """

    in_row: int = 0
    bits: int = 0
    seen: int = 0
    row_told: bool = False
    rate_told: bool = False


class Probation(ValueObject, frozen=True):
    """Evidence of probation: log likelihood ratio of "still failing" to "normal", and probes.

    ``since_s`` is when probation began, None outside. While a probe runs ``lease_until_s`` says
    until when its place is taken, and ``lease_task`` names the task that took it.
    """

    ratio: float = 0.0
    clean: int = 0
    failed: int = 0
    partial: int = 0
    since_s: float | None = None
    lease_until_s: float | None = None
    lease_task: str | None = None


# An enum member costs 75 ns to look up in Python 3.11, a name 12; these are read for each outcome.
_CLOSED = BreakerState.CLOSED
_ENFORCE = BreakerMode.ENFORCE
_FREE = Hold.NONE
_LATCHED = Hold.LATCHED
_PERSON = HoldOrigin.PERSON

NO_RUN = Run()
NO_LEARNING = Learned()
NO_RECENT = Recent()
NO_PROBATION = Probation()


class Breaker(ValueObject, frozen=True):
    """Detector state, hold, mode, and the history that lengthens freezes.

    Times are epoch seconds by the clock of receipt, so that a back-dated report cannot shorten a
    freeze. ``level`` is as of ``level_since_s`` and decays from there while CLOSED.
    ``trips_s`` are the freezes by the detector within the latch window, oldest first.
    ``critical`` says that a critical event latched it, so that two people must release it.
    """

    state: BreakerState = BreakerState.CLOSED
    hold: Hold = Hold.NONE
    hold_origin: HoldOrigin = HoldOrigin.NONE
    mode: BreakerMode = BreakerMode.ENFORCE
    critical: bool = False
    opened_s: float | None = None
    frozen_until_s: float | None = None
    level: int = 0
    level_since_s: float | None = None
    trips_s: tuple[float, ...] = ()
    run: Run = NO_RUN
    learned: Learned = NO_LEARNING
    probation: Probation = NO_PROBATION
    recent: Recent = NO_RECENT

    @property
    def suspicion(self) -> float:
        """Return the suspicion in log odds, >= 0."""
        return self.run.suspicion

    @property
    def is_person_held(self) -> bool:
        """Return whether a hold stands that only people end: a freeze by hand, or a latch."""
        return self.hold is not _FREE and self.hold in ENDED_BY_PEOPLE

    @property
    def acts(self) -> bool:
        """Return whether the breaker restricts the agent now.

        What a person did always acts; a latch beats BYPASS; SHADOW only records what detectors
        find.
        """
        if self.hold_origin is _PERSON:
            return True
        if self.state is _CLOSED and self.hold is _FREE:
            return False
        return self.mode is _ENFORCE or (self.mode is BreakerMode.BYPASS and self.hold is _LATCHED)

    def observing(self, run: Run, learned: Learned, recent: Recent) -> Breaker:
        """Return the breaker with other counts.

        Written out, because every outcome passes here: replacing three fields costs twice as much.
        """
        return Breaker(
            self.state,
            self.hold,
            self.hold_origin,
            self.mode,
            self.critical,
            self.opened_s,
            self.frozen_until_s,
            self.level,
            self.level_since_s,
            self.trips_s,
            run,
            learned,
            self.probation,
            recent,
        )

    def to_plain(self) -> dict[str, Any]:
        """Return the breaker as JSON values."""
        return {
            "state": self.state.value,
            "hold": self.hold.value,
            "hold_origin": self.hold_origin.value,
            "mode": self.mode.value,
            "critical": self.critical,
            "opened_s": self.opened_s,
            "frozen_until_s": self.frozen_until_s,
            "level": self.level,
            "level_since_s": self.level_since_s,
            "trips_s": list(self.trips_s),
            "run": self.run._asdict(),
            "learned": self.learned._asdict(),
            "probation": self.probation._asdict(),
            "recent": self.recent._asdict(),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Breaker:
        """Return the breaker stored as ``plain``, exactly."""
        return cls(
            state=BreakerState(plain["state"]),
            hold=Hold(plain["hold"]),
            hold_origin=HoldOrigin(plain["hold_origin"]),
            mode=BreakerMode(plain["mode"]),
            critical=plain["critical"],
            opened_s=_seconds(plain["opened_s"]),
            frozen_until_s=_seconds(plain["frozen_until_s"]),
            level=plain["level"],
            level_since_s=_seconds(plain["level_since_s"]),
            trips_s=tuple(float(at_s) for at_s in plain["trips_s"]),
            run=_run(plain["run"]),
            learned=_learned(plain["learned"]),
            probation=_probation(plain["probation"]),
            # Stored before there were plain rules: their counts begin with the next outcome.
            recent=Recent(**plain["recent"]) if "recent" in plain else NO_RECENT,
        )


def _seconds(plain: float | None) -> float | None:
    # A JSON store may write 3.0 as 3.
    return None if plain is None else float(plain)


def _run(plain: dict[str, Any]) -> Run:
    return Run(
        float(plain["suspicion"]),
        plain["tasks"],
        plain["failures"],
        plain["partials"],
        float(plain["expected"]),
        plain["quiet"],
    )


def _learned(plain: dict[str, Any]) -> Learned:
    return Learned(
        float(plain["failures"]),
        float(plain["expected"]),
        float(plain["weight"]),
        _seconds(plain["at_s"]),
    )


def _probation(plain: dict[str, Any]) -> Probation:
    return Probation(
        float(plain["ratio"]),
        plain["clean"],
        plain["failed"],
        plain["partial"],
        _seconds(plain["since_s"]),
        _seconds(plain["lease_until_s"]),
        plain["lease_task"],
    )
