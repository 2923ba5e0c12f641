"""The buckets of one agent, or of two beside each other, as the table of their chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.chart import Cell, ChartTable, Column
from dashboard.display.durations import NBSP, wire_time
from dashboard.display.figures import score
from dashboard.display.trend_bars import RESULTS, slot_label, slot_text
from dashboard.pages.trend_line import TrendLine, counts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.rollup import BucketSize

_SCORES = ("Trust", f"10{NBSP}%", f"90{NBSP}%", "Success", "Budget", "Consistency")
_FIGURES = (*_SCORES, "Outcomes", *RESULTS)
# What programs call them, where that is not what people read.
_KEYS = {f"10{NBSP}%": "p10", f"90{NBSP}%": "p90"}


def trend_table(lines: Sequence[TrendLine], size: BucketSize) -> ChartTable:
    """Return the buckets in which anything finished, the newest first.

    Args:
        lines: the agent, and whom it is compared with.
        size: of their buckets.
    """
    first, others = lines[0], lines[1:]
    beside = {slot: row for line in others for slot, row in _rows(line).items()}
    own = _rows(first)
    columns = [
        Column(label=slot_label(size), key="starts_at"),
        *(_column(label) for label in _FIGURES),
    ]
    if others:
        # By what the other is called no program could find its figures again.
        columns += [
            Column(
                label=f"{other.name}: {label}",
                is_number=True,
                key=f"other_{_column(label).name}",
            )
            for other in others
            for label in _FIGURES
        ]
    blank = (Cell("–"),) * len(_FIGURES)
    slots = sorted({*own, *beside}, reverse=True)
    return ChartTable(
        columns=tuple(columns),
        rows=tuple(
            (
                Cell(slot_text(slot, size), wire_time(slot)),
                *own.get(slot, blank),
                *(beside.get(slot, blank) if others else ()),
            )
            for slot in slots
        ),
    )


def _column(label: str) -> Column:
    return Column(label=label, is_number=True, key=_KEYS.get(label, ""))


def _rows(line: TrendLine) -> dict[datetime, tuple[Cell, ...]]:
    rows = {}
    for place, bucket in enumerate(line.buckets):
        is_shown = place >= line.shown_from
        scores = (
            bucket.trust, bucket.trust_low, bucket.trust_high, bucket.success_score,
            bucket.budget_score, bucket.consistency_score,
        )  # fmt: skip
        rows[bucket.starts_at] = (
            *(_score(each if is_shown else None) for each in scores),
            *(Cell(f"{count:,}", str(count)) for count in (bucket.outcomes, *counts_of(bucket))),
        )
    return rows


def _score(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(score(value), f"{value:.4f}")
