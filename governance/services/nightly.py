"""What is done for every agent once a day, in shards that several workers share."""

from __future__ import annotations

import logging
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max

from governance.domain.standing import standing
from governance.models import Standing, StateSnapshot, TrustDay
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.services.refolding import agent_refold
from governance.services.standing import state_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# A shard takes a few seconds, so that a worker with deadlines to keep is soon free again.
FACTS_A_SHARD = 50_000
# What an agent costs however short its history: some queries, about as long as this many facts.
FACTS_AN_AGENT = 50
# A correction folds at most about so many facts, and those of the day, again.
SNAPSHOT_EVERY = 500


class Shard(NamedTuple):
    """The agents from ``first`` to ``last``, by id, both included."""

    first: UUID
    last: UUID


class Refolds(NamedTuple):
    """What the re-folds of a shard came to."""

    agents: int
    facts: int
    differences: int


def shards() -> list[Shard]:
    """Return the agents of all living fleets in shards of about the same work."""
    found: list[Shard] = []
    first: UUID | None = None
    work, last = 0, None
    for agent_id, facts in _living().order_by("agent_id").values_list("agent_id", "facts"):
        first = agent_id if first is None else first
        work, last = work + facts + FACTS_AN_AGENT, agent_id
        if work >= FACTS_A_SHARD:
            found.append(Shard(first, last))
            first, work = None, 0
    if first is not None and last is not None:
        found.append(Shard(first, last))
    return found


def shard_refold(*, first: UUID, last: UUID) -> Refolds:
    """Fold the histories of a shard's agents again; each that differs is told (`agent_refold`)."""
    agents = facts = differences = 0
    for agent_id in _of_shard(first, last).values_list("agent_id", flat=True):
        try:
            refolded = agent_refold(agent_id=agent_id)
        except Exception:
            logger.exception("agent %s cannot be folded again", agent_id)
            differences += 1
            continue
        if refolded is not None:
            agents, facts = agents + 1, facts + refolded.facts
            differences += refolded.difference is not None
    logger.info("folded %d facts of %d agents again, %d differ", facts, agents, differences)
    return Refolds(agents, facts, differences)


def shard_snapshot(*, first: UUID, last: UUID) -> int:
    """Keep the day's trust of a shard's agents, and the state of those with many new facts.

    Running twice on a day changes nothing.

    Returns:
        How many states were kept.
    """
    now = clock_now()
    rows = list(
        _of_shard(first, last)
        .select_related("agent__fleet")
        .annotate(kept=Max("agent__snapshots__fact"))
    )
    days = [_trust_day(row, now) for row in rows if row.agent.fleet.policy_id is not None]
    TrustDay.objects.bulk_create(days, ignore_conflicts=True, batch_size=500)
    grown = [row for row in rows if row.facts - (row.kept or 0) >= SNAPSHOT_EVERY]
    snapshots = [
        StateSnapshot(agent_id=row.agent_id, fact=row.facts, state=row.state, created_at=now)
        for row in grown
    ]
    StateSnapshot.objects.bulk_create(snapshots, ignore_conflicts=True, batch_size=500)
    return len(snapshots)


def _trust_day(row: Standing, now: datetime) -> TrustDay:
    """Return the agent's standing now: evidence decays on days without outcomes as well."""
    policy = policy_in_force(fleet=row.agent.fleet)[1].trust
    shown = standing(state_of(row), policy, now_s=now.timestamp())
    return TrustDay(
        agent_id=row.agent_id,
        day=now.astimezone(UTC).date(),
        trust=shown.trust if shown.enough else None,
        trust_low=shown.low if shown.enough else None,
        trust_high=shown.high if shown.enough else None,
        tier=shown.tier.value,
        outcomes=shown.outcomes,
        breaker_state=row.breaker_state,
        created_at=now,
    )


def _of_shard(first: UUID, last: UUID) -> QuerySet[Standing]:
    return _living().filter(agent_id__gte=first, agent_id__lte=last).order_by("agent_id")


def _living() -> QuerySet[Standing]:
    return Standing.objects.filter(agent__fleet__archived_at=None)
