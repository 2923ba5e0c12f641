"""The agents whose trust moved most in a period, and which of them to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dashboard.cards import breaker_mark
from dashboard.cards.trends import MovedLine
from dashboard.display.durations import day_time
from dashboard.display.figures import moved, score
from dashboard.display.trend_bars import part_of
from dashboard.pages.agent_links import agent_url
from dashboard.pages.trend_frame import address
from governance.domain.agent_state import state_from_plain
from governance.domain.phrases import list_words
from governance.domain.standing import standing
from governance.selectors.trends import agents_frozen, trust_moves

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
# More names in one sentence nobody reads.
_NAMED_MOST = 3


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
    """Return the agents whose trust moved most, most first; at most four queries.

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
    is_now = until is None

    def line_of(move: TrustMove) -> MovedLine:
        return _line(fleet, move, by_agent.get(move.agent.pk), policy, fields, is_now=is_now)

    lines = tuple(map(line_of, moves[:MOVED_MOST]))
    frozen = agents_frozen(fleet=fleet, most=_NAMED_MOST + 1) if is_now else []
    to_see = [move for move in moves if _worries(move, policy, is_now=is_now)]
    worst = min(to_see, key=lambda move: move.after - move.before, default=None)
    if worst is not None:
        line = line_of(worst)
        others = [agent for agent in frozen if agent.pk != worst.agent.pk]
        begun = f" since {line.since}" if line.since else ""
        words = f"Look first at {line.name}: trust {score(worst.before)} to {score(worst.after)}"
        also = _frozen_words(others, "Also frozen")
        return Moved(lines, f"{words}{begun}. {line.why}{also}", line.url)
    also = _frozen_words(frozen, "Frozen now")
    url = _trends_url(fleet, frozen[0], fields) if frozen else ""
    if not moves:
        return Moved(lines, f"No agent has a score at both ends of this period yet.{also}", url)
    return Moved(lines, f"No agent's trust fell by {WORRY_FROM:.2f} or more.{also}", url)


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
    found = trust_moves(
        fleet=fleet, since=since, until=until, most=most, outcomes_shown=policy.outcomes_shown
    )
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
    policy: TrustPolicy,
    fields: Sequence[tuple[str, str]],
    *,
    is_now: bool,
) -> MovedLine:
    agent = move.agent
    outcomes, failures = (sums.outcomes, sums.failures) if sums else (0, 0)
    return MovedLine(
        name=agent.name,
        url=_trends_url(fleet, agent, fields),
        state=_state(agent),
        before=move.before,
        since=day_time(move.first_at) if move.first_at else "",
        after=move.after,
        change=moved(move.before, move.after),
        is_worse=score(move.after) < score(move.before),
        outcomes=f"{outcomes:,}",
        failed=f"{failures:,}",
        why=_why(move, sums, policy, is_now=is_now),
    )


def _trends_url(fleet: Fleet, agent: Agent, fields: Sequence[tuple[str, str]]) -> str:
    return address(agent_url("agent-trends", agent.pk, fleet=fleet.slug), *fields)


def _worries(move: TrustMove, policy: TrustPolicy, *, is_now: bool) -> bool:
    """Return whether somebody should look: it fell far or below a level, or it is frozen now."""
    is_frozen = is_now and move.agent.standing.is_frozen
    return is_frozen or move.before - move.after >= WORRY_FROM or bool(_left(move, policy))


def _left(move: TrustMove, policy: TrustPolicy) -> str:
    """Return the highest tier whose level it fell below; empty for none."""
    levels = (("high", policy.level_high), ("medium", policy.level_medium))
    return next((tier for tier, level in levels if move.after < level <= move.before), "")


def _frozen_words(frozen: Sequence[Agent], lead: str) -> str:
    if not frozen:
        return ""
    names = [agent.name for agent in frozen[:_NAMED_MOST]]
    more = ["more"] if len(frozen) > _NAMED_MOST else []
    return f" {lead}: {list_words([*names, *more])}."


def _state(agent: Agent) -> Mark:
    held = agent.standing
    return breaker_mark(held.breaker_state, "" if held.hold == _NO_HOLD else held.hold)


def _why(move: TrustMove, sums: AgentSums | None, policy: TrustPolicy, *, is_now: bool) -> str:
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
    if left := _left(move, policy):
        words += f"; below the level of tier {left}"
    standing_now = move.agent.standing
    if is_now and standing_now.is_frozen:
        words += "; frozen now"
    if is_now and standing_now.drifting:
        words += "; it drifts"
    return f"{words}."
