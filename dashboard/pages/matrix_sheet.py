"""The nine cells of a matrix as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.display.sheets import Sheet
from dashboard.pages.matrix_sums import tally_of
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import cells_between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.forms.period import Period
    from dashboard.pages.matrix_sums import Tally
    from governance.domain.types import Preset, TaskType, Tier
    from governance.models import Fleet


class Line(NamedTuple):
    """One cell: which, what it gives now, what it saw."""

    task_type: TaskType
    tier: Tier
    preset: Preset
    tally: Tally


# What fewer outcomes cannot say is left empty, as the page does.
COLUMNS: Mapping[str, Callable[[Line], Any]] = {
    "task_type": lambda line: line.task_type,
    "tier": lambda line: line.tier,
    "preset_now": lambda line: line.preset,
    "asked": lambda line: line.tally.asked,
    "allowed": lambda line: line.tally.allowed,
    "escalated": lambda line: line.tally.escalated,
    "denied": lambda line: line.tally.denied,
    "approved": lambda line: line.tally.approved,
    "refused": lambda line: line.tally.refused,
    "expired": lambda line: line.tally.expired,
    "overruled": lambda line: line.tally.overruled,
    "outcomes": lambda line: line.tally.outcomes,
    "failures": lambda line: line.tally.failures,
    "cost_usd": lambda line: line.tally.cost_usd,
    "kept_from_running": lambda line: line.tally.held_back,
    "failures_stopped_estimate": lambda line: (
        round(line.tally.stopped, 4) if line.tally.is_weighed else None
    ),
}


def matrix_sheet(fleet: Fleet, period: Period) -> Sheet[Line]:
    """Return the cells of a fleet's matrix over the whole hours of a period."""
    matrix = policy_in_force(fleet=fleet)[1].matrix
    cells = cells_between(fleet=fleet, since=period.since, until=period.until)
    lines = (
        Line(
            task_type=cell.task_type,
            tier=cell.tier,
            preset=matrix.cell(cell.task_type, cell.tier),
            tally=tally_of(cell),
        )
        for cell in cells
    )
    return Sheet(name="matrix", fleet=fleet.slug, columns=COLUMNS, rows=lines)
