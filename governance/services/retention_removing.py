"""Removing what was exported: in small transactions, so that it can be stopped and gone on with."""

from __future__ import annotations

import logging
from collections import Counter
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction

from governance.domain.retention import RetentionMove, RetentionState, cut_of, retention_moved
from governance.events import RetentionApplied, RetentionCancelled
from governance.models import (
    Decision,
    Event,
    Fleet,
    Outcome,
    RetentionAgent,
    RetentionLineage,
    RetentionRun,
    Task,
    WebhookDelivery,
)
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.retention_scope import events_upto, interactions_past, outcomes_past
from governance.services.events import events_publish
from governance.services.retained import holders
from governance.services.retention_history import history_begin
from governance.services.retention_preparing import LEASE, OF_TASKS, kept_by_all
from governance.services.seal_checkpoints import Removed
from governance.services.seal_heads import SealHeadChangedError, SealKeyMissingError
from governance.services.sealing import fleet_seal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import Model, QuerySet

logger = logging.getLogger(__name__)

LINEAGES_AT_ONCE = 50
ROWS_AT_ONCE = 2_000
ACTOR = "retention"
# A broker hands out again what takes longer than 10 min.
TURN_S = 240.0
# Rows go before those they name.
_ORDER = ("grants", "decisions", "outcomes", "lineages", "tasks")


class RetentionStoppedError(Exception):
    """Somebody cancelled the removal: what is removed stays removed, nothing more goes."""


class RetentionUnlawfulError(Exception):
    """The policy in force keeps longer by now what the removal would take."""

    def __init__(self, number: int) -> None:
        """Name the version in force."""
        super().__init__(f"Policy {number} keeps longer what is left of it.")


class RetentionPausedError(Exception):
    """The worker has had its turn: whoever takes the removal up next goes on."""


def retention_remove(*, run: RetentionRun, turn_s: float = TURN_S) -> bool:
    """Remove what the archive holds; killed at any moment, it goes on where it was.

    Each batch is one transaction with its counts, and looks first whether the removal still goes
    on. What must stay by now, stays.

    Args:
        run: the removal, agreed to by two.
        turn_s: after so many seconds other work gets the worker.

    Returns:
        Whether nothing is left to do.
    """
    turn = _Turn(run, monotonic() + turn_s)
    try:
        if not fleet_seal(fleet_id=run.fleet_id):
            # What goes is written down in terms of seals: those that wait are made first.
            return False
        _histories_begin(turn)
        _while_any(turn, "interactions", partial(_interactions, run))
        _lineages(turn)
        _while_any(turn, "recorded_outcomes", partial(_outcomes, run))
        _while_any(turn, "events", partial(_events, run))
    except RetentionPausedError:
        return False
    except (SealHeadChangedError, SealKeyMissingError) as error:
        logger.warning("removal %d of %s waits: %s", run.number, run.fleet_id, error)
        return False
    except RetentionStoppedError:
        return True
    except RetentionUnlawfulError as error:
        _end(run, RetentionMove.CANCEL, reason=str(error))
        return True
    _end(run, RetentionMove.FINISH)
    return True


class _Turn(NamedTuple):
    run: RetentionRun
    until_s: float

    def locked(self) -> RetentionRun:
        """Return the removal's row, held to the end of the batch.

        Raises:
            RetentionStoppedError: if it goes on no longer.
            RetentionUnlawfulError: if the policy in force keeps longer by now.
            RetentionPausedError: once the turn is over.
        """
        if monotonic() > self.until_s:
            raise RetentionPausedError
        locked = RetentionRun.objects.select_for_update(no_key=True).get(pk=self.run.pk)
        if locked.state != RetentionState.REMOVING:
            raise RetentionStoppedError
        version, policy = policy_in_force(fleet=Fleet.objects.get(pk=locked.fleet_id))
        if not locked.cut.within(cut_of(policy.retention, now=clock_now())):
            raise RetentionUnlawfulError(version.number)
        return locked


def _histories_begin(turn: _Turn) -> None:
    rows = RetentionAgent.objects.filter(run=turn.run).select_related("agent").order_by("agent_id")
    for row in rows:
        with transaction.atomic():
            _count(turn.locked(), {})
        if not history_begin(row=row, run=turn.run):
            # It may not be taken any longer: without this row all its outcomes stay.
            row.delete()


def _while_any(turn: _Turn, kind: str, take: Callable[[Removed], int]) -> None:
    while True:
        with transaction.atomic():
            locked, removed = turn.locked(), Removed()
            gone = take(removed)
            _count(locked, {kind: gone})
            _sign(removed, locked)
        if gone < ROWS_AT_ONCE:
            return


