"""A fleet's own figures on its work: failures by tier, preset and cell, and what was expected."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dashboard.cards.evidence import FigureGroup
from dashboard.display.durations import NBSP
from dashboard.display.figures import mean_money
from dashboard.pages.evidence_lines import ratio_line, share_line
from dashboard.pages.matrix_words import cell_name
from governance.domain.measures import (
    LEAST,
    order_between,
    ratio_measured,
    share_measured,
)
from governance.domain.share_difference import Share
from governance.domain.types import Preset, Tier
from governance.selectors.evidence import EXPECTED_STEPS, OUTCOMES_MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from dashboard.cards.evidence import FigureLine
    from governance.domain.measures import Order
    from governance.domain.policy import Policy
    from governance.selectors.evidence import Expected
    from governance.selectors.rollups import CellSums

_OUTCOMES = "outcomes"
# From the most trusted tier on, failures should rise.
_TRUSTED_FIRST = (Tier.HIGH, Tier.MEDIUM, Tier.LOW)


def tier_figures(cells: Sequence[CellSums]) -> FigureGroup:
    """Return what tasks failed by the tier their agent had when they were asked for."""
    shares = {tier: _failed(cell for cell in cells if cell.tier is tier) for tier in Tier}
    pairs = [
        (milder, stricter, order_between(shares[milder], shares[stricter]))
        for milder, stricter in pairwise(_TRUSTED_FIRST)
    ]
    return FigureGroup(
        title="Does higher trust fail less here?",
        verdict=" ".join(_order_words(*pair) for pair in pairs),
        lines=tuple(
            share_line(
                f"failed_{tier.value}",
                f"Tier {tier.value}: failed",
                share_measured(*shares[tier]),
                _OUTCOMES,
            )
            for tier in _TRUSTED_FIRST
        ),
        limit=(
            "By the tier an agent had when its task was asked for. The gate keeps risky work from"
            " agents of low trust, so the tiers did not do the same work."
        ),
    )


def preset_figures(cells: Sequence[CellSums], policy: Policy) -> FigureGroup:
    """Return failures and cost by the preset that the policy in force gives each cell."""
    by_preset = {
        preset: [cell for cell in cells if policy.matrix.cell(cell.task_type, cell.tier) is preset]
        for preset in Preset
    }
    known = [each for each in cells if each.outcomes >= LEAST]
    return FigureGroup(
        title="What fails, and what a task costs, by preset",
        verdict=(
            f"{len(known)} of {len(cells)} cells have {LEAST} outcomes or more in the period."
        ),
        lines=tuple(
            share_line(
                f"failed_{preset.value}",
                f"Preset {preset.value}: failed",
                share_measured(*_failed(found)),
                _OUTCOMES,
                _cost(found),
            )
            for preset, found in by_preset.items()
        ),
        limit=(
            "By the preset that the policy in force gives the cell now. An earlier version may"
            " have given it another."
        ),
    )


def cell_figures(cells: Sequence[CellSums]) -> FigureGroup:
    """Return failures and cost of each of the nine cells."""
    return FigureGroup(
        title="The same, failed by cell",
        verdict="",
        lines=tuple(
            share_line(
                f"failed_{cell.task_type.value}_{cell.tier.value}",
                f"{cell_name(cell.task_type, cell.tier).capitalize()}",
                share_measured(cell.failures, cell.outcomes),
                _OUTCOMES,
                _cost([cell]),
            )
            for cell in cells
        ),
    )


def expected_figures(found: Sequence[Expected]) -> FigureGroup:
    """Return how many failures were seen of those expected, over all and by expected rate."""
    outcomes = sum(each.outcomes for each in found)
    expected, seen = sum(each.expected for each in found), sum(each.seen for each in found)
    whole = ratio_measured(seen, expected, n=outcomes)
    return FigureGroup(
        title="Were as many failures seen as were expected?",
        verdict=_calibration_words(outcomes, expected, seen, whole.low, whole.high),
        lines=(
            ratio_line("calibration", "All outcomes", whole, _OUTCOMES, _both(expected, seen)),
            *map(_step_line, found),
        ),
        limit=(
            "Expected is what the rest of the fleet fails on the same class of work. Failures that"
            " come together make the intervals too narrow."
            + (
                f" The newest {OUTCOMES_MOST:,} outcomes of the period are counted."
                if outcomes >= OUTCOMES_MOST
                else ""
            )
        ),
    )


def _step_line(found: Expected) -> FigureLine:
    return ratio_line(
        f"calibration_{found.step}",
        f"Expected to fail {_step_words(found.step)}",
        ratio_measured(found.seen, found.expected, n=found.outcomes),
        _OUTCOMES,
        _both(found.expected, found.seen),
    )


def _step_words(step: int) -> str:
    ends = [f"{100 * end:g}" for end in EXPECTED_STEPS]
    if not step:
        return f"under {ends[0]}{NBSP}%"
    if step == len(ends):
        return f"{ends[-1]}{NBSP}% or more"
    return f"{ends[step - 1]} to under {ends[step]}{NBSP}%"


def _both(expected: float, seen: float) -> str:
    return f"{_halves(expected)} expected, {_halves(seen)} seen"


def _halves(failures: float) -> str:
    """Return failures, a partial one as a half, with the tenth only where there is one."""
    return f"{failures:,.1f}".removesuffix(".0")


def _calibration_words(
    outcomes: int, expected: float, seen: float, low: float | None, high: float | None
) -> str:
    if low is None or high is None:
        return f"Too little to say: {outcomes:,} of {LEAST} outcomes."
    what = f"{_halves(expected)} failures were expected and {_halves(seen)} seen"
    if low <= 1 <= high:
        return f"{what}. Chance alone may have made the difference."
    return f"{what}: {'more' if seen > expected else 'fewer'} than chance alone would make."


def _order_words(milder: Tier, stricter: Tier, order: Order) -> str:
    if not order.is_known:
        return f"Tier {milder.value} beside {stricter.value}: not enough data."
    if order.rises:
        return f"Tier {milder.value} fails less than tier {stricter.value}."
    if order.falls:
        return f"Tier {milder.value} fails more than tier {stricter.value}."
    return f"Tier {milder.value} beside {stricter.value}: the difference may be chance."


def _failed(cells: Iterable[CellSums]) -> Share:
    found = list(cells)
    return Share(sum(cell.failures for cell in found), sum(cell.outcomes for cell in found))


def _cost(cells: Sequence[CellSums]) -> str:
    outcomes = sum(cell.outcomes for cell in cells)
    if outcomes < LEAST:
        return ""
    spent: Decimal = sum((cell.cost_usd for cell in cells[1:]), cells[0].cost_usd)
    return f"{mean_money(spent / outcomes)} a task"
