"""What a removal would take: fixed row by row and counted, before anybody decides."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Min

from governance.domain.retention import RetentionMove, RetentionState, retention_moved
from governance.events import RetentionPrepared
from governance.models import (
    Agent,
    Decision,
    Event,
    Grant,
    Interaction,
    Lineage,
    Outcome,
    RetentionAgent,
    RetentionLineage,
    RetentionRun,
    Task,
)
from governance.selectors.clock import clock_now
from governance.selectors.retention_scope import (
    agents_ringed,
    events_upto,
    interactions_fixed,
    lineages_kept,
    lineages_past,
    outcomes_past,
)
from governance.services.events import events_publish
from governance.services.retained import holders
from governance.services.retention_history import fact_removable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import Model

logger = logging.getLogger(__name__)

# A worker that is silent for so long has lost the removal.
LEASE = timedelta(minutes=2)
_AGENTS_AT_ONCE = 100

# What goes with a task, by the names of their files; others are counted by whoever keeps them.
OF_TASKS: Mapping[str, type[Model]] = {
    "tasks": Task,
    "decisions": Decision,
    "grants": Grant,
    "outcomes": Outcome,
    "lineages": Lineage,
}
ROOT_OF: Mapping[str, str] = {
    "tasks": "root_id",
    "decisions": "task__root_id",
    "grants": "task__root_id",
    "outcomes": "task__root_id",
    "lineages": "root_id",
}
RING_STAYS = "Members of a ring that stands: judging it may weigh their outcomes again."
_ALONE: Mapping[str, type[Model]] = {
    "recorded_outcomes": Outcome,
    "interactions": Interaction,
    "events": Event,
}


class RetentionLostError(Exception):
    """The removal is over, or another worker has taken it up: this one stores nothing more."""


def retention_prepare(*, run: RetentionRun) -> None:
    """Fix and count what goes; begun again after a worker was lost, it begins anew.

    Raises:
        RetentionLostError: if it is over, or another worker has taken it up.
        Exception: whatever went wrong; the removal stays as it was asked for.
    """
    with transaction.atomic():
        _hold(run)
        RetentionAgent.objects.filter(run=run).delete()
        RetentionLineage.objects.filter(run=run).delete()
    run.ringed = agents_ringed(run=run)
    stays = _agents_fix(run)
    counts, kept, oldest = _lineages_fix(run)
    stays.update(kept)
    _hold(run)
    lines = _lines(run, counts, oldest)
    with transaction.atomic():
        _hold(run)
        locked = RetentionRun.objects.select_for_update().get(pk=run.pk)
        locked.state = retention_moved(RetentionState.PREPARING, RetentionMove.PREPARED).value
        locked.lines, locked.stays = lines, dict(stays)
        locked.events_upto, locked.ringed = run.events_upto, run.ringed
        locked.share, locked.worked_until = 0.0, None
        locked.save()
        told = RetentionPrepared(
            fleet_id=locked.fleet_id,
            actor=locked.asked_by,
            retention_id=locked.pk,
            number=locked.number,
            rows={line["kind"]: line["rows"] for line in lines},
        )
        events_publish(told, now=clock_now())
    run.refresh_from_db()


def _hold(run: RetentionRun) -> None:
    """Say that this worker still has the removal; what is stored with it is stored by nobody else.

    Raises:
        RetentionLostError: if it is over, or another worker has taken it up.
    """
    until = clock_now() + LEASE
    mine = RetentionRun.objects.filter(
        pk=run.pk, state=RetentionState.PREPARING.value, worked_until=run.worked_until
    )
    if not mine.update(worked_until=until):
        raise RetentionLostError
    run.worked_until = until


def _agents_fix(run: RetentionRun) -> Counter[str]:
    """Store up to which fact each agent's outcomes may go."""
    stays: Counter[str] = Counter()
    if run.tasks_before is None:
        return stays
    rows = []
    for count, agent in enumerate(Agent.objects.filter(fleet=run.fleet_id).order_by("pk")):
        if count % _AGENTS_AT_ONCE == 0:
            _hold(run)
        fact = fact_removable(agent=agent, before=run.tasks_before)
        if fact:
            rows.append(RetentionAgent(run=run, agent=agent, fact=fact))
        elif agent.in_ring:
            stays[RING_STAYS] += 1
    with transaction.atomic():
        _hold(run)
        RetentionAgent.objects.bulk_create(rows, batch_size=500)
    return stays


