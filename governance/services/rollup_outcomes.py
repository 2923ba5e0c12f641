"""Outcomes into buckets and cells: the next ones behind the mark, each counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from governance.domain.rollup import CELLS_KEPT, KEPT, BucketSize
from governance.models import Outcome
from governance.selectors.rollups import outcomes_waiting
from governance.selectors.watermarks import first_running_transaction

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import RollupMark

# A transaction of some tenths of a second.
OUTCOMES_AT_ONCE = 10_000

_NEXT = """
WITH batch AS MATERIALIZED (
    SELECT agent_id, task_id, fact, result, cost_usd, value_usd, budget_usd, finished_at,
        trust_after, success_after, budget_after, consistency_after
    FROM governance_outcome
    WHERE fleet_id = %(fleet)s AND transaction BETWEEN %(first)s AND %(last)s
        AND (transaction, id) > (%(first)s, %(first_id)s)
        AND (transaction, id) <= (%(last)s, %(last_id)s)
)"""
# The trust of a bucket is that after its last outcome in the agent's own order, whatever was
# reported late; its band is known while the agent stands where that outcome left it.
_AGENTS = """, sized AS (
    SELECT batch.*, size, date_bin(length, finished_at, 'epoch'::timestamptz) AS starts_at, since
    FROM batch, (VALUES
        (%(five_minutes)s, interval '5 min', %(since_five_minutes)s::timestamptz),
        (%(hour)s, interval '1 hour', %(since_hour)s),
        (%(day)s, interval '24 hours', %(since_day)s)
    ) AS sizes (size, length, since)
), summed AS (
    SELECT agent_id, size, starts_at, count(*) AS outcomes,
        count(*) FILTER (WHERE result = 'success') AS successes,
        count(*) FILTER (WHERE result = 'partial') AS partials,
        count(*) FILTER (WHERE result = 'failure') AS failures,
        count(*) FILTER (WHERE result NOT IN ('success', 'partial', 'failure')) AS neutrals,
        count(*) FILTER (WHERE cost_usd > budget_usd) AS over_budget,
        coalesce(sum(cost_usd), 0) AS cost_usd, coalesce(sum(value_usd), 0) AS value_usd,
        max(fact) AS last_fact
    FROM sized WHERE starts_at >= since
    GROUP BY agent_id, size, starts_at
)
INSERT INTO governance_agentbucket AS known (id, fleet_id, agent_id, size, starts_at, outcomes,
    successes, partials, failures, neutrals, over_budget, cost_usd, value_usd, last_fact,
    trust, trust_low, trust_high, success_score, budget_score, consistency_score)
SELECT gen_random_uuid(), %(fleet)s, summed.agent_id, size, starts_at, summed.outcomes,
    successes, partials, failures, neutrals, over_budget, summed.cost_usd, summed.value_usd,
    last_fact, trust_after, standing.trust_low, standing.trust_high,
    success_after, budget_after, consistency_after
FROM summed
JOIN batch ON batch.agent_id = summed.agent_id AND batch.fact = last_fact
LEFT JOIN governance_standing AS standing
    ON standing.agent_id = summed.agent_id AND standing.facts = last_fact
ON CONFLICT (agent_id, size, starts_at) DO UPDATE SET
    outcomes = known.outcomes + excluded.outcomes,
    successes = known.successes + excluded.successes,
    partials = known.partials + excluded.partials,
    failures = known.failures + excluded.failures,
    neutrals = known.neutrals + excluded.neutrals,
    over_budget = known.over_budget + excluded.over_budget,
    cost_usd = known.cost_usd + excluded.cost_usd,
    value_usd = known.value_usd + excluded.value_usd,
    (last_fact, trust, trust_low, trust_high, success_score, budget_score, consistency_score) = (
        SELECT * FROM (VALUES
            (known.last_fact, known.trust, known.trust_low, known.trust_high,
                known.success_score, known.budget_score, known.consistency_score),
            (excluded.last_fact, excluded.trust, excluded.trust_low, excluded.trust_high,
                excluded.success_score, excluded.budget_score, excluded.consistency_score)
        ) AS either (fact) ORDER BY fact DESC LIMIT 1)
"""
# An outcome of work that was recorded, never asked for, belongs to no cell.
_CELLS = """, summed AS (
    SELECT date_bin('1 hour', finished_at, 'epoch'::timestamptz) AS starts_at,
        asked.task_type, asked.tier, count(*) AS outcomes,
        count(*) FILTER (WHERE result = 'failure') AS failures,
        coalesce(sum(cost_usd), 0) AS cost_usd
    FROM batch CROSS JOIN LATERAL (
        SELECT task_type, tier FROM governance_decision AS decision
        WHERE decision.task_id = batch.task_id AND moment = 'submit'
        ORDER BY created_at LIMIT 1
    ) AS asked
    WHERE batch.task_id IS NOT NULL
    GROUP BY 1, 2, 3
)
INSERT INTO governance_cellhour AS known (id, fleet_id, starts_at, task_type, tier, asked,
    allowed, escalated, denied, approved, refused, expired, overruled, outcomes, failures, cost_usd)
SELECT gen_random_uuid(), %(fleet)s, starts_at, task_type, tier, 0, 0, 0, 0, 0, 0, 0, 0,
    outcomes, failures, cost_usd
FROM summed WHERE starts_at >= %(since_cells)s
ON CONFLICT (fleet_id, starts_at, task_type, tier) DO UPDATE SET
    outcomes = known.outcomes + excluded.outcomes,
    failures = known.failures + excluded.failures,
    cost_usd = known.cost_usd + excluded.cost_usd
"""


def outcomes_roll_up_step(*, mark: RollupMark, now: datetime) -> int:
    """Add the next outcomes to buckets and cells and move the mark past them; return how many.

    The caller has the fleet's turn and saves the mark in the same transaction, so that each is
    added once. Only outcomes of transactions that have ended are read (`selectors.watermarks`).
    """
    before = first_running_transaction(after=mark.outcome_transaction)
    rows = Outcome.objects.filter(outcomes_waiting(mark=mark), transaction__lt=before).order_by(
        "transaction", "id"
    )
    found = list(rows.values_list("transaction", "id")[:OUTCOMES_AT_ONCE])
    if not found:
        return 0
    first, first_id = mark.outcome_transaction, mark.outcome_id or UUID(int=0)
    last, last_id = found[-1]
    given = {
        "fleet": mark.fleet_id,
        "first": first,
        "first_id": first_id,
        "last": last,
        "last_id": last_id,
        "since_cells": BucketSize.HOUR.start(now - CELLS_KEPT),
        **{size.name.lower(): size.value for size in BucketSize},
        **{f"since_{size.name.lower()}": size.start(now - KEPT[size]) for size in BucketSize},
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT + _AGENTS, given)
        cursor.execute(_NEXT + _CELLS, given)
    mark.outcome_transaction, mark.outcome_id = last, last_id
    return len(found)
