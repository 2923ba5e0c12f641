"""The refresh facts as the rules take them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.domain.class_rates import RefreshView, Tally, refresh_view
from governance.domain.drift_state import DriftFacts
from governance.domain.fleet_factor import NO_WORK, Work, fleet_factor
from governance.domain.priors import GroupShare, GroupTally, Prior, group_names, prior_of
from governance.models import Agent, Refresh, RefreshShare
from governance.refusals import UnavailableError
from governance.selectors.compiled import CompiledQuery

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from governance.domain.policy import Policy
    from governance.domain.policy.drift import DriftPolicy
    from governance.domain.policy.trust import TrustPolicy
    from governance.models import Fleet


_SHARES = CompiledQuery(
    lambda agent, number: RefreshShare.objects.filter(agent_id=agent, number__lte=number).order_by(
        "-number"
    )[:1],
    UUID,
    int,
)


def tallies_of(stored: Mapping[str, Any]) -> dict[str, Tally]:
    """Return stored tallies, class -> [failures, outcomes, events], as values."""
    return {
        key: Tally(float(failures), float(outcomes), int(events))
        for key, (failures, outcomes, events) in stored.items()
    }


def groups_of(stored: Mapping[str, Any]) -> dict[str, GroupTally]:
    """Return stored groups, owner or template -> [failures, expected, agents, events]."""
    return {
        name: GroupTally(float(failures), float(expected), int(agents), int(events))
        for name, (failures, expected, agents, events) in stored.items()
    }


def parts_of(stored: Mapping[str, Any]) -> dict[str, GroupShare]:
    """Return an agent's stored parts of its groups, name -> [failures, expected, events]."""
    return {
        name: GroupShare(float(failures), float(expected), int(events))
        for name, (failures, expected, events) in stored.items()
    }


def work_of(stored: Sequence[float]) -> Work:
    """Return stored work, [failures, expected, events]; nothing where none is stored yet."""
    if not stored:
        return NO_WORK
    failures, expected, events = stored
    return Work(float(failures), float(expected), int(events))


def works_before(*, fleet: Fleet) -> dict[str, Work]:
    """Return every agent's latest share of the fleet's work, by agent id."""
    latest = (
        RefreshShare.objects.filter(refresh__fleet=fleet)
        .order_by("agent_id", "-number")
        .distinct("agent_id")
    )
    return {
        str(agent_id): work_of(work) for agent_id, work in latest.values_list("agent_id", "work")
    }


def drift_facts(*, refresh: Refresh, share: RefreshShare | None, policy: DriftPolicy) -> DriftFacts:
    """Return what an agent's changes are judged by under one refresh, its own work left out."""
    own = NO_WORK if share is None else work_of(share.work)
    factor = fleet_factor(work_of(refresh.work), own, policy)
    return DriftFacts(refresh.drift_threshold, factor, tuple(refresh.incidents))


def shares_before(*, agent_ids: Collection[str], number: int) -> dict[str, RefreshShare]:
    """Return each agent's latest share stored at refresh ``number`` or earlier, by agent id."""
    latest = (
        RefreshShare.objects.filter(agent_id__in=agent_ids, number__lte=number)
        .order_by("agent_id", "-number")
        .distinct("agent_id")
    )
    return {str(share.agent_id): share for share in latest}


def prior_under(
    *, agent: Agent, refresh: Refresh, share: RefreshShare | None, policy: TrustPolicy
) -> Prior:
    """Return what is assumed of an agent under one refresh, its own part left out."""
    names = group_names(str(agent.owner_id), agent.template)
    # Only its own groups: a fleet may have hundreds, and every outcome asks.
    stored = {name: refresh.groups[name] for name in names if name in refresh.groups}
    own = {} if share is None else parts_of(share.groups)
    return prior_of(names, groups_of(stored), own, policy)


def refresh_view_under(
    *, agent: Agent, refresh: Refresh, share: RefreshShare | None, policy: Policy
) -> RefreshView:
    """Return what an agent is judged by under one refresh: the fleet's rates and its own part.

    Args:
        agent: gives owner and template.
        refresh: the fleet's values.
        share: the agent's latest stored with that refresh or an earlier one.
        policy: decay, prior, drift.
    """
    return refresh_view(
        number=refresh.number,
        classes=tallies_of(refresh.totals),
        own={} if share is None else tallies_of(share.classes),
        sources_30d=refresh.sources_30d,
        policy=policy.trust,
        values=refresh.value_medians,
        prior=prior_under(agent=agent, refresh=refresh, share=share, policy=policy.trust),
        drift=drift_facts(refresh=refresh, share=share, policy=policy.drift),
    )


def refresh_view_of(*, agent: Agent, refresh: Refresh, policy: Policy) -> RefreshView:
    """Return what ``agent`` is judged by under ``refresh``."""
    share = _SHARES.first(agent.pk, refresh.number)
    return refresh_view_under(agent=agent, refresh=refresh, share=share, policy=policy)


def refresh_views_of(
    *, agents: Collection[Agent], refresh: Refresh, policy: Policy
) -> dict[UUID, RefreshView]:
    """Return `refresh_view_of` for many agents with one query."""
    shares = shares_before(agent_ids=[str(agent.pk) for agent in agents], number=refresh.number)
    return {
        agent.pk: refresh_view_under(
            agent=agent, refresh=refresh, share=shares.get(str(agent.pk)), policy=policy
        )
        for agent in agents
    }


def refresh_in_force(*, fleet: Fleet) -> Refresh:
    """Return the refresh that outcomes are judged by now.

    Raises:
        UnavailableError: if the fleet has none; nothing can be judged then.
    """
    if fleet.refresh_id is None:
        raise UnavailableError(f"Fleet {fleet.slug} has no refresh yet.", code="no_refresh")
    return _known(fleet.refresh_id)


@lru_cache(256)
def _known(pk: UUID) -> Refresh:
    """Return one refresh, read once a process: a refresh never changes."""
    return Refresh.objects.get(pk=pk)
