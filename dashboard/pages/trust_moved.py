"""The agents whose trust moved most in a period, and which of them to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dashboard.cards import breaker_mark
from dashboard.cards.trends import MovedLine
from dashboard.display.figures import moved, score
from dashboard.display.trend_bars import part_of
from dashboard.pages.agent_links import agent_url
from dashboard.pages.trend_frame import address
from governance.domain.agent_state import state_from_plain
from governance.domain.standing import standing
from governance.selectors.trends import trust_moves

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dashboard.display.wording import Mark
    from governance.domain.policy.trust import TrustPolicy
    from governance.models import Agent, Fleet
    from governance.selectors.rollups import AgentSums
    from governance.selectors.trends import TrustMove

MOVED_MOST = 12
# Where nobody fell by this much, nobody need worry: the score itself is no finer.
WORRY_FROM = 0.05
_NO_HOLD = "none"


class Moved(NamedTuple):
    """The lines, and the worst of them as a sentence with its page."""

    lines: tuple[MovedLine, ...]
    worry: str
    worry_url: str


def agents_moved(
    fleet: Fleet,
    sums: Sequence[AgentSums],
    policy: TrustPolicy,
    *,
    since: datetime,
    until: datetime | None,
    now: datetime,
    fields: Sequence[tuple[str, str]],
) -> Moved:
    """Return the agents whose trust moved most, most first; two queries.

    Args:
        fleet: whose agents.
        sums: what finished in the period, by agent.
        policy: how trust is computed now.
        since: when the period begins.
        until: when it ends, None for now.
        now: the page's time.
        fields: of the address of their pages, so that these show the same period.
    """
    moves = moves_as_of(fleet, policy, since=since, until=until, now=now, most=MOVED_MOST)
    by_agent = {each.agent_id: each for each in sums}
    lines = tuple(
        _line(fleet, move, by_agent.get(move.agent.pk), fields, is_now=until is None)
        for move in moves[:MOVED_MOST]
    )
    worst = min(moves, key=lambda move: move.after - move.before, default=None)
    if worst is None:
        return Moved(lines, "No agent has a score at both ends of this period yet.", "")
    if worst.before - worst.after < WORRY_FROM:
        return Moved(lines, f"No agent's trust fell by {WORRY_FROM:.2f} or more.", "")
    line = _line(fleet, worst, by_agent.get(worst.agent.pk), fields, is_now=until is None)
    words = f"Look first at {line.name}: trust {score(worst.before)} to {score(worst.after)}."
    return Moved(lines, f"{words} {line.why}", line.url)


def moves_as_of(
    fleet: Fleet,
    policy: TrustPolicy,
    *,
    since: datetime,
    until: datetime | None,
    now: datetime,
    most: int | None,
) -> list[TrustMove]:
    """Return the agents whose trust moved most, as `trust_moves`, scores of now as of ``now``."""
    found = trust_moves(fleet=fleet, since=since, until=until, most=most)
    moves = [_as_of(move, policy, now) if until is None else move for move in found]
    return sorted(moves, key=lambda move: abs(move.after - move.before), reverse=True)


def _as_of(move: TrustMove, policy: TrustPolicy, now: datetime) -> TrustMove:
    """Return the move with the score as it is now, its evidence decayed until then."""
    state = state_from_plain(move.agent.standing.state)
    return move._replace(after=standing(state, policy, now_s=now.timestamp()).trust)


def _line(
    fleet: Fleet,
    move: TrustMove,
    sums: AgentSums | None,
    fields: Sequence[tuple[str, str]],
    *,
    is_now: bool,
) -> MovedLine:
    agent = move.agent
    url = address(agent_url("agent-trends", agent.pk, fleet=fleet.slug), *fields)
    outcomes, failures = (sums.outcomes, sums.failures) if sums else (0, 0)
    return MovedLine(
        name=agent.name,
        url=url,
        state=_state(agent),
        before=move.before,
        after=move.after,
        change=moved(move.before, move.after),
        is_worse=move.after < move.before,
        outcomes=f"{outcomes:,}",
        failed=f"{failures:,}",
        why=_why(agent, sums, is_now=is_now),
    )


def _state(agent: Agent) -> Mark:
    held = agent.standing
    return breaker_mark(held.breaker_state, "" if held.hold == _NO_HOLD else held.hold)


def _why(agent: Agent, sums: AgentSums | None, *, is_now: bool) -> str:
    """Return what its outcomes were in the period, and what holds it now."""
    if sums is None or not sums.outcomes:
        words = "Nothing finished in the period: what it earned decays with time"
    else:
        told = [f"{part_of(sums.failures, sums.outcomes)} outcomes failed"]
        if sums.partials:
            told.append(f"{sums.partials:,} partial")
        if sums.over_budget:
            told.append(f"{sums.over_budget:,} over budget")
        words = ", ".join(told)
    standing_now = agent.standing
    if is_now and standing_now.is_frozen:
        words += "; frozen now"
    if is_now and standing_now.drifting:
        words += "; it drifts"
    return f"{words}."
