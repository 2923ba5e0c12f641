"""The agent behind a ticket, from its snapshot: as it was when asked, or as it is now."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.cards import AgentCard, OutcomeLine, breaker_mark
from dashboard.display.durations import clock_time
from dashboard.pages.marks import trust_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_HOLD = "none"


def agent_card(agent: Mapping[str, Any], *, note: str = "") -> AgentCard:
    """Return the card of an agent as `governance.selectors.snapshots` describes it.

    Args:
        agent: a value of `agent_snapshot`.
        note: why nothing of the agent can start now, as a sentence; empty where it may run.
    """
    hold = agent["hold"]
    frozen_until = agent["frozen_until"]
    detail = f"until {clock_time(_moment(frozen_until))}" if frozen_until and note else ""
    return AgentCard(
        name=agent["name"],
        external_id=agent["external_id"],
        owner=agent["owner"],
        trust=trust_mark(agent),
        breaker=breaker_mark(
            agent["breaker_state"], "" if hold == _NO_HOLD else hold, detail=detail
        ),
        outcomes=tuple(_outcome(each) for each in agent["last_outcomes"]),
        template=agent["template"],
        model=agent["model"],
        breaker_note=note,
        budget_usd=_amount(agent["budget_usd"]),
    )


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
