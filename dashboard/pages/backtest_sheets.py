"""What a backtest found, as files: its counts, its most changed cases, its agents and groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from dashboard.display.policy_values import value_words
from dashboard.display.sheets import Sheet
from dashboard.pages.backtest_report import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from governance.domain.backtest.figures import Estimate, Figures
    from governance.domain.backtest.report import BacktestReport, Case, FieldChange
    from governance.models import Backtest, Fleet


class Counted(NamedTuple):
    """One count of the whole window and of each half; None where there is none to give."""

    name: str
    whole: float | None
    first: float | None
    second: float | None


def _estimated(of: Callable[[Estimate], float]) -> Callable[[Figures], float | None]:
    return lambda figures: None if figures.estimate is None else of(figures.estimate)


# The names are a promise to whoever reads the files.
_COUNTS: tuple[tuple[str, Callable[[Figures], float | None]], ...] = (
    ("length_days", lambda figures: figures.days),
    ("decisions", lambda figures: figures.decisions),
    ("changed", lambda figures: figures.changed),
    ("limits_changed", lambda figures: figures.limits_changed),
    ("stopped", lambda figures: figures.stopped.ran),
    ("stopped_succeeded", lambda figures: figures.stopped.succeeded),
    ("stopped_partial", lambda figures: figures.stopped.partial),
    ("stopped_failed", lambda figures: figures.stopped.failed),
    ("newly_asked", lambda figures: figures.newly_asked.ran),
    ("newly_asked_failed", lambda figures: figures.newly_asked.failed),
    ("unasked", lambda figures: figures.unasked.ran),
    ("base_approvals", lambda figures: figures.base_load.approvals),
    ("draft_approvals", lambda figures: figures.draft_load.approvals),
    ("base_busiest_day_approvals", lambda figures: figures.base_load.busiest),
    ("draft_busiest_day_approvals", lambda figures: figures.draft_load.busiest),
    ("base_with_manager", lambda figures: figures.base_load.with_manager),
    ("draft_with_manager", lambda figures: figures.draft_load.with_manager),
    ("base_freezes", lambda figures: figures.freezes.base),
    ("draft_freezes", lambda figures: figures.freezes.draft),
    ("base_tier_changes", lambda figures: figures.base_tier_changes),
    ("draft_tier_changes", lambda figures: figures.draft_tier_changes),
    ("failures_reported", lambda figures: figures.outcomes.failed),
    ("failures_best", _estimated(lambda estimate: estimate.best)),
    ("failures_corrected", _estimated(lambda estimate: estimate.corrected)),
    ("failures_worst", _estimated(lambda estimate: estimate.worst)),
    (
        "unknown_failures_most",
        lambda figures: None if figures.unknown is None else figures.unknown.tasks,
    ),
)


def count_sheet(fleet: Fleet, found: Backtest) -> Sheet[Counted]:
    """Return every count of a backtest, one a row; no rows before it is done."""
    return Sheet(
        name="backtest-counts",
        fleet=fleet.slug,
        columns={
            "count": lambda row: row.name,
            "whole": lambda row: row.whole,
            "first_half": lambda row: row.first,
            "second_half": lambda row: row.second,
        },
        rows=_counted(report_of(found)),
    )


def _counted(report: BacktestReport | None) -> Iterator[Counted]:
    if report is None:
        return
    for name, told in _COUNTS:
        yield Counted(name, told(report.whole), told(report.first), told(report.second))


def case_sheet(fleet: Fleet, found: Backtest) -> Sheet[Case]:
    """Return the most changed cases of a backtest, the most changed first."""
    report = report_of(found)
    return Sheet(
        name="backtest-cases",
        fleet=fleet.slug,
        columns={
            "decision": lambda case: case.decision_id,
            "task": lambda case: case.task_id,
            "agent": lambda case: case.agent,
            "owner": lambda case: case.owner,
            "at": lambda case: datetime.fromtimestamp(case.at_s, UTC),
            "kind": lambda case: case.kind,
            "level": lambda case: case.level,
            "base": lambda case: case.base,
            "draft": lambda case: case.draft,
            "base_tier": lambda case: case.base_tier,
            "draft_tier": lambda case: case.draft_tier,
            "base_reason": lambda case: case.base_reason or None,
            "draft_reason": lambda case: case.draft_reason or None,
            "ending": lambda case: case.ending,
        },
        rows=() if report is None else report.cases,
    )


def setting_sheet(fleet: Fleet, found: Backtest) -> Sheet[FieldChange]:
    """Return the settings that a backtest tried, beside those in force."""
    report = report_of(found)
    return Sheet(
        name="backtest-settings",
        fleet=fleet.slug,
        columns={
            "setting": lambda change: change.path,
            "in_force": lambda change: change.before,
            "draft": lambda change: change.after,
            "unit": lambda change: change.unit or None,
            "words": lambda change: value_words(change.after, change.unit),
        },
        rows=() if report is None else report.changes,
    )
