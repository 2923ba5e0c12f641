"""Which rows a removal takes, and why some of them stay."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from governance.domain.audits import AuditState
from governance.domain.types import TaskState
from governance.domain.webhooks import DeliveryState
from governance.models import (
    Agent,
    Audit,
    Cascade,
    CascadeTask,
    Correction,
    DriftAlarm,
    Event,
    Interaction,
    Outcome,
    RetentionAgent,
    RollupMark,
    Task,
    WebhookDelivery,
    WebhookEndpoint,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from uuid import UUID

    from governance.models import Fleet, RetentionRun

ROOTS_AT_ONCE = 500
_OVER = [
    state.value
    for state in (TaskState.FINISHED, TaskState.DENIED, TaskState.EXPIRED, TaskState.CANCELLED)
]
FINDING = "An audit, a drift alarm or a correction rests on an outcome of theirs."
INCIDENT = "An incident names one of their tasks."
EXCHANGE = "An interaction that stays names one of their tasks."
REPLACED = "A task of theirs was replaced by one of another lineage, or replaced one."
NEEDED = "An outcome of theirs came later, or its agent is still judged by it."


def lineages_past(*, run: RetentionRun) -> Iterator[list[UUID]]:
    """Yield the roots of lineages in which everything was over before the cut, in batches."""
    if run.tasks_before is None:
        return
    last = Greatest("created_at", Coalesce("finished_at", "created_at"))
    past = (
        Task.objects.filter(fleet=run.fleet_id)
        .order_by()
        .values("root_id")
        .annotate(going=Count("pk", filter=~Q(state__in=_OVER)), last=Max(last))
        .filter(going=0, last__lt=run.tasks_before)
    )
    roots = past.values_list("root_id", flat=True).iterator(chunk_size=ROOTS_AT_ONCE)
    while batch := list(islice(roots, ROOTS_AT_ONCE)):
        yield batch


def lineages_kept(*, run: RetentionRun, roots: Collection[UUID]) -> dict[str, set[UUID]]:
    """Return which of some lineages stay, by the sentence that says why; a fixed number of queries.

    Asked once more under the locks of their tasks, right before they would go.
    """
    tasks = Task.objects.filter(root_id__in=roots)
    outcomes = Outcome.objects.filter(task__root_id__in=roots)
    kept: dict[str, set[UUID]] = defaultdict(set)
    kept[FINDING] |= set(outcomes.filter(_has_finding()).values_list("task__root_id", flat=True))
    named = CascadeTask.objects.filter(task__root_id__in=roots)
    kept[INCIDENT] |= set(named.values_list("task__root_id", flat=True))
    kept[INCIDENT] |= set(
        Cascade.objects.filter(root__root_id__in=roots).values_list("root__root_id", flat=True)
    )
    exchanges = Interaction.objects.filter(task__root_id__in=roots)
    past = interactions_past(run=run)
    if past is not None:
        exchanges = exchanges.exclude(pk__in=past.values("pk"))
    kept[EXCHANGE] |= set(exchanges.values_list("task__root_id", flat=True))
    beyond = tasks.filter(
        Q(supersedes__isnull=False) & ~Q(supersedes__root_id=F("root_id"))
        | Q(successor__isnull=False) & ~Q(successor__root_id=F("root_id"))
    )
    kept[REPLACED] |= set(beyond.values_list("root_id", flat=True))
    later = outcomes.exclude(pk__in=_judged_past(run, outcomes).values("pk"))
    kept[NEEDED] |= set(later.values_list("task__root_id", flat=True))
    still = tasks.filter(
        ~Q(state__in=_OVER)
        | Q(created_at__gte=run.tasks_before)
        | Q(finished_at__gte=run.tasks_before)
    )
    kept[NEEDED] |= set(still.values_list("root_id", flat=True))
    return {sentence: found for sentence, found in kept.items() if found}


def interactions_past(*, run: RetentionRun) -> QuerySet[Interaction] | None:
    """Return the interactions that may go by now, None where all stay.

    Those of agents in a ring that stands stay: they are its evidence.
    """
    fixed = interactions_fixed(run=run)
    return None if fixed is None else fixed.exclude(_of_agents(_ringed(run.fleet_id)))


def interactions_fixed(*, run: RetentionRun) -> QuerySet[Interaction] | None:
    """Return the interactions that a removal was prepared to take, None where all stay.

    Whoever leaves a ring later changes nothing of it: no more goes than is in the archive.
    """
    before = run.interactions_before
    if before is None:
        return None
    return Interaction.objects.filter(
        fleet=run.fleet_id,
        occurred_at__lt=before,
        received_at__lt=before,
        received_at__lte=run.asked_at,
    ).exclude(_of_agents(run.ringed))


def agents_ringed(*, run: RetentionRun) -> list[str]:
    """Return the keys of the agents that are in a ring that stands."""
    return [str(pk) for pk in _ringed(run.fleet_id).values_list("pk", flat=True)]


def outcomes_past(*, run: RetentionRun) -> QuerySet[Outcome] | None:
    """Return the outcomes of recorded history, which have no task, that go; None where all stay."""
    if run.tasks_before is None:
        return None
    alone = Outcome.objects.filter(fleet=run.fleet_id, task__isnull=True)
    return _judged_past(run, alone).exclude(_has_finding())


def events_upto(*, fleet: Fleet, before: datetime) -> int:
    """Return the number of the last event that may go, 0 for none.

    What is not summed up, not pushed, or not yet sent to a webhook stays, and the last one always:
    the chain goes on from it.
    """
    past = Event.objects.filter(fleet=fleet, created_at__lt=before)
    last = past.aggregate(last=Max("seq"))["last"]
    if last is None:
        return 0
    marks = RollupMark.objects.filter(fleet=fleet).values_list("event_seq", flat=True)
    unpushed = Event.objects.filter(fleet=fleet, pushed_at=None).aggregate(seq=Min("seq"))["seq"]
    listening = WebhookEndpoint.objects.filter(fleet=fleet, ended_at=None)
    looked = listening.aggregate(seq=Min("after_seq"))["seq"]
    waiting = WebhookDelivery.objects.filter(
        endpoint__fleet=fleet, state=DeliveryState.PENDING.value
    ).aggregate(seq=Min("event__seq"))["seq"]
    bounds = [
        last,
        fleet.event_seq - 1,
        marks.first() or 0,
        *([] if unpushed is None else [unpushed - 1]),
        *([] if looked is None else [looked]),
        *([] if waiting is None else [waiting - 1]),
    ]
    return int(max(0, min(bounds)))


def fact_before(*, agent: Agent, before: datetime) -> int:
    """Return the last fact up to which every outcome of an agent is past, 0 for none.

    Whatever is corrected, or may be once an open audit is judged, has to be folded again from
    before it, so that such outcomes come after it.
    """
    own = Outcome.objects.filter(agent=agent)
    newer = own.filter(Q(received_at__gte=before) | Q(finished_at__gte=before))
    first = newer.aggregate(fact=Min("fact"))["fact"]
    last = own.aggregate(fact=Max("fact"))["fact"] or 0
    fact = int(last if first is None else first - 1)
    open_audits = Audit.objects.filter(agent=agent, state=AuditState.OPEN.value)
    asked = open_audits.aggregate(fact=Min("outcome__fact"))["fact"]
    return fact if asked is None else min(fact, asked - 1)


def _ringed(fleet_id: UUID) -> QuerySet[Agent]:
    return Agent.objects.filter(fleet=fleet_id, in_ring=True).order_by("pk")


def _of_agents(agents: QuerySet[Agent] | Collection[str]) -> Q:
    keys = agents.values("pk") if isinstance(agents, QuerySet) else agents
    return Q(initiator__in=keys) | Q(counterparty__in=keys)


def _judged_past(run: RetentionRun, outcomes: QuerySet[Outcome]) -> QuerySet[Outcome]:
    """Return those of some outcomes that were over and received before the cut, and are folded."""
    upto = RetentionAgent.objects.filter(run=run, agent=OuterRef("agent")).values("fact")
    return outcomes.filter(
        finished_at__lt=run.tasks_before,
        received_at__lt=run.tasks_before,
        fact__lte=Subquery(upto[:1]),
    )


def _has_finding() -> Q:
    return (
        Q(Exists(Audit.objects.filter(outcome=OuterRef("pk"))))
        | Q(Exists(DriftAlarm.objects.filter(outcome=OuterRef("pk"))))
        | Q(Exists(Correction.objects.filter(outcome=OuterRef("pk"))))
    )
