"""How a fleet stands, into its buckets: as seen now, and from the days that were kept before."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db import connection

from governance.domain.rollup import BucketSize
from governance.domain.types import ENDED_BY_PEOPLE, BreakerState

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

_STORE = """
INSERT INTO governance_fleetbucket (id, fleet_id, size, starts_at, taken_at, agents, scored, high,
    medium, low, frozen, probation, trust_p10, trust_p25, trust_p50, trust_p75, trust_p90)
SELECT gen_random_uuid(), %(fleet)s, size, starts_at, taken_at, agents, scored, high,
    medium, low, frozen, probation, trust[1], trust[2], trust[3], trust[4], trust[5]
"""
_COUNTS = """
        count(*) AS agents, count(trust) AS scored,
        count(*) FILTER (WHERE tier = 'high') AS high,
        count(*) FILTER (WHERE tier = 'medium') AS medium,
        count(*) FILTER (WHERE tier = 'low') AS low,
        count(*) FILTER (WHERE breaker_state = %(half_open)s) AS probation,
        percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY trust) AS trust
"""
_NOW = f"""{_STORE}
FROM (
    SELECT
        count(*) FILTER (WHERE breaker_state = %(open)s OR hold = ANY(%(held)s::text[])) AS frozen,
        {_COUNTS}
    FROM governance_standing JOIN governance_agent ON governance_agent.id = agent_id
    WHERE fleet_id = %(fleet)s
) AS counted, unnest(%(sizes)s::text[], %(starts)s::timestamptz[]) AS sizes (size, starts_at),
    (VALUES (%(now)s::timestamptz)) AS looked (taken_at)
ON CONFLICT (fleet_id, size, starts_at) DO UPDATE SET
    taken_at = excluded.taken_at, agents = excluded.agents, scored = excluded.scored,
    high = excluded.high, medium = excluded.medium, low = excluded.low,
    frozen = excluded.frozen, probation = excluded.probation,
    trust_p10 = excluded.trust_p10, trust_p25 = excluded.trust_p25,
    trust_p50 = excluded.trust_p50, trust_p75 = excluded.trust_p75,
    trust_p90 = excluded.trust_p90
"""  # noqa: S608 - made of constants
_DAYS = f"""{_STORE}
FROM (
    SELECT %(day)s AS size, day::timestamp AT TIME ZONE 'UTC' AS starts_at,
        max(kept.created_at) AS taken_at,
        count(*) FILTER (WHERE breaker_state = %(open)s) AS frozen,
        {_COUNTS}
    FROM governance_trustday AS kept JOIN governance_agent ON governance_agent.id = agent_id
    WHERE fleet_id = %(fleet)s AND day < %(today)s
    GROUP BY day
) AS counted
ON CONFLICT (fleet_id, size, starts_at) DO NOTHING
"""  # noqa: S608 - made of constants


def fleet_stand_step(*, fleet_id: UUID, now: datetime) -> None:
    """Store how the fleet stands in its newest bucket of each size, over what was seen before."""
    _run(
        _NOW,
        fleet_id,
        held=sorted(hold.value for hold in ENDED_BY_PEOPLE),
        sizes=[size.value for size in BucketSize],
        starts=[size.start(now) for size in BucketSize],
        now=now,
    )


def fleet_days_step(*, fleet_id: UUID, now: datetime) -> None:
    """Store how the fleet stood on each earlier day of which the standings of agents were kept.

    A freeze by hand was not kept for days, so none of those counts as frozen by it.
    """
    _run(_DAYS, fleet_id, day=BucketSize.DAY.value, today=now.astimezone(UTC).date())


def _run(sql: str, fleet_id: UUID, **given: date | list[str] | list[datetime] | str) -> None:
    states = {"open": BreakerState.OPEN.value, "half_open": BreakerState.HALF_OPEN.value}
    with connection.cursor() as cursor:
        cursor.execute(sql, {"fleet": fleet_id, **states, **given})