def _lineages_fix(run: RetentionRun) -> tuple[Counter[str], Counter[str], datetime | None]:
    """Store which lineages go; return rows by kind, lineages that stay by why, and the oldest."""
    counts: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    oldest: datetime | None = None
    for roots in lineages_past(run=run):
        staying: set[UUID] = set()
        for sentence, found in kept_by_all(run, roots).items():
            kept[sentence] += len(found - staying)
            staying |= found
        going = [root for root in roots if root not in staying]
        with transaction.atomic():
            _hold(run)
            RetentionLineage.objects.bulk_create(
                RetentionLineage(run=run, root_id=root) for root in going
            )
        counts.update(counted(going))
        first = Task.objects.filter(root_id__in=going).aggregate(at=Min("created_at"))["at"]
        oldest = min(filter(None, (oldest, first)), default=None)
    return counts, kept, oldest


def kept_by_all(run: RetentionRun, roots: Collection[UUID]) -> dict[str, set[UUID]]:
    """Return which lineages stay, by why, asking everybody who keeps records about tasks."""
    kept = lineages_kept(run=run, roots=roots)
    if run.tasks_before is not None:
        for holder in holders():
            kept.update(holder.keeps(roots=roots, before=run.tasks_before))
    return kept


def counted(roots: Collection[UUID]) -> Counter[str]:
    """Return how many rows of each kind belong to some lineages."""
    found: Counter[str] = Counter(
        {
            kind: model._default_manager.filter(**{f"{ROOT_OF[kind]}__in": roots}).count()  # noqa: SLF001
            for kind, model in OF_TASKS.items()
        }
    )
    for holder in holders():
        found.update(holder.count(roots=roots))
    return found


def _lines(
    run: RetentionRun, counts: Counter[str], oldest: datetime | None
) -> list[dict[str, Any]]:
    found = [_line(kind, rows, oldest, run.tasks_before) for kind, rows in counts.items() if rows]
    alone = outcomes_past(run=run)
    if alone is not None and (rows := alone.count()):
        first = alone.aggregate(at=Min("finished_at"))["at"]
        found.append(_line("recorded_outcomes", rows, first, run.tasks_before))
    exchanges = interactions_fixed(run=run)
    if exchanges is not None and (rows := exchanges.count()):
        first = exchanges.aggregate(at=Min("occurred_at"))["at"]
        found.append(_line("interactions", rows, first, run.interactions_before))
    if run.events_before is not None:
        run.events_upto = events_upto(fleet=run.fleet, before=run.events_before)
        events = Event.objects.filter(fleet=run.fleet_id, seq__lte=run.events_upto)
        if rows := events.count():
            first = events.aggregate(at=Min("created_at"))["at"]
            found.append(_line("events", rows, first, run.events_before))
    return found


def _line(kind: str, rows: int, oldest: datetime | None, until: datetime | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "rows": rows,
        "oldest": oldest.isoformat() if oldest else None,
        "until": until.isoformat() if until else None,
        "bytes": round(rows * _bytes_a_row(kind)),
    }


def _bytes_a_row(kind: str) -> float:
    """Return about how much one row takes with its indexes, 0 where nobody knows yet."""
    table = tables_all()[kind]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size(oid) / GREATEST(reltuples, 1)"
            " FROM pg_class WHERE relname = %s AND reltuples > 0",
            [table],
        )
        found = cursor.fetchone()
    return float(found[0]) if found else 0.0


def tables_all() -> dict[str, str]:
    """Return every kind of row that a removal may take with its table, in the archive's order."""
    others = {kind: name for holder in holders() for kind, name in holder.tables.items()}
    return {**_tables(OF_TASKS), **others, **_tables(_ALONE)}


def _tables(models: Mapping[str, type[Model]]) -> dict[str, str]:
    return {kind: model._meta.db_table for kind, model in models.items()}  # noqa: SLF001
