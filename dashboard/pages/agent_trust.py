"""Of what an agent's trust consists, and what the next better tier asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.agent_page import ComponentLine, NeedLine, TrustCard
from dashboard.display.durations import NBSP
from dashboard.display.figures import plural
from dashboard.pages.agent_rows import trust_band
from governance.domain.outlook import promotion_outlook
from governance.domain.priors import prior_phrase
from governance.domain.score import success_of_ratio

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.cards.marks import PenaltyNote
    from governance.domain.agent_state import AgentState
    from governance.domain.policy import Policy
    from governance.domain.standing import Component, Standing
    from governance.domain.types import Tier
    from governance.models import Fleet

_MEANS = {
    "success": "tasks that ended well, beside the fleet on the same work",
    "budget": "tasks that stayed within their budget",
    "consistency": "cost and duration as usual for it",
}


def trust_card(
    state: AgentState,
    earned: Standing,
    *,
    fleet: Fleet,
    policy: Policy,
    tier: Tier,
    penalty: PenaltyNote | None,
    begun: str,
    now: datetime,
) -> TrustCard:
    """Return the score with its parts; the weights are renormalised over what is measured.

    ``tier`` sets its limits: what it has earned, or low while a ``penalty`` stands. ``begun`` is
    what was said of its start when it was registered, empty where nothing was.
    """
    trust = policy.trust
    parts = (
        ("success", earned.success, trust.weight_success),
        ("budget", earned.budget, trust.weight_budget),
        ("consistency", earned.consistency, trust.weight_consistency),
    )
    total = sum(weight for _, part, weight in parts if part.score is not None)
    outlook = promotion_outlook(
        state,
        trust,
        sources_fleet=fleet.refresh.sources_30d if fleet.refresh else 0,
        now_s=now.timestamp(),
    )
    return TrustCard(
        trust=trust_band(earned, tier),
        penalty=penalty,
        components=tuple(_line(name, part, weight, total) for name, part, weight in parts),
        evidence=(
            f"{plural(earned.outcomes, 'outcome')} judged, which weigh {earned.evidence:.1f} now:"
            f" one counts half after {trust.half_life_days:g} days. From"
            f" {plural(earned.sources, 'source')} of work."
        ),
        next_tier=outlook.tier.value if outlook.tier else "",
        needs=tuple(
            NeedLine(
                about=need.about,
                has=_unbroken(need.has),
                asks=_unbroken(need.asks),
                is_met=need.is_met,
            )
            for need in outlook.needs
        ),
        start=_start(
            prior_phrase(state.trust.prior, success_of_ratio(state.trust.prior.ratio, trust)),
            begun,
        ),
    )


def _start(now: str, begun: str) -> str:
    """Return where trust starts now, and where it did at registration if its kin moved that."""
    if not begun or begun.startswith(now):
        return now
    return (
        f"{now} That follows its kin; when it was registered, it was:"
        f" \N{LEFT DOUBLE QUOTATION MARK}{begun}\N{RIGHT DOUBLE QUOTATION MARK}"
    )


def _line(name: str, part: Component, weight: float, total: float) -> ComponentLine:
    if part.score is None or part.low is None or part.high is None:
        return ComponentLine(name=name, means=_MEANS[name], weight=0, outcomes=part.outcomes)
    return ComponentLine(
        name=name,
        means=_MEANS[name],
        weight=round(100 * weight / total),
        outcomes=part.outcomes,
        score=part.score,
        low=part.low,
        high=part.high,
    )


def _unbroken(words: str) -> str:
    """Return a figure that stays on one line with its unit."""
    return words.replace(" %", f"{NBSP}%").replace(" h", f"{NBSP}h")
