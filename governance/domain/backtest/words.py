"""Every sentence about a backtest: facts first, then the estimate, then what stays unknown."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.backtest import words_facts as facts
from governance.domain.backtest.figures import Estimate, Figures, Part, Unknown
from governance.domain.backtest.report import BacktestReport, Coverage
from governance.domain.phrases import count_words, list_words, share_words

BESIDES = (
    "Later repairs and re-routed work are not in the replay, so the truth may lie on either side "
    "of the corrected figure."
)
SECOND_ORDER = (
    "Not in the replay: agents and the people behind them adapt to a rule, work that is stopped "
    "goes elsewhere and earns trust there, and an agent that is stopped is repaired sooner."
)
APPROVED = (
    "What people would be asked about is taken as approved; what they were asked about then ended "
    "as they answered."
)
PARTS = {
    Part.WHOLE: "Whole window",
    Part.FIRST: "First half, for choosing",
    Part.SECOND: "Second half, for reporting",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWords:
    """What is said of one part of the window.

    ``estimate`` is empty where nothing tightens, and says so where more loosens; ``unknown`` is
    empty where nothing loosens.
    """

    title: str
    changed: str
    stopped: str
    held: str | None
    asked: tuple[str, ...]
    load: tuple[str, ...]
    freezes: str
    tier_changes: str
    estimate: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """What is said of the whole report; ``tries`` is None for the first setting tried."""

    window: str
    coverage: tuple[str, ...]
    halves: str
    tries: str | None
    tiers: str
    approved: str
    second_order: str
    whole: FigureWords
    first: FigureWords
    second: FigureWords


def report_words(report: BacktestReport) -> ReportWords:
    """Return the report in sentences."""
    moved = sum(move.agents for move in report.tier_moves)
    return ReportWords(
        window=_window(report),
        coverage=_coverage(report),
        halves=(
            "Choose on the first half, believe the second: a setting that was chosen on some days "
            "looks better on these days than it is."
        ),
        tries=tries_words(report.tries),
        tiers=facts.tiers_words(report.agents, moved),
        approved=APPROVED,
        second_order=SECOND_ORDER,
        whole=figure_words(report.whole),
        first=figure_words(report.first),
        second=figure_words(report.second),
    )


def figure_words(figures: Figures) -> FigureWords:
    """Return the figures of one part of the window in sentences."""
    estimate, unknown = figures.estimate, figures.unknown
    return FigureWords(
        title=PARTS[figures.part],
        changed=facts.changed_words(figures),
        stopped=facts.stopped_words(figures),
        held=facts.held_words(figures),
        asked=facts.asked_words(figures),
        load=facts.load_words(figures),
        freezes=facts.freezes_words(figures),
        tier_changes=facts.tier_changes_words(figures),
        estimate=_no_estimate(figures)
        if estimate is None
        else estimate_words(estimate, figures.days),
        unknown=() if unknown is None else unknown_words(unknown, figures.days),
    )


def estimate_words(estimate: Estimate, days: float) -> tuple[str, ...]:
    """Return what a change that tightens may come to, the bounds and what they assume."""
    period = facts.period_words(days)
    told = [
        _headline(estimate, period),
        _best(estimate),
        f"Corrected {_whole(estimate.corrected)}: stopped work fails as often as work of its level "
        "that may still run, and people agree to all that they are newly asked.",
        f"Worst case {_whole(estimate.worst)}: stopped work fails as often as it did, or as often "
        "as work that may still run, whichever is more.",
        f"From {count_words(estimate.stopped, 'stopped task')} ({estimate.stopped_failed:,} "
        f"failed) and {count_words(estimate.asked, 'task')} newly asked about "
        f"({estimate.asked_failed:,} failed) in {period}.",
        BESIDES,
    ]
    if estimate.leaves_out:
        tasks = count_words(estimate.leaves_out, "task")
        told.append(
            f"Not in these figures: {tasks} that did not run then and would now, 0 to "
            f"{count_words(estimate.leaves_out, 'failure')} more."
        )
    return tuple(told)


def unknown_words(unknown: Unknown, days: float) -> tuple[str, ...]:
    """Return what nobody can know of a change that loosens: bounds, never a figure between."""
    told = (
        (unknown.denied, "denied by the gate"),
        (unknown.refused, "refused, expired or withdrawn while people were asked"),
        (unknown.waiting, "still waiting for people"),
    )
    were = list_words([f"{count:,} {words}" for count, words in told if count])
    failures = count_words(unknown.tasks, "failure")
    return (
        f"{count_words(unknown.tasks, 'task')} did not run then and would now (in "
        f"{facts.period_words(days)}): {were}.",
        f"Nobody knows how they would have ended: 0 to {failures}.",
    )


def tries_words(tries: int) -> str | None:
    """Return what it means that several settings were tried on one window."""
    if tries < 2:
        return None
    return (
        f"{tries:,} settings were tried on this window. The best of several looks better than it "
        "is, for some of it is luck: what counts is the half that nobody chose by."
    )


def _window(report: BacktestReport) -> str:
    changes = count_words(len(report.changes), "changed setting")
    period = facts.period_words(report.whole.days)
    return f"{period} of the record, policy {report.base_number} against {changes}."


def _coverage(report: BacktestReport) -> tuple[str, ...]:
    coverage, days = report.coverage, report.whole.days
    told = _decided(coverage) if coverage.decisions else (_unasked(days),)
    return (*told, _unplayed(report.unplayed, days)) if report.unplayed else told


def _unasked(days: float) -> str:
    period = facts.period_words(days)
    these = "this day" if period == "1 day" else f"these {period}"
    return f"The gate was asked nothing in {these}: freezes and tiers only."


def _unplayed(acts: int, days: float) -> str:
    were = "was" if acts == 1 else "were"
    return (
        f"{count_words(acts, 'act')} of people or critical events in {facts.period_words(days)} "
        f"{were} left out of the draft's side: the agent did not stand there where it was possible."
    )


def _decided(coverage: Coverage) -> tuple[str, ...]:
    decisions = count_words(coverage.decisions, "decision")
    if coverage.compared == coverage.decisions:
        all_of, were = ("The", "was") if coverage.decisions == 1 else ("All", "were")
        return (f"{all_of} {decisions} of the record {were} decided again.",)
    share = share_words(coverage.compared / coverage.decisions)
    return (
        f"{coverage.compared:,} of {decisions} of the record were decided again ({share}).",
        *(
            f"{count_words(each.decisions, 'decision')} left out: {each.why}"
            for each in coverage.left_out
        ),
    )


def _best(estimate: Estimate) -> str:
    told = [
        "every stopped task succeeds elsewhere or is left undone",
        "people refuse exactly the failing ones of what they are newly asked",
    ]
    if estimate.repaired:
        agents = count_words(estimate.repaired, "agent")
        failures = count_words(estimate.repaired_failed, "failure")
        told.append(
            f"{agents} that went on failing clearly more than usual after a stop, by {failures}, "
            "would have been repaired at once"
        )
    return f"Best case {estimate.best:,}: {list_words(told)}."


def _no_estimate(figures: Figures) -> tuple[str, ...]:
    """Return why there is no estimate where something tightens; nothing where nothing does."""
    tightened = figures.stopped.judged + figures.newly_asked.judged
    if not tightened:
        return ()
    return (
        f"No estimate: as a whole the draft loosens, and the {count_words(tightened, 'task')} that "
        "it stops or asks about besides say nothing of the rest.",
    )


def _headline(estimate: Estimate, period: str) -> str:
    """Return the bounds; "up to" goes with the best case, for nothing less is a bound."""
    today, counted = estimate.today, f"n = {count_words(estimate.outcomes, 'outcome')} in {period}"
    fewer = today - estimate.best
    if estimate.best == today == round(estimate.worst):
        return f"{count_words(today, 'failure')}, as many as today ({counted})."
    gain = f"up to {share_words(fewer / today)} fewer" if fewer else "no fewer"
    return (
        f"Between {estimate.best:,} and {_whole(estimate.worst)} failures instead of {today:,}: "
        f"{gain} ({counted})."
    )


def _whole(count: float) -> str:
    return f"{count:,.0f}"
