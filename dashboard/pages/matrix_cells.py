"""One cell of the matrix as people read it, and the same cells as a table of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.chart import Cell, ChartTable, Column
from dashboard.cards.matrix import CellFact, MatrixCell
from dashboard.display.durations import NBSP
from dashboard.display.figures import money, share
from dashboard.pages.matrix_words import ratio_text
from governance.domain.held_back import OUTCOMES_LEAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.matrix_sums import Tally

# From which share of what was asked a cell is shaded darker.
SHADES = (0.0, 0.05, 0.2, 0.5)
# From how many times the failed share of the whole fleet a cell's own is marked as high.
HIGH_FROM = 2
_COLUMNS = (
    "Asked", "Allowed", "Escalated", "Denied", "Approved", "Refused", "Expired", "Overruled",
    "Outcomes", "Failed", f"Failed,{NBSP}%", "Cost", "Kept from running",
    "Failures stopped, estimate", "Held up per failure stopped",
)  # fmt: skip


def matrix_cell(
    tally: Tally,
    *,
    total: Tally,
    column: str,
    preset: str = "",
    url: str = "",
    is_sum: bool = False,
) -> MatrixCell:
    """Return one cell of those that add up to ``total``; what nobody knows yet is not zero."""
    asked = tally.asked
    return MatrixCell(
        column=column,
        preset=preset,
        shade=_shade(tally),
        asked=f"{asked:,} asked" if asked else "nothing asked",
        facts=(
            CellFact(
                label="held up",
                text=f"{tally.held_up:,}",
                note=share(tally.held_up, asked) if asked >= OUTCOMES_LEAST else f"of {asked:,}",
            ),
            CellFact(
                label="failed",
                text=failure_text(tally.failures, tally.outcomes),
                note=f"n{NBSP}{tally.outcomes:,}" if tally.outcomes >= OUTCOMES_LEAST else "",
                is_high=_is_high(tally, total),
            ),
            CellFact(label="per failure stopped", text=per_failure_text(tally)),
        ),
        url=url,
        is_sum=is_sum,
    )


def _is_high(tally: Tally, total: Tally) -> bool:
    if tally.outcomes < OUTCOMES_LEAST or not tally.failures:
        return False
    # Shares compared without dividing.
    return tally.failures * total.outcomes >= HIGH_FROM * total.failures * tally.outcomes


def failure_text(failures: int, outcomes: int) -> str:
    """Return a share of failures, or that there is too little to tell: `3.1 %`."""
    if outcomes < OUTCOMES_LEAST:
        return f"not enough data ({outcomes} of {OUTCOMES_LEAST})"
    return share(failures, outcomes)


def per_failure_text(tally: Tally) -> str:
    """Return the work held up for each failure stopped, as the estimate it is."""
    ratio = tally.per_failure
    if ratio is not None:
        return f"about {ratio_text(ratio)} tasks"
    if not tally.held_back:
        return "nothing kept from running"
    if tally.weighed_outcomes:
        return f"none of {tally.weighed_outcomes:,} failed"
    if tally.outcomes < OUTCOMES_LEAST:
        return failure_text(0, tally.outcomes)
    return "not enough data in any cell"


def matrix_table(lines: Sequence[tuple[str, Tally]]) -> ChartTable:
    """Return cells and sums as a table, one line each."""
    return ChartTable(
        columns=(
            Column(label="Cell"),
            *(Column(label=name, is_number=True) for name in _COLUMNS),
        ),
        rows=tuple((Cell(name), *_numbers(tally)) for name, tally in lines),
    )


def _numbers(tally: Tally) -> tuple[Cell, ...]:
    counts = (
        tally.asked, tally.allowed, tally.escalated, tally.denied, tally.approved, tally.refused,
        tally.expired, tally.overruled, tally.outcomes, tally.failures,
    )  # fmt: skip
    is_known = tally.outcomes >= OUTCOMES_LEAST
    rate = 100 * tally.failures / tally.outcomes if is_known else 0.0
    ratio = tally.per_failure
    return (
        *(Cell(f"{count:,}", str(count)) for count in counts),
        Cell(share(tally.failures, tally.outcomes), f"{rate:.2f}") if is_known else Cell("–"),
        Cell(money(tally.cost_usd), f"{tally.cost_usd:f}"),
        Cell(f"{tally.held_back:,}", str(tally.held_back)),
        Cell(f"{tally.stopped:.1f}", f"{tally.stopped:.2f}") if tally.is_weighed else Cell("–"),
        Cell(ratio_text(ratio), f"{ratio:.2f}") if ratio is not None else Cell("–"),
    )


def _shade(tally: Tally) -> int:
    """Return 0 where all of it ran at once, up to 4 where half of it or more did not."""
    if not tally.asked:
        return 0
    return sum(tally.held_up / tally.asked > limit for limit in SHADES)
