"""What drift detection remembers of one agent, as a value."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from governance.domain.value_object import ValueObject


class DriftKind(StrEnum):
    """What is watched; the names are those of replay's alarms."""

    OUTCOMES = "drift"
    COST = "cost_drift"
    DURATION = "latency_drift"


class DriftSignal(StrEnum):
    """What has changed, and in which direction."""

    FAILING = "failing"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    SLOWER = "slower"
    FASTER = "faster"

    @property
    def kind(self) -> DriftKind:
        """Return what is watched for this change."""
        return _KINDS[self]


_KINDS = {
    DriftSignal.FAILING: DriftKind.OUTCOMES,
    DriftSignal.DEARER: DriftKind.COST,
    DriftSignal.CHEAPER: DriftKind.COST,
    DriftSignal.SLOWER: DriftKind.DURATION,
    DriftSignal.FASTER: DriftKind.DURATION,
}


class OutcomeRun(ValueObject, frozen=True):
    """Tasks since the score was last zero, or since an alarm that is open.

    ``expected`` of them would normally have failed; ``since_s`` is the first one's event time.
    """

    tasks: int = 0
    failures: int = 0
    partials: int = 0
    expected: float = 0.0
    since_s: float = 0.0


NO_OUTCOME_RUN = OutcomeRun()


class OutcomeWatch(ValueObject, frozen=True):
    """The CUSUMs (log odds, >= 0) and the baseline behind them.

    ``score`` looks for slight changes and decides what teaches, ``severe`` for severe ones.
    ``failures`` of the ``weight`` latest outcomes learned from failed, where the rest of the
    fleet would have failed ``expected``. ``seen`` counts outcomes since the baseline began.
    """

    score: float = 0.0
    seen: int = 0
    failures: float = 0.0
    expected: float = 0.0
    weight: float = 0.0
    run: OutcomeRun = NO_OUTCOME_RUN
    severe: float = 0.0

    def quieted(self) -> OutcomeWatch:
        """Return the watch with its baseline and nothing suspected."""
        return self._replace(score=0.0, run=NO_OUTCOME_RUN, severe=0.0)

    def to_plain(self) -> list[Any]:
        """Return the fields in order, as JSON values."""
        *sums, run, severe = self.to_list()
        return [*sums, run.to_list(), severe]


class AmountRun(ValueObject, frozen=True):
    """The CUSUM ``score`` (standard deviations, >= 0) of one direction and its tasks.

    ``usual`` sums the natural logarithms that were usual, ``excess`` what those of the
    tasks are above them, both over ``tasks``; ``since_s`` is the first one's event time.
    """

    score: float = 0.0
    tasks: int = 0
    usual: float = 0.0
    excess: float = 0.0
    since_s: float = 0.0


NO_AMOUNT_RUN = AmountRun()


class AmountWatch(ValueObject, frozen=True):
    """Cost or duration, watched for more and for less."""

    more: AmountRun = NO_AMOUNT_RUN
    less: AmountRun = NO_AMOUNT_RUN

    def to_plain(self) -> list[list[Any]]:
        """Return both directions as JSON values."""
        return [self.more.to_list(), self.less.to_list()]


class OpenAlarm(NamedTuple):
    """An alarm nobody has acknowledged, raised at event time ``at_s``."""

    signal: DriftSignal
    at_s: float


NO_OUTCOME_WATCH = OutcomeWatch()
NO_AMOUNT_WATCH = AmountWatch()


class Drift(ValueObject, frozen=True):
    """Everything watched of one agent; what is ``open`` teaches nothing and alarms no more."""

    outcomes: OutcomeWatch = NO_OUTCOME_WATCH
    cost: AmountWatch = NO_AMOUNT_WATCH
    duration: AmountWatch = NO_AMOUNT_WATCH
    open: tuple[OpenAlarm, ...] = ()

    def is_open(self, kind: DriftKind) -> bool:
        """Return whether an alarm of this kind waits for people."""
        for alarm in self.open:  # noqa: SIM110  a generator costs four times as much
            if _KINDS[alarm.signal] is kind:
                return True
        return False

    def to_plain(self) -> dict[str, Any]:
        """Return the watch as JSON values."""
        return {
            "outcomes": self.outcomes.to_plain(),
            "cost": self.cost.to_plain(),
            "duration": self.duration.to_plain(),
            "open": [[alarm.signal.value, alarm.at_s] for alarm in self.open],
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Drift:
        """Return the watch stored as ``plain``, exactly."""
        # States kept before severe changes were watched for hold no score of them.
        score, seen, failures, expected, weight, run, *severe = plain["outcomes"]
        tasks, failed, partly, normal, since_s = run
        return cls(
            OutcomeWatch(
                # A JSON store may write 3.0 as 3.
                float(score),
                seen,
                float(failures),
                float(expected),
                float(weight),
                OutcomeRun(tasks, failed, partly, float(normal), float(since_s)),
                float(severe[0]) if severe else 0.0,
            ),
            AmountWatch(*(_amount_run(run) for run in plain["cost"])),
            AmountWatch(*(_amount_run(run) for run in plain["duration"])),
            tuple(OpenAlarm(DriftSignal(signal), float(at_s)) for signal, at_s in plain["open"]),
        )


NO_DRIFT = Drift()


class DriftFacts(ValueObject, frozen=True):
    """What a refresh says about drift to one agent, until the next.

    ``threshold`` is the score of outcomes that raises an alarm of an agent that normally fails
    5 %, in log odds. ``factor`` is how
    many times as often as normal the rest of the fleet fails, >= 1. ``incidents`` are the kinds
    whose alarms are held, because the fleet has an incident.
    """

    threshold: float = 4.7
    factor: float = 1.0
    incidents: tuple[str, ...] = ()


# Before the size of a fleet is known: 1 false alarm per 1,000 agent-days at 20 tasks a day.
NO_FACTS = DriftFacts()


def _amount_run(plain: list[float]) -> AmountRun:
    score, tasks, usual, excess, since_s = plain
    return AmountRun(float(score), int(tasks), float(usual), float(excess), float(since_s))
