"""How the score moved: the outcomes that moved it most, and what they did together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dashboard.cards.agent_page import ScoreCard, ScoreLine
from governance.domain.outcome_fact import failure_of
from governance.domain.score import Points
from governance.domain.score_moves import (
    LEAST,
    Scored,
    outcome_words,
    signed,
    stretch_words,
    summary_words,
)
from governance.domain.types import Result
from governance.selectors.records import outcomes_recent

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent, Outcome

# Looked at for the sum of all, for the lines, and before a change of tier.
LOOKED_AT, LINES, BEFORE_TIER = 200, 8, 20
SUMMED = 50


class Kept(NamedTuple):
    """One outcome whose score was kept, with the row it was read from."""

    row: Outcome
    scored: Scored


class ScoreHistory:
    """An agent's latest outcomes with the score after each, oldest first.

    Neutral ones are left out, as are those judged before scores were kept, and those after which
    the agent had no score yet.
    """

    def __init__(self, agent: Agent, *, needed: int) -> None:
        """Read them with one query; ``needed`` outcomes make a score."""
        kept: list[Kept] = []
        counted = agent.standing.outcomes
        for row in outcomes_recent(agent=agent, most=LOOKED_AT):
            if failure_of(Result(row.result)) is None:
                continue
            after = _points(row)
            if after is None or counted < needed:
                break
            counted -= 1
            kept.append(Kept(row, _scored(row, after)))
        self.kept = kept[::-1]

    def before_tier(self, at: datetime) -> str:
        """Return what the outcomes right before a change of tier did; empty where unknown."""
        places = [place for place, each in enumerate(self.kept) if each.row.received_at <= at]
        if len(places) < 2:
            return ""
        stretch = self.kept[max(0, places[-1] - BEFORE_TIER) : places[-1] + 1]
        return stretch_words([each.scored for each in stretch[1:]], stretch[0].scored.after)

    def card(self) -> ScoreCard:
        """Return the outcomes that moved the score most lately, newest first, and their sum."""
        stretch = self.kept[-SUMMED - 1 :]
        if len(stretch) < 2:
            return ScoreCard(summary="", lines=())
        lines = []
        for before, each in pairwise(stretch):
            change = each.scored.after.score - before.scored.after.score
            if abs(change) >= LEAST:
                lines.append(_line(each, before.scored.after, change))
        most = sorted(lines, key=lambda line: abs(line.size), reverse=True)[:LINES]
        summary = summary_words([each.scored for each in stretch[1:]], stretch[0].scored.after)
        return ScoreCard(
            summary=summary,
            lines=tuple(sorted(most, key=lambda line: (line.at, line.fact), reverse=True)),
        )


def _line(kept: Kept, before: Points, change: float) -> ScoreLine:
    row = kept.row
    return ScoreLine(
        at=row.finished_at,
        fact=row.fact,
        task_id=row.task_external_id,
        size=change,
        change=signed(change),
        score=kept.scored.after.score,
        sentence=outcome_words(kept.scored, before),
    )


def _scored(row: Outcome, after: Points) -> Scored:
    return Scored(
        result=Result(row.result),
        source=row.source,
        weight=row.weight,
        expected=row.expected,
        self_report=row.self_report,
        verified=bool(row.verified_by) or row.verified_quality is not None,
        vouched_inside=row.vouched_inside,
        after=after,
    )


def _points(row: Outcome) -> Points | None:
    if row.trust_after is None or row.success_after is None:
        return None
    return Points(row.trust_after, row.success_after, row.budget_after, row.consistency_after)
