"""How much an agent, its owner and its lineage are doing: sums the gate decides by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from governance.models import RollupMark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from governance.models import Agent, Fleet, Task

DAY = timedelta(hours=24)
DEFAULT_TIME_LIMIT_S = 3600
GRACE_S = 60

# One round trip. Open tasks count until their time limit is over, so that an orchestrator that
# died does not use up the agent's parallel tasks for ever, nor its month's budget: from then on a
# running task counts with what it has reported as spent, as a cancelled one does, which has no
# outcome to say it.
_AGENTS_SQL = """
SELECT agent.id,
  (SELECT count(*) FROM governance_task
    WHERE agent_id = agent.id AND state IN ('READY', 'RUNNING')
      AND id IS DISTINCT FROM %(without)s::uuid
      AND COALESCE(started_at, created_at)
          + make_interval(secs => COALESCE(time_limit_s, %(limit_s)s) + %(grace_s)s)
          > %(now)s::timestamptz),
  (SELECT COALESCE(sum(cost_usd), 0) FROM governance_outcome
    WHERE agent_id = agent.id AND finished_at >= %(month)s::timestamptz)
  + (SELECT COALESCE(sum(GREATEST(spent_usd, CASE
      WHEN COALESCE(started_at, created_at)
           + make_interval(secs => COALESCE(time_limit_s, %(limit_s)s) + %(grace_s)s)
           > %(now)s::timestamptz
      THEN COALESCE(spend_cap_usd, budget_usd) END)), 0) FROM governance_task
    WHERE agent_id = agent.id AND state = 'RUNNING' AND id IS DISTINCT FROM %(without)s::uuid)
  + (SELECT COALESCE(sum(spent_usd), 0) FROM governance_task
    WHERE agent_id = agent.id AND state = 'CANCELLED' AND spent_usd > 0
      AND finished_at >= %(month)s::timestamptz AND id IS DISTINCT FROM %(without)s::uuid)
FROM unnest(%(agents)s::uuid[]) AS agent(id)
"""

# The same, of a whole fleet: what its days came to, and what ended since those were rolled up.
_FLEET_SQL = """
SELECT
  (SELECT COALESCE(sum(cost_usd), 0) FROM governance_agentbucket
    WHERE fleet_id = %(fleet)s AND size = 'day' AND starts_at >= %(month)s)
  + (SELECT COALESCE(sum(cost_usd), 0) FROM governance_outcome
    WHERE fleet_id = %(fleet)s AND finished_at >= %(month)s
      AND transaction >= %(first)s AND (transaction, id) > (
        SELECT COALESCE(max(outcome_transaction), 0),
          COALESCE((array_agg(outcome_id))[1], '00000000-0000-0000-0000-000000000000')
        FROM governance_rollupmark WHERE fleet_id = %(fleet)s))
  + COALESCE(sum(GREATEST(spent_usd, CASE
      WHEN COALESCE(started_at, task.created_at)
           + make_interval(secs => COALESCE(time_limit_s, %(limit_s)s) + %(grace_s)s) > %(now)s
      THEN COALESCE(spend_cap_usd, task.budget_usd) END)) FILTER (WHERE state = 'RUNNING'), 0)
  + COALESCE(sum(spent_usd) FILTER (
      WHERE state = 'CANCELLED' AND spent_usd > 0 AND finished_at >= %(month)s), 0)
FROM governance_agent AS agent JOIN governance_task AS task ON task.agent_id = agent.id
WHERE agent.fleet_id = %(fleet)s AND (state = 'RUNNING'
  OR (state = 'CANCELLED' AND spent_usd > 0 AND finished_at >= %(month)s))
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
           ELSE GREATEST(budget_usd, spent_usd) END) FILTER (WHERE created_at >= %(day)s), 0),
       COALESCE(bool_or(tainted_at IS NOT NULL), false)
FROM governance_task
WHERE fleet_id = %(fleet)s AND root_id = %(root)s AND id <> %(task)s
  AND state NOT IN ('DENIED', 'EXPIRED') AND (state <> 'CANCELLED' OR started_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoad:
    """What one agent has open, as the parallel limit counts it, and has spent this month (UTC).

    ``month_spent_usd`` counts reported costs, what cancelled tasks had spent, and what tasks that
    are running now may spend.
    """

    parallel: int = 0
    month_spent_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLoad:
    """What all agents of one owner asked for in 24 h, and may spend a month, in US dollars."""

    day_usd: Decimal = Decimal(0)
    budget_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageLoad:
    """What the other tasks of one root have gathered: other agents, steps, dollars in 24 h.

    ``is_tainted`` says that the output of one of them is not to be relied on.

    Tasks that never ran are left out; one cancelled while it ran counts with what it had spent.
    """

    other_agents: int = 0
    steps: int = 0
    day_usd: Decimal = Decimal(0)
    is_tainted: bool = False


NO_LOAD = AgentLoad()
NO_LINEAGE = LineageLoad()
NO_STAKE = OwnerLoad()


def agent_load(*, task: Task, agent: Agent, now: datetime) -> AgentLoad:
    """Return the sums for ``agent`` at ``now`` without ``task``, read under the agent's lock."""
    return agent_loads(agent_ids=[agent.pk], now=now, without=task.pk)[agent.pk]


def agent_loads(
    *, agent_ids: Collection[UUID], now: datetime, without: UUID | None = None
) -> Mapping[UUID, AgentLoad]:
    """Return the sums of each agent at ``now``; one query however many agents.

    Args:
        agent_ids: the agents.
        now: the time at which open tasks are in time or not.
        without: a task to leave out, the one in question.
    """
    if not agent_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _AGENTS_SQL,
            {
                "agents": list(agent_ids),
                "without": without,
                **_terms(now),
            },
        )
        return {
            agent: AgentLoad(parallel=tasks, month_spent_usd=spent)
            for agent, tasks, spent in cursor.fetchall()
        }


def fleet_month_spent(*, fleet: Fleet, now: datetime) -> Decimal:
    """Return the dollars that `agent_loads` comes to over all agents of a fleet; two queries.

    Outcomes are read off the roll-ups, and what ended since from its rows, so that the sum is as
    exact, and as quick in a busy month.
    """
    # Where the mark was says which index to read; where it is by then, what of it is counted.
    marks = RollupMark.objects.filter(fleet=fleet)
    first = marks.values_list("outcome_transaction", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(_FLEET_SQL, {"fleet": fleet.pk, "first": first, **_terms(now)})
        return Decimal(cursor.fetchone()[0])


def _terms(now: datetime) -> dict[str, datetime | int]:
    return {
        "now": now,
        "month": now.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        "limit_s": DEFAULT_TIME_LIMIT_S,
        "grace_s": GRACE_S,
    }


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
        agents, spawned, steps, day_usd, is_tainted = cursor.fetchone()
    return LineageLoad(
        other_agents=agents + spawned, steps=steps, day_usd=day_usd, is_tainted=is_tainted
    )
