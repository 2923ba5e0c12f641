"""Refresh facts: what agents are judged by, changed in numbered steps and never in between."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from msgspec import to_builtins

from governance.domain.class_rates import (
    ClassOutcome,
    RefreshTotals,
    class_key,
    refresh_fold,
)
from governance.domain.fleet_factor import WorkOutcome
from governance.domain.priors import group_names
from governance.domain.types import BlastLevel, Result, TaskType
from governance.domain.values import value_medians
from governance.models import Fleet, Outcome, Refresh, RefreshShare
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.refreshes import groups_of, parts_of, shares_before, tallies_of
from governance.selectors.turns import turn_taken
from governance.selectors.watermarks import first_running_transaction
from governance.services.events import events_publish
from governance.services.fleet_watch import fleet_watch_step
from governance.services.sweeping import moved_or_logged
from governance.services.usual_work import usual_work_step

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.domain.policy.trust import TrustPolicy
    from governance.services.fleet_watch import Watched

FAILURE = {Result.SUCCESS: 0.0, Result.PARTIAL: 0.5, Result.FAILURE: 1.0}
# The cap on one source asks whether there are one, two or more, whatever a promotion needs.
SOURCES_COUNTED = 3


def fleets_refresh() -> int:
    """Compute the next refresh of each living fleet that has new outcomes; return how many."""
    fleets = Fleet.objects.filter(archived_at=None).exclude(policy=None).order_by("pk")
    return sum(
        moved_or_logged(partial(fleet_refresh, fleet_id=pk), "fleet %s cannot be refreshed", pk)
        for pk in fleets.values_list("pk", flat=True)
    )


@transaction.atomic
def fleet_refresh(*, fleet_id: UUID) -> bool:
    """Fold the outcomes that ended since the last refresh into a new one; return whether any did.

    Only outcomes of transactions that have ended are read (`selectors.watermarks`).
    """
    if not turn_taken(f"refresh {fleet_id}"):
        return False
    now = clock_now()
    fleet = Fleet.objects.select_related("refresh").get(pk=fleet_id)
    previous = fleet.refresh
    assert previous is not None, "a fleet is created with its first refresh"  # noqa: S101
    policies = policy_in_force(fleet=fleet)[1]
    policy = policies.trust
    watermark = first_running_transaction(after=previous.watermark - 1)
    outcomes, work = _outcomes(fleet, previous, watermark)
    if not outcomes:
        return False
    agents = sorted({outcome.agent for outcome in outcomes})
    shares = shares_before(agent_ids=agents, number=previous.number)
    folded = refresh_fold(
        RefreshTotals(
            classes=tallies_of(previous.totals),
            shares={agent: tallies_of(share.classes) for agent, share in shares.items()},
            groups=groups_of(previous.groups),
            parts={agent: parts_of(share.groups) for agent, share in shares.items()},
            values=previous.value_counts,
        ),
        outcomes,
        policy,
    )
    watched = fleet_watch_step(
        fleet=fleet,
        previous=previous,
        shares=shares,
        outcomes=work,
        policy=policies.drift,
        now=now,
    )
    refresh = Refresh.objects.create(
        fleet=fleet,
        number=previous.number + 1,
        totals=to_builtins(folded.classes),
        groups=to_builtins(folded.groups),
        value_counts=folded.values,
        value_medians=value_medians(folded.values, policy),
        sources_30d=_sources(fleet, policy, now - timedelta(days=policy.sources_window_days)),
        watermark=watermark,
        created_at=now,
        **watched.columns(),
    )
    _shares_store(refresh, folded, watched)
    usual_work_step(fleet=fleet, first=previous.watermark, before=watermark, now=now)
    Fleet.objects.filter(pk=fleet_id).update(refresh=refresh)
    events_publish(*watched.events, now=now)
    return True


def _outcomes(
    fleet: Fleet, previous: Refresh, watermark: int
) -> tuple[list[ClassOutcome], list[WorkOutcome]]:
    """Return what ended since the last watermark, in the one order every re-fold uses.

    The same outcomes twice: as they count for the rates, and for the fleet's factor.
    """
    rows = (
        Outcome.objects.filter(
            fleet=fleet,
            transaction__gte=previous.watermark,
            transaction__lt=watermark,
            result__in=[result.value for result in FAILURE],
        )
        .order_by("transaction", "agent_id", "fact")
        .values_list(
            "agent_id",
            "agent__owner_id",
            "agent__template",
            "task_type",
            "level",
            "result",
            "expected",
            "weight",
            "value_usd",
            "normal",
        )
    )
    outcomes: list[ClassOutcome] = []
    work: list[WorkOutcome] = []
    for (
        agent_id,
        owner_id,
        template,
        task_type,
        level,
        result,
        expected,
        weight,
        value,
        own,
    ) in rows:
        agent, failure = str(agent_id), FAILURE[Result(result)]
        outcomes.append(
            ClassOutcome(
                agent=agent,
                class_key=class_key(TaskType(task_type), BlastLevel(level)),
                failure=failure,
                expected=expected,
                weight=weight,
                value_usd=None if value is None else float(value),
                groups=group_names(str(owner_id), template),
            )
        )
        # Stored before drift was watched: the rates of the fleet are the best there is.
        work.append(WorkOutcome(agent, failure, expected if own is None else own))
    return outcomes, work


def _sources(fleet: Fleet, policy: TrustPolicy, since: datetime) -> int:
    """Return the distinct sources since ``since``, counted only as far as the policy asks."""
    sources = Outcome.objects.filter(fleet=fleet, finished_at__gte=since).values("source")
    return len(sources.distinct()[: max(SOURCES_COUNTED, policy.sources_needed)])


def _shares_store(refresh: Refresh, folded: RefreshTotals, watched: Watched) -> None:
    RefreshShare.objects.bulk_create(
        RefreshShare(
            refresh=refresh,
            agent_id=agent_id,
            number=refresh.number,
            classes=to_builtins(classes),
            groups=to_builtins(folded.parts.get(agent_id, {})),
            work=watched.shares[agent_id].to_list(),
        )
        for agent_id, classes in folded.shares.items()
    )
