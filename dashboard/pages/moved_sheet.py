"""The agents whose trust moved, all of them, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.display.sheets import Sheet
from dashboard.pages.trend_frame import summed_size
from dashboard.pages.trust_moved import moves_as_of
from governance.domain.rollup import size_kept
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import agents_between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from dashboard.forms.period import Period
    from governance.models import Fleet
    from governance.selectors.rollups import AgentSums
    from governance.selectors.trends import TrustMove


class Line(NamedTuple):
    """An agent with what finished; without ``sums`` nothing did."""

    move: TrustMove
    sums: AgentSums | None


COLUMNS: Mapping[str, Callable[[Line], Any]] = {
    "agent": lambda line: line.move.agent.external_id,
    "name": lambda line: line.move.agent.name,
    "from_day": lambda line: line.move.since.isoformat(),
    "trust_before": lambda line: round(line.move.before, 4),
    "trust_after": lambda line: round(line.move.after, 4),
    "moved": lambda line: round(line.move.after - line.move.before, 4),
    "outcomes": lambda line: line.sums.outcomes if line.sums else 0,
    "successes": lambda line: line.sums.successes if line.sums else 0,
    "partials": lambda line: line.sums.partials if line.sums else 0,
    "failures": lambda line: line.sums.failures if line.sums else 0,
    "not_counted": lambda line: line.sums.neutrals if line.sums else 0,
    "over_budget": lambda line: line.sums.over_budget if line.sums else 0,
    "breaker_now": lambda line: line.move.agent.standing.breaker_state,
    "hold_now": lambda line: line.move.agent.standing.hold,
}


def moved_sheet(fleet: Fleet, period: Period, *, now: datetime) -> Sheet[Line]:
    """Return every agent with a score at both ends of a period, those that moved most first."""
    size = summed_size(size_kept(period.since, period.until, now=now))
    found = agents_between(fleet=fleet, size=size, since=period.since, until=period.until)
    sums = {each.agent_id: each for each in found}
    moves = moves_as_of(
        fleet,
        policy_in_force(fleet=fleet)[1].trust,
        since=period.since,
        until=None if period.is_live else period.until,
        now=now,
        most=None,
    )
    lines = (Line(move, sums.get(move.agent.pk)) for move in moves)
    return Sheet(name="trust-moved", fleet=fleet.slug, columns=COLUMNS, rows=lines)
