"""How much an agent, its owner and its lineage are doing: sums the gate decides by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from governance.models import Agent, Task

DAY = timedelta(hours=24)
DEFAULT_TIME_LIMIT_S = 3600
GRACE_S = 60

# One round trip. Open tasks count until their time limit is over, so that an orchestrator that
# died does not use up the agent's parallel tasks for ever, nor its month's budget: from then on a
# running task counts with what it has reported as spent, as a cancelled one does, which has no
# outcome to say it.
_AGENT_SQL = """
SELECT
  (SELECT count(*) FROM governance_task
    WHERE agent_id = %(agent)s AND state IN ('READY', 'RUNNING') AND id <> %(task)s
      AND COALESCE(started_at, created_at)
          + make_interval(secs => COALESCE(time_limit_s, %(limit_s)s) + %(grace_s)s) > %(now)s),
  (SELECT COALESCE(sum(cost_usd), 0) FROM governance_outcome
    WHERE agent_id = %(agent)s AND finished_at >= %(month)s),
  (SELECT COALESCE(sum(GREATEST(spent_usd, CASE
      WHEN COALESCE(started_at, created_at)
           + make_interval(secs => COALESCE(time_limit_s, %(limit_s)s) + %(grace_s)s) > %(now)s
      THEN COALESCE(spend_cap_usd, budget_usd) END)), 0) FROM governance_task
    WHERE agent_id = %(agent)s AND state = 'RUNNING' AND id <> %(task)s)
  + (SELECT COALESCE(sum(spent_usd), 0) FROM governance_task
    WHERE agent_id = %(agent)s AND state = 'CANCELLED' AND spent_usd > 0
      AND finished_at >= %(month)s AND id <> %(task)s)
"""

_OWNER_SQL = """
SELECT
  (SELECT COALESCE(sum(CASE WHEN task.state = 'CANCELLED' THEN task.spent_usd
      ELSE GREATEST(task.budget_usd, task.spent_usd) END), 0)
    FROM governance_task task JOIN governance_agent agent ON agent.id = task.agent_id
    WHERE agent.fleet_id = %(fleet)s AND agent.owner_id = %(owner)s
      AND task.created_at >= %(day)s
      AND task.id <> %(task)s
      AND task.state IN ('PENDING', 'READY', 'HELD', 'RUNNING', 'FINISHED', 'CANCELLED')),
  (SELECT COALESCE(sum(budget_usd), 0) FROM governance_agent
    WHERE fleet_id = %(fleet)s AND owner_id = %(owner)s)
"""

_LINEAGE_SQL = """
SELECT count(DISTINCT agent_id) FILTER (WHERE agent_id <> %(agent)s),
       COALESCE(sum(agents_spawned), 0),
       COALESCE(sum(GREATEST(steps, 1)), 0),
       COALESCE(sum(CASE WHEN state = 'CANCELLED' THEN spent_usd
           ELSE GREATEST(budget_usd, spent_usd) END) FILTER (WHERE created_at >= %(day)s), 0)
FROM governance_task
WHERE fleet_id = %(fleet)s AND root_id = %(root)s AND id <> %(task)s
  AND state NOT IN ('DENIED', 'EXPIRED') AND (state <> 'CANCELLED' OR started_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoad:
    """What one agent has open and has spent.

    ``month_spent_usd`` counts reported costs of the calendar month (UTC),
    what cancelled tasks had spent, and what tasks that are running now may spend. The task in
    question is left out.
    """

    parallel: int
    month_spent_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLoad:
    """What all agents of one owner asked for in 24 h, and may spend a month, in US dollars."""

    day_usd: Decimal = Decimal(0)
    budget_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageLoad:
    """What the other tasks of one root have gathered: other agents, steps, dollars in 24 h.

    Tasks that never ran are left out; one cancelled while it ran counts with what it had spent.
    """

    other_agents: int = 0
    steps: int = 0
    day_usd: Decimal = Decimal(0)


NO_LINEAGE = LineageLoad()
NO_STAKE = OwnerLoad()


def agent_load(*, task: Task, agent: Agent, now: datetime) -> AgentLoad:
    """Return the sums for ``agent`` at ``now`` without ``task``, read under the agent's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            _AGENT_SQL,
            {
                "agent": agent.pk,
                "task": task.pk,
                "now": now,
                "month": now.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
                "limit_s": DEFAULT_TIME_LIMIT_S,
                "grace_s": GRACE_S,
            },
        )
        parallel, spent, reserved = cursor.fetchone()
    return AgentLoad(parallel=parallel, month_spent_usd=spent + reserved)


def owner_load(*, task: Task, agent: Agent, now: datetime) -> OwnerLoad:
    """Return what the owner of ``agent`` has at stake without ``task``: a sum over a whole day."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OWNER_SQL,
            {
                "fleet": agent.fleet_id,
                "owner": agent.owner_id,
                "task": task.pk,
                "day": now - DAY,
            },
        )
        day_usd, budget_usd = cursor.fetchone()
    return OwnerLoad(day_usd=day_usd, budget_usd=budget_usd)


def lineage_load(*, task: Task, now: datetime) -> LineageLoad:
    """Return what the lineage of ``task`` has gathered; nothing for a task that is its own root."""
    if task.root_id == task.pk:
        return NO_LINEAGE
    with connection.cursor() as cursor:
        cursor.execute(
            _LINEAGE_SQL,
            {
                "fleet": task.fleet_id,
                "agent": task.agent_id,
                "root": task.root_id,
                "task": task.pk,
                "day": now - DAY,
            },
        )
        agents, spawned, steps, day_usd = cursor.fetchone()
    return LineageLoad(other_agents=agents + spawned, steps=steps, day_usd=day_usd)
