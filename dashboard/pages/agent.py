"""The agent behind a ticket: as it is now, and in a line what it was when people were asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.cards import AgentCard, Mark, OutcomeLine, TrustBand, breaker_mark
from dashboard.display.figures import plural, score
from dashboard.pages.agent_rows import trust_band
from dashboard.pages.marks import trust_mark
from dashboard.pages.penalties import penalty_notes
from governance.domain.agent_state import state_from_plain
from governance.domain.collusion.penalties import budget_left, tier_in_force
from governance.domain.standing import standing
from governance.selectors.load import agent_load
from governance.selectors.people import person_name
from governance.selectors.policies import policy_of
from governance.selectors.snapshots import agent_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from escalations.models import Ticket
    from governance.domain.standing import Standing
    from governance.models import Agent

_NO_HOLD = "none"


def asked_words(agent: Mapping[str, Any]) -> str:
    """Return what the snapshot of an agent knew of it when people were asked, as a sentence."""
    outcomes = plural(agent["outcomes"], "outcome")
    trust = "no score yet" if agent["trust"] is None else f"trust {score(agent['trust'])}"
    breaker = _breaker(agent).label.lower()
    return f"When people were asked: {trust}, tier {agent['tier']}, {outcomes}, {breaker}."


def agent_card(agent: Mapping[str, Any], *, owner: str) -> AgentCard:
    """Return the card of an agent as a value of `agent_snapshot` describes it.

    Args:
        agent: who it is, what it has earned and what it did last.
        owner: how its owner is named on screen.
    """
    return AgentCard(
        name=agent["name"],
        external_id=agent["external_id"],
        owner=owner,
        trust=trust_mark(agent),
        breaker=_breaker(agent),
        outcomes=tuple(_outcome(each) for each in agent["last_outcomes"]),
        template=agent["template"],
        model=agent["model"],
        budget_usd=_amount(agent["budget_usd"]),
    )


def blind_card(agent: Agent) -> AgentCard:
    """Return the card of an agent whose work is judged: who it is, and nothing it has earned."""
    return AgentCard(
        name=agent.name,
        external_id=agent.external_id,
        owner=person_name(agent.owner),
        trust=TrustBand(score=0.0, low=0.0, high=1.0, tier="", outcomes=0),
        breaker=Mark(""),
        template=agent.template,
        model=agent.model,
        is_blind=True,
    )


def agent_card_now(ticket: Ticket, agent: Agent, *, note: str, now: datetime) -> AgentCard:
    """Return the card of a ticket's agent as it is now, its evidence decayed until now.

    Args:
        ticket: as `tickets_shown` reads it.
        agent: the ticket's, with its standing.
        note: why nothing of the agent can start, as a sentence; empty where it may run.
        now: the page's time.
    """
    card = agent_card(agent_snapshot(agent), owner=person_name(agent.owner))
    policy = policy_of(ticket.policy)
    earned = standing(state_from_plain(agent.standing.state), policy.trust, now_s=now.timestamp())
    load = agent_load(task=ticket.task, agent=agent, now=now) if ticket.task else None
    penalty = agent.penalty(now)
    return replace(
        card,
        trust=trust_band(earned, tier_in_force(earned.tier, penalty)),
        components=_components(earned) if earned.enough else (),
        breaker_note=note,
        penalty=penalty_notes([agent], ticket.fleet.slug, now=now).get(agent.pk),
        budget_usd=budget_left(agent.budget_usd, penalty),
        spent_usd=load.month_spent_usd if load else None,
    )


def _breaker(agent: Mapping[str, Any]) -> Mark:
    hold = agent["hold"]
    return breaker_mark(agent["breaker_state"], "" if hold == _NO_HOLD else hold)


def _components(earned: Standing) -> tuple[tuple[str, float], ...]:
    parts = {
        "success": earned.success.score,
        "budget": earned.budget.score,
        "consistency": earned.consistency.score,
    }
    return tuple((name, score) for name, score in parts.items() if score is not None)


def _outcome(outcome: Mapping[str, Any]) -> OutcomeLine:
    return OutcomeLine(
        at=_moment(outcome["at"]),
        title=outcome["title"],
        result=outcome["result"],
        cost_usd=_amount(outcome["cost_usd"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
