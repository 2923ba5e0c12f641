"""Agents that need a look as rows, each with why in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.display.durations import NBSP
from dashboard.pages.agent_rows import agent_rows
from governance.selectors.roster import agents_listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dashboard.cards.fleet import AgentRow
    from governance.models import Fleet
    from governance.selectors.attention import Look


def look_rows(looks: Sequence[Look], fleet: Fleet, *, now: datetime) -> tuple[AgentRow, ...]:
    """Return the rows of these agents in their order; a fixed number of queries."""
    why = {str(look.agent_id): look for look in looks}
    agents = agents_listed(agent_ids=[look.agent_id for look in looks])
    return tuple(
        replace(row, why=_why(row, why[row.agent_id])) for row in agent_rows(agents, fleet, now=now)
    )


def _why(row: AgentRow, look: Look) -> str:
    status = row.status
    held = status.sentence if status.name != "closed" else ""
    reasons = [held, *status.other_sentences] if look.held or look.drifting else []
    if look.in_ring:
        reasons.append("It is a member of a suspected ring that nobody has decided on yet.")
    if look.fell_from is not None:
        reasons.append(
            f"It fell from tier {look.fell_from.value} to {row.trust.tier} within 24{NBSP}h."
        )
    return " ".join(reason if reason[-1] in ".!?" else f"{reason}." for reason in reasons if reason)
