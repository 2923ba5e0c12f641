"""Roll-ups: outcomes, answers and standings summed into buckets, that pages of months are read off.

The rows they are made from stay; what is rolled up follows within half a minute (`config.celery`).
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.rollup import BucketSize
from governance.models import AgentBucket, CellHour, Fleet, FleetBucket, RollupMark
from governance.selectors.clock import clock_now
from governance.selectors.retention import retentions
from governance.selectors.turns import turn_taken
from governance.services.rollup_cells import (
    EVENTS_AT_ONCE,
    answers_roll_up_step,
    asked_roll_up_step,
)
from governance.services.rollup_fleets import fleet_days_step, fleet_stand_step
from governance.services.rollup_outcomes import OUTCOMES_AT_ONCE, outcomes_roll_up_step
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import Model

    from governance.domain.policy.retention import RetentionPolicy

# A batch takes some tenths of a second; after so many, other work gets the worker.
BATCHES_AT_ONCE = 50
FORGOTTEN_AT_ONCE = 10_000


def fleets_roll_up() -> int:
    """Roll up what is new in each living fleet; return in how many that was done."""
    fleets = Fleet.objects.filter(archived_at=None).exclude(policy=None).order_by("pk")
    return sum(
        moved_or_logged(partial(_has_rolled_up, pk), "fleet %s cannot be rolled up", pk)
        for pk in fleets.values_list("pk", flat=True)
    )


def fleet_roll_up(*, fleet_id: UUID) -> int:
    """Add what ended and was answered since the last time, and look how the fleet stands.

    Each batch is one transaction with its mark, so that repeating or killing it counts nothing
    twice. A long history takes several calls.

    Returns:
        How many batches, at least 1 unless somebody else rolls the fleet up.
    """
    batches = 0
    while batches < BATCHES_AT_ONCE:
        rolled = _batch_roll_up(fleet_id)
        if rolled is None:
            break
        batches += 1
        if rolled:
            break
    return batches


def buckets_prune() -> int:
    """Forget each fleet's oldest buckets and cells past the time its policy keeps them.

    Returns:
        How many rows, of each fleet, kind and size at most 500,000: the next call takes more.
    """
    now = clock_now()
    return sum(_fleet_prune(fleet, kept, now) for fleet, kept in retentions())


def _fleet_prune(fleet: Fleet, kept: RetentionPolicy, now: datetime) -> int:
    hour = BucketSize.HOUR.start(now - timedelta(days=kept.cells_days))
    forgotten = _forget(CellHour, fleet=fleet, starts_at__lt=hour)
    for size, days in (
        (BucketSize.FIVE_MINUTES, kept.minutes_days),
        (BucketSize.HOUR, kept.hours_days),
        (BucketSize.DAY, kept.days_days),
    ):
        before = size.start(now - timedelta(days=days))
        past = {"fleet": fleet, "size": size.value, "starts_at__lt": before}
        forgotten += _forget(AgentBucket, **past) + _forget(FleetBucket, **past)
    return forgotten


def _forget(model: type[Model], **past: object) -> int:
    """Delete rows in batches, each a transaction of its own."""
    rows = model._default_manager.filter(**past)  # noqa: SLF001 - the public name is untyped
    forgotten = 0
    for _ in range(BATCHES_AT_ONCE):
        oldest = rows.order_by().values("pk")[:FORGOTTEN_AT_ONCE]
        batch, _kinds = model._default_manager.filter(pk__in=oldest).delete()  # noqa: SLF001
        forgotten += batch
        if batch < FORGOTTEN_AT_ONCE:
            break
    return forgotten


def _has_rolled_up(fleet_id: UUID) -> bool:
    return fleet_roll_up(fleet_id=fleet_id) > 0


@transaction.atomic
def _batch_roll_up(fleet_id: UUID) -> bool | None:
    """Roll the next batch up; return whether that was the last, None if it is somebody else's."""
    if not turn_taken(f"roll-up {fleet_id}"):
        return None
    now = clock_now()
    mark = RollupMark.objects.filter(fleet=fleet_id).first()
    if mark is None:
        fleet_days_step(fleet_id=fleet_id, now=now)
        mark = RollupMark(fleet_id=fleet_id)
    full = outcomes_roll_up_step(mark=mark, now=now) == OUTCOMES_AT_ONCE
    more_answers = answers_roll_up_step(mark=mark, now=now) == EVENTS_AT_ONCE
    is_all_asked = asked_roll_up_step(mark=mark, now=now)
    fleet_stand_step(fleet_id=fleet_id, now=now)
    mark.save()
    return is_all_asked and not full and not more_answers
