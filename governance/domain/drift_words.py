"""What a drift alarm says: what was normal, what is now, over how many tasks and how long."""

from __future__ import annotations

import math

from governance.domain.drift_state import AmountRun, DriftKind, DriftSignal, OutcomeRun
from governance.domain.suspicion import usual_phrase

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3_600.0, 86_400.0
_VERBS = {DriftKind.COST: "cost", DriftKind.DURATION: "took"}


def failing_phrase(run: OutcomeRun, at_s: float, factor: float) -> str:
    """Return the sentence behind an alarm of outcomes, with its counts."""
    partly = f", {run.partials} partly" if run.partials else ""
    normal = usual_phrase(run.expected / run.tasks)
    sentence = (
        f"{run.failures} of the last {run.tasks} tasks failed{partly}, within"
        f" {span_phrase(at_s - run.since_s)}; normal for this agent on such work: {normal}."
    )
    if factor < 1.05:
        return sentence
    return f"{sentence} The rest of the fleet fails {factor:.1f} times as often, allowed for."


def amount_phrase(signal: DriftSignal, run: AmountRun, at_s: float) -> str:
    """Return the sentence behind an alarm of cost or duration, with its numbers."""
    kind = signal.kind
    now, usual = amounts_of(run)
    return (
        f"The last {run.tasks} tasks {_VERBS[kind]} {amount_words(kind, now)} each, within"
        f" {span_phrase(at_s - run.since_s)}; normal for this agent on such work:"
        f" {amount_words(kind, usual)}. That is {_changed_phrase(now / usual)}."
    )


def _changed_phrase(times: float) -> str:
    """Return ``40 % more``, ``75 % less``, or from ten times as much ``12 times as much``."""
    if times >= 10.0:
        return f"{times:,.0f} times as much"
    return f"{100.0 * abs(times - 1.0):.0f} % {'more' if times >= 1.0 else 'less'}"


def amounts_of(run: AmountRun) -> tuple[float, float]:
    """Return what tasks of a run cost or last now, and usually: geometric means."""
    usual = run.usual / run.tasks
    return math.exp(usual + run.excess / run.tasks), math.exp(usual)


def amount_words(kind: DriftKind, amount: float) -> str:
    """Return an amount with its unit: ``0.0184 USD``, ``12.5 s``."""
    if kind is DriftKind.COST:
        return f"{amount:.2f} USD" if amount >= 10.0 else f"{_significant(amount)} USD"
    return f"{amount:.0f} s" if amount >= 100.0 else f"{_significant(amount)} s"


def span_phrase(seconds: float) -> str:
    """Return a span of time as people say it: ``4 min``, ``2.5 h``, ``3.1 days``."""
    if seconds < _MINUTE_S:
        return "a minute"
    if seconds < 2.0 * _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    if seconds < 2.0 * _DAY_S:
        return f"{seconds / _HOUR_S:.1f} h"
    return f"{seconds / _DAY_S:.1f} days"


def _significant(amount: float) -> str:
    """Return three significant digits, never in powers of ten."""
    digits = max(0, 2 - math.floor(math.log10(amount)))
    return f"{amount:.{digits}f}"
