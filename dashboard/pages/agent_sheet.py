"""The agents of a fleet as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.sheets import Sheet
from dashboard.pages.agent_rows import agent_rows
from dashboard.pages.looks import look_rows
from governance.selectors.attention import agents_to_look_at
from governance.selectors.roster import agents_listed, roster_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from dashboard.cards.fleet import AgentRow
    from governance.models import Fleet
    from governance.selectors.roster import RosterQuery

# In memory at a time, however many there are in all.
BATCH = 200
# Below its least number of outcomes an agent has no score to show, and none to save.
COLUMNS: Mapping[str, Callable[[AgentRow], Any]] = {
    "agent": lambda row: row.external_id,
    "name": lambda row: row.name,
    "path": lambda row: row.url,
    "owner": lambda row: row.owner,
    "state": lambda row: row.status.name,
    "also": lambda row: [mark.label for mark in row.status.others],
    "why": lambda row: row.why or row.status.sentence or None,
    "release_ticket": lambda row: row.status.ticket_number or None,
    "tier": lambda row: row.trust.tier,
    "trust": lambda row: round(row.trust.score, 4) if row.trust.is_known else None,
    "trust_p10": lambda row: round(row.trust.low, 4) if row.trust.is_known else None,
    "trust_p90": lambda row: round(row.trust.high, 4) if row.trust.is_known else None,
    "outcomes": lambda row: row.trust.outcomes,
    "outcomes_needed": lambda row: row.trust.needed,
    "open_tasks": lambda row: row.open_tasks,
    "open_tasks_least": lambda row: row.allowed[0],
    "open_tasks_most": lambda row: row.allowed[1],
    "spent_month_usd": lambda row: row.spent_usd,
    "budget_month_usd": lambda row: row.budget_usd,
    "last_seen_at": lambda row: row.seen_at,
    "penalty": lambda row: row.penalty.sentence if row.penalty else None,
}


def agent_sheet(fleet: Fleet, query: RosterQuery, *, now: datetime) -> Sheet[AgentRow]:
    """Return the fleet's agents as the list has them."""
    return Sheet(name="agents", fleet=fleet.slug, columns=COLUMNS, rows=_rows(fleet, query, now))


def look_sheet(fleet: Fleet, *, now: datetime) -> Sheet[AgentRow]:
    """Return the agents that need a look, the worst first, each with why."""
    return Sheet(name="looks", fleet=fleet.slug, columns=COLUMNS, rows=_looks(fleet, now))


def _rows(fleet: Fleet, query: RosterQuery, now: datetime) -> Iterator[AgentRow]:
    agent_ids = roster_ids(fleet=fleet, query=query, now=now)
    for first in range(0, len(agent_ids), BATCH):
        agents = agents_listed(agent_ids=agent_ids[first : first + BATCH])
        yield from agent_rows(agents, fleet, now=now)


def _looks(fleet: Fleet, now: datetime) -> Iterator[AgentRow]:
    looks = agents_to_look_at(fleet=fleet, now=now)
    for first in range(0, len(looks), BATCH):
        yield from look_rows(looks[first : first + BATCH], fleet, now=now)
