"""Two agents beside each other, figure by figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.trends import Beside, BesideLine
from dashboard.display.figures import money, score
from dashboard.display.trend_bars import part_of
from governance.domain.money import ZERO
from governance.refusals import MissingError
from governance.selectors.agents import agent_called, agents_of_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashboard.pages.trend_line import TrendLine
    from governance.domain.standing import Standing
    from governance.models import Agent, Fleet


def other_found(fleet: Fleet, agent: Agent, name: str) -> tuple[Agent | None, str]:
    """Return whom an agent is compared with, or why nobody is, as a sentence.

    Args:
        fleet: of both.
        agent: whose page it is.
        name: what the address calls the other, its name or an id; empty for nobody.
    """
    if not name:
        return None, ""
    try:
        other = agent_called(fleet=fleet, name=name)
    except MissingError:
        called = agents_of_name(fleet=fleet, name=name)
        if len(called) != 1:
            return None, _unknown(fleet, name, called)
        other = called[0]
    if other.pk == agent.pk:
        return None, f"with cannot be “{name}”, the agent itself. It takes another."
    return other, ""


def _unknown(fleet: Fleet, name: str, called: Sequence[Agent]) -> str:
    takes = f"the name or the id of an agent of {fleet.name}"
    if called:
        ids = ", ".join(each.external_id for each in called)
        takes = f"one of the ids of those that are called so: {ids}"
    return f"with cannot be “{name}”. It takes {takes}."


def beside(
    lines: Sequence[TrendLine], earned: Sequence[Standing], *, other_url: str, without_url: str
) -> Beside:
    """Return the figures of two agents in one period.

    Args:
        lines: the two, in their order.
        earned: what each has earned now.
        other_url: the second one's own page.
        without_url: the first one's page, alone.
    """
    one, other = lines

    def counted(label: str, words: Callable[[TrendLine], str]) -> BesideLine:
        return BesideLine(label=label, one=words(one), other=words(other))

    now_one, now_other = (_now(each) for each in earned)
    tier_one, tier_other = (each.tier.value.capitalize() for each in earned)
    return Beside(
        one=one.name,
        other=other.name,
        other_url=other_url,
        without_url=without_url,
        lines=(
            BesideLine(label="Trust now", one=now_one, other=now_other),
            BesideLine(label="Tier earned", one=tier_one, other=tier_other),
            counted("Trust, first in the period", lambda line: _score(line, 0)),
            counted("Trust, last in the period", lambda line: _score(line, -1)),
            counted("Lowest trust", _lowest),
            counted("Outcomes", lambda line: f"{_sum(line, 'outcomes'):,}"),
            counted("Failed", lambda line: _of_outcomes(line, "failures")),
            counted("Partial", lambda line: _of_outcomes(line, "partials")),
            counted("Over budget", lambda line: _of_outcomes(line, "over_budget")),
            counted("Cost", lambda line: money(sum((b.cost_usd for b in line.buckets), ZERO))),
            counted("Value", lambda line: money(sum((b.value_usd for b in line.buckets), ZERO))),
        ),
    )


def _now(earned: Standing) -> str:
    if not earned.enough:
        return f"not enough data ({earned.outcomes} of {earned.outcomes_needed})"
    return f"{score(earned.trust)} ({score(earned.low)} to {score(earned.high)})"


def _score(line: TrendLine, place: int) -> str:
    return score(line.scores[place][1]) if line.scores else "–"


def _lowest(line: TrendLine) -> str:
    return score(min(trust for _, trust in line.scores)) if line.scores else "–"


def _sum(line: TrendLine, name: str) -> int:
    return sum(getattr(bucket, name) for bucket in line.buckets)


def _of_outcomes(line: TrendLine, name: str) -> str:
    return part_of(_sum(line, name), _sum(line, "outcomes"))