def _sign(removed: Removed, run: RetentionRun) -> None:
    by = f"{run.proposed_by}, {run.agreed_by}"
    removed.sign(fleet_id=run.fleet_id, why=f"removal {run.number}", by=by)


def _interactions(run: RetentionRun, removed: Removed) -> int:
    return _take(interactions_past(run=run), "occurred_at", "interactions", removed)


def _outcomes(run: RetentionRun, removed: Removed) -> int:
    return _take(outcomes_past(run=run), "received_at", "outcomes", removed)


def _take(rows: QuerySet[Model] | None, order: str, kind: str, removed: Removed) -> int:
    if rows is None:
        return 0
    oldest = list(rows.order_by(order, "pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
    removed.add(kind, oldest)
    return _deleted(rows.model, oldest)


def _events(run: RetentionRun, removed: Removed) -> int:
    if run.events_before is None:
        return 0
    # Whatever waits for the log by now is read again; never more than was exported.
    run.fleet.refresh_from_db(fields=["event_seq"])
    upto = min(run.events_upto, events_upto(fleet=run.fleet, before=run.events_before))
    past = Event.objects.filter(fleet=run.fleet_id, seq__lte=upto).order_by("seq")
    batch = list(past.values_list("pk", flat=True)[:ROWS_AT_ONCE])
    WebhookDelivery.objects.filter(event__in=batch).delete()
    removed.add("events", batch)
    return _deleted(Event, batch)


def _lineages(turn: _Turn) -> None:
    while True:
        with transaction.atomic():
            locked, removed = turn.locked(), Removed()
            left = RetentionLineage.objects.filter(run=turn.run).order_by("root_id")
            rows = list(left[:LINEAGES_AT_ONCE])
            if not rows:
                return
            _count(locked, _lineages_take(turn.run, [row.root_id for row in rows], removed))
            _sign(removed, locked)
            RetentionLineage.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _lineages_take(run: RetentionRun, roots: Sequence[UUID], removed: Removed) -> Mapping[str, int]:
    """Remove lineages under the locks of their tasks, those that may go by now."""
    list(
        Task.objects.select_for_update()
        .filter(root_id__in=roots)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    staying = {root for found in kept_by_all(run, roots).values() for root in found}
    going = [root for root in roots if root not in staying]
    if not going:
        return {}
    gone: Counter[str] = Counter()
    for holder in holders():
        gone.update(holder.remove(roots=going, removed=removed.add))
    tasks = list(Task.objects.filter(root_id__in=going).values_list("pk", flat=True))
    for kind, model in (("decisions", Decision), ("outcomes", Outcome)):
        of_tasks = model._default_manager.filter(task_id__in=tasks)  # noqa: SLF001
        removed.add(kind, list(of_tasks.values_list("pk", flat=True)))
    for kind in _ORDER:
        column = {"tasks": "id", "lineages": "root_id"}.get(kind, "task_id")
        gone[kind] += _deleted(OF_TASKS[kind], tasks, column=column)
    return gone


def _deleted(model: type[Model], keys: Sequence[object], *, column: str = "id") -> int:
    """Delete rows by their keys alone: what names them was looked at before.

    Django would read every row and whatever refers to it; constraints are checked at the commit.
    """
    if not keys:
        return 0
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - no public name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {column} = ANY(%s)",  # noqa: S608 - both are our own
            [list(keys)],
        )
        return int(cursor.rowcount)


def _count(locked: RetentionRun, gone: Mapping[str, int]) -> None:
    for kind, rows in gone.items():
        if rows:
            locked.removed[kind] = locked.removed.get(kind, 0) + rows
    whole = sum(line["rows"] for line in locked.lines)
    locked.share = min(1.0, sum(locked.removed.values()) / max(1, whole))
    locked.worked_until = clock_now() + LEASE
    locked.save(update_fields=["removed", "share", "worked_until"])


@transaction.atomic
def _end(run: RetentionRun, move: RetentionMove, *, reason: str = "") -> None:
    locked = RetentionRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state != RetentionState.REMOVING:
        return
    now = clock_now()
    locked.state = retention_moved(RetentionState.REMOVING, move).value
    locked.ended_at, locked.worked_until = now, None
    is_done = move is RetentionMove.FINISH
    if is_done:
        locked.share = 1.0
    else:
        locked.ended_by, locked.error = ACTOR, reason
    locked.save()
    told = RetentionApplied if is_done else RetentionCancelled
    events_publish(
        told(
            fleet_id=locked.fleet_id,
            actor=ACTOR,
            retention_id=locked.pk,
            number=locked.number,
            removed=locked.removed,
            reason=reason or locked.reason,
        ),
        now=now,
    )
    logger.info("removal %d of %s: %s", locked.number, locked.fleet_id, locked.removed)
