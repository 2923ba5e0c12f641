"""What many agents have open and have spent this month: the gate's own sums, for a list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from governance.selectors.load import DEFAULT_TIME_LIMIT_S, GRACE_S

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

# The sums of `load.agent_load` for many agents in one statement; a test compares the two.
_SQL = """
SELECT agent.id,
  (SELECT count(*) FROM governance_task
    WHERE agent_id = agent.id AND state IN ('READY', 'RUNNING')
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
    WHERE agent_id = agent.id AND state = 'RUNNING')
  + (SELECT COALESCE(sum(spent_usd), 0) FROM governance_task
    WHERE agent_id = agent.id AND state = 'CANCELLED' AND spent_usd > 0
      AND finished_at >= %(month)s::timestamptz)
FROM unnest(%(agents)s::uuid[]) AS agent(id)
"""


@dataclass(frozen=True, slots=True)
class OpenAndSpent:
    """Open tasks as the parallel limit counts them, and dollars of this calendar month (UTC)."""

    open: int
    month_spent_usd: Decimal


NOTHING = OpenAndSpent(0, Decimal(0))


def agent_loads(*, agent_ids: Collection[UUID], now: datetime) -> Mapping[UUID, OpenAndSpent]:
    """Return the sums of each agent at ``now``; one query however many agents."""
    if not agent_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "agents": list(agent_ids),
                "now": now,
                "month": now.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
                "limit_s": DEFAULT_TIME_LIMIT_S,
                "grace_s": GRACE_S,
            },
        )
        return {agent: OpenAndSpent(tasks, spent) for agent, tasks, spent in cursor.fetchall()}
