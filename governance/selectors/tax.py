"""At which rates stored interactions are taxed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.collusion.penalties import tier_in_force
from governance.domain.tax import tax_decided, tax_undecided
from governance.domain.types import Preset, Tier
from governance.models import Agent, Decision
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from governance.domain.tax import TaxRate
    from governance.models import Fleet, Interaction


def tax_rates(*, fleet: Fleet, interactions: Sequence[Interaction]) -> dict[UUID, TaxRate]:
    """Return the rate of each interaction by its id; two queries.

    It is the one the gate last named for the interaction's task; without a task, what the policy
    in force gives coordination at the tier that sets the initiator's limits now.
    """
    policy = policy_in_force(fleet=fleet)[1]
    decided = _decided({one.task_id for one in interactions if one.task_id is not None})
    alone = {one.initiator_id for one in interactions if one.task_id not in decided}
    tiers = _tiers(alone)
    return {
        one.pk: decided[one.task_id]
        if one.task_id in decided
        else tax_undecided(policy.matrix, policy.presets, tier=tiers[one.initiator_id])
        for one in interactions
    }


def _tiers(agent_ids: set[UUID]) -> dict[UUID, Tier]:
    """Return the tier that sets each agent's limits now."""
    now = clock_now()
    agents = Agent.objects.filter(pk__in=agent_ids).select_related("standing")
    return {
        agent.pk: tier_in_force(Tier(agent.standing.tier), agent.penalty(now)) for agent in agents
    }


def _decided(task_ids: set[UUID]) -> dict[UUID | None, TaxRate]:
    # A decision whose limits do not name the tax names no rate.
    latest = Decision.objects.filter(task_id__in=task_ids, limits__has_key="tax_share")
    ordered = latest.order_by("task_id", "-created_at", "-id").distinct("task_id")
    return {
        task_id: tax_decided(Preset(preset), float(share))
        for task_id, preset, share in ordered.values_list("task_id", "preset", "limits__tax_share")
    }
