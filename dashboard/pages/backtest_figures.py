"""The figures of a backtest as labels with values: those looked for first, and each half beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.backtest import BoundsCard, CountLine
from dashboard.cards.ticket import Fact
from dashboard.display.durations import NBSP
from dashboard.display.figures import MINUS
from governance.domain.backtest.words_facts import RATIO_LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from governance.domain.backtest.figures import Estimate, Figures
    from governance.domain.backtest.report import BacktestReport

# Where the line of the drawing begins and ends, in percent of its width.
_LEFT, _RIGHT = 12.0, 88.0
_MIDDLE = 50.0
# The line spans at least this share of the failures, so that a small change is drawn small.
_SPAN_LEAST = 0.25
_TEXT_LEFT, _TEXT_RIGHT = 38.0, 52.0
NOTHING = "–"


def key_figures(report: BacktestReport) -> tuple[Fact, ...]:
    """Return what an admin looks for first, over the whole window."""
    figures = report.whole
    return tuple(_key_figures(figures, report.agents))


def _key_figures(figures: Figures, agents: int) -> Iterator[Fact]:
    freezes, stopped = figures.freezes, figures.stopped
    yield Fact(
        label="Decisions that would have differed",
        value=f"{figures.changed:,}",
        note=f"of {figures.decisions:,}",
    )
    sooner = freezes.newly + freezes.earlier
    if sooner or not freezes.no_longer + freezes.later:
        yield Fact(
            label="Agents that would have frozen earlier",
            value=f"{sooner:,}",
            note=f"of {agents:,}",
        )
    if freezes.no_longer + freezes.later:
        yield Fact(
            label="Agents that would have frozen later or not at all",
            value=f"{freezes.no_longer + freezes.later:,}",
            note=f"of {agents:,}",
        )
    yield Fact(
        label="Tasks held, and how they had ended",
        value=f"{stopped.ran:,}",
        note=_ended(figures) if stopped.ran else "",
    )
    if stopped.ran:
        yield Fact(label="Good tasks held for each failure stopped", value=_ratio(figures))
    more = figures.draft_load.approvals - figures.base_load.approvals
    yield Fact(label="More approvals for people", value=_rate(more, figures.days))


def _rate(more: int, days: float) -> str:
    """Return how many more a day; in all where the window is shorter than one."""
    if days >= 1.0:
        return f"{_signed(more / days)} a day"
    return f"{_signed(more).removesuffix('.0')} in all"


def _ended(figures: Figures) -> str:
    stopped = figures.stopped
    good = stopped.succeeded + stopped.partial
    rest = stopped.ran - good - stopped.failed
    return f"{good:,} good, {stopped.failed:,} failed" + (f", {rest:,} not known" if rest else "")


def _ratio(figures: Figures) -> str:
    failed = figures.stopped.failed
    if failed < RATIO_LEAST:
        return f"too few failures ({failed} of {RATIO_LEAST})"
    return f"{figures.stopped.succeeded / failed:.1f}"


def _signed(value: float) -> str:
    rounded = round(value, 1)
    if not rounded:
        return "0.0"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,.1f}"


def count_lines(report: BacktestReport) -> tuple[CountLine, ...]:
    """Return the counts of the whole window and of its halves, side by side."""
    return tuple(
        CountLine(
            label=label,
            whole=told(report.whole),
            first=told(report.first),
            second=told(report.second),
        )
        for label, told in _COUNTS
        if any(told(each) != NOTHING for each in (report.whole, report.first, report.second))
    )


def _both(
    base: Callable[[Figures], int], draft: Callable[[Figures], int]
) -> Callable[[Figures], str]:
    return lambda figures: f"{base(figures):,}{NBSP}→{NBSP}{draft(figures):,}"


def _a_day(figures: Figures) -> str:
    if figures.days < 1.0:
        return NOTHING
    base, draft = figures.base_load.approvals, figures.draft_load.approvals
    return f"{base / figures.days:,.1f}{NBSP}→{NBSP}{draft / figures.days:,.1f}"


def _estimated(of: Callable[[Estimate], float]) -> Callable[[Figures], str]:
    return lambda figures: f"{of(figures.estimate):,.0f}" if figures.estimate else NOTHING


def _held(figures: Figures) -> str:
    return _ratio(figures) if figures.stopped.ran else NOTHING


def _unknown(figures: Figures) -> str:
    return f"0 to {figures.unknown.tasks:,} failures" if figures.unknown else NOTHING


_COUNTS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("Decisions compared", lambda figures: f"{figures.decisions:,}"),
    ("Decided otherwise", lambda figures: f"{figures.changed:,}"),
    ("Only limits differ", lambda figures: f"{figures.limits_changed:,}"),
    ("Tasks that ran and would be stopped", lambda figures: f"{figures.stopped.ran:,}"),
    ("of these succeeded", lambda figures: f"{figures.stopped.succeeded:,}"),
    ("of these failed", lambda figures: f"{figures.stopped.failed:,}"),
    ("Good tasks held for each failure stopped", _held),
    ("Tasks newly put before people", lambda figures: f"{figures.newly_asked.ran:,}"),
    ("Tasks no longer put before people", lambda figures: f"{figures.unasked.ran:,}"),
    ("Approvals a day", _a_day),
    (
        "Approvals on the busiest day",
        _both(lambda f: f.base_load.busiest, lambda f: f.draft_load.busiest),
    ),
    (
        "Tasks for which a manager must agree",
        _both(lambda f: f.base_load.with_manager, lambda f: f.draft_load.with_manager),
    ),
    ("Freezes", _both(lambda f: f.freezes.base, lambda f: f.freezes.draft)),
    ("Changes of tier", _both(lambda f: f.base_tier_changes, lambda f: f.draft_tier_changes)),
    ("Failures that were reported", lambda figures: f"{figures.outcomes.failed:,}"),
    ("Failures, best case", _estimated(lambda estimate: estimate.best)),
    ("Failures, corrected", _estimated(lambda estimate: estimate.corrected)),
    ("Failures, worst case", _estimated(lambda estimate: estimate.worst)),
    ("Blocked then and let run now: unknown", _unknown),
)


def bounds_card(figures: Figures) -> BoundsCard | None:
    """Return the bounds of the estimate on a line; None where there is no estimate."""
    estimate = figures.estimate
    if estimate is None:
        return None
    low, high = float(estimate.best), max(float(estimate.today), estimate.worst)
    middle, span = (low + high) / 2, max(high - low, _SPAN_LEAST * high)
    scale = (_RIGHT - _LEFT) / span if span else 0.0

    def place(value: float) -> float:
        return round(_MIDDLE + (value - middle) * scale, 2)

    best_x, worst_x = place(low), place(estimate.worst)
    corrected = f"corrected {estimate.corrected:,.0f}"
    worst = f"worst {estimate.worst:,.0f}"
    return BoundsCard(
        best_x=best_x,
        likely_x=place(estimate.corrected),
        # Between the words at both ends, however narrow the drawing.
        likely_text_x=min(max(place(estimate.corrected), _TEXT_LEFT), _TEXT_RIGHT),
        today_x=place(float(estimate.today)),
        worst_x=worst_x,
        width=round(max(worst_x - best_x, 0.5), 2),
        best=f"best {estimate.best:,}",
        likely=corrected,
        worst=f"{worst} = today" if round(estimate.worst) == estimate.today else worst,
        text=(
            f"Failures: best case {estimate.best:,}, {corrected}, worst case"
            f" {estimate.worst:,.0f}; today {estimate.today:,}."
        ),
    )
