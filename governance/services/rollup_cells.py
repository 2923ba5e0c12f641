"""What was asked and how people answered, into the cells of the matrix."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Min

from governance.domain.cell_answers import AnswerKind, Counted, Told, answers_count
from governance.domain.containment import SettledBy
from governance.domain.rollup import CELLS_KEPT, BucketSize
from governance.domain.types import TaskState, Verdict
from governance.events import CascadeTaskSettled, TaskResolved
from governance.models import CascadeTask, CellHour, Decision, Event, Fleet, Grant
from governance.models.event import AgentKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from governance.models import RollupMark

# What the gate was asked becomes visible when its transaction ends, which is sooner than this.
ASKED_AGAIN = timedelta(minutes=15)
ASKED_AT_ONCE = timedelta(days=7)
EVENTS_AT_ONCE = 20_000


class Cell(NamedTuple):
    """A cell of the matrix in the hour that begins at ``starts_at``."""

    starts_at: datetime
    task_type: str
    tier: str


class _Asked(NamedTuple):
    """What the gate first said of a task, and whether people edited it since."""

    task_type: str
    tier: str
    verdict: str
    is_edited: bool

    def cell(self, at: datetime) -> Cell:
        return Cell(BucketSize.HOUR.start(at), self.task_type, self.tier)


_ASKED = """
INSERT INTO governance_cellhour (id, fleet_id, starts_at, task_type, tier, asked, allowed,
    escalated, denied, approved, refused, expired, overruled, outcomes, failures, cost_usd)
SELECT gen_random_uuid(), %(fleet)s, date_bin('1 hour', created_at, 'epoch'::timestamptz) AS began,
    task_type, tier, count(*), count(*) FILTER (WHERE verdict = 'allow'),
    count(*) FILTER (WHERE verdict = 'escalate'), count(*) FILTER (WHERE verdict = 'deny'),
    0, 0, 0, 0, 0, 0, 0
FROM governance_decision
WHERE fleet_id = %(fleet)s AND moment = 'submit'
    AND created_at >= %(since)s AND created_at < %(until)s
GROUP BY began, task_type, tier
ON CONFLICT (fleet_id, starts_at, task_type, tier) DO UPDATE SET
    asked = excluded.asked, allowed = excluded.allowed, escalated = excluded.escalated,
    denied = excluded.denied
"""

_ANSWERS = ("approved", "refused", "expired", "overruled")
# What is taken back was counted, unless its hour has been forgotten meanwhile.
_ANSWERED = """
UPDATE governance_cellhour AS cell SET
    approved = greatest(cell.approved + more.approved, 0),
    refused = greatest(cell.refused + more.refused, 0),
    expired = greatest(cell.expired + more.expired, 0),
    overruled = greatest(cell.overruled + more.overruled, 0)
FROM unnest(%(starts_at)s::timestamptz[], %(task_type)s::text[], %(tier)s::text[],
    %(approved)s::int[], %(refused)s::int[], %(expired)s::int[], %(overruled)s::int[])
    AS more (starts_at, task_type, tier, approved, refused, expired, overruled)
WHERE cell.fleet_id = %(fleet)s AND cell.starts_at = more.starts_at
    AND cell.task_type = more.task_type AND cell.tier = more.tier
"""


def asked_roll_up_step(*, mark: RollupMark, now: datetime) -> bool:
    """Count what the gate was asked, and its answers, in whole hours; return if that is all of it.

    The hours since 15 min before the last time are counted again, so that what was being written
    then is in. A long history takes several calls, of a week each.
    """
    since = _asked_since(mark, now)
    until = min(since + ASKED_AT_ONCE, BucketSize.HOUR.start(now) + BucketSize.HOUR.length)
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"fleet": mark.fleet_id, "since": since, "until": until})
    mark.asked_until = min(until, now)
    return until > now


def _asked_since(mark: RollupMark, now: datetime) -> datetime:
    if mark.asked_until is not None:
        return BucketSize.HOUR.start(mark.asked_until - ASKED_AGAIN)
    decisions = Decision.objects.filter(fleet=mark.fleet_id, created_at__gte=now - CELLS_KEPT)
    first = decisions.aggregate(first=Min("created_at"))["first"]
    return BucketSize.HOUR.start(first or now)


def answers_roll_up_step(*, mark: RollupMark, now: datetime) -> int:
    """Count how people answered, from the next events, and move the mark past those.

    Overruled is a task that people approved with other arguments than it asked with, and one that
    was held and that they let go on. Of a held task neither that nor its end counts as an answer:
    people were asked about the cascade.

    Returns:
        How many events were read.
    """
    first = mark.event_seq
    newest = Fleet.objects.values_list("event_seq", flat=True).get(pk=mark.fleet_id)
    last = min(newest, first + EVENTS_AT_ONCE)
    if last == first:
        return 0
    events = Event.objects.filter(fleet=mark.fleet_id, seq__gt=first, seq__lte=last)
    told = _answers(events.filter(name=TaskResolved.wire_name))
    settled = events.filter(
        name=CascadeTaskSettled.wire_name, payload__settled=SettledBy.RESUME.value
    )
    resumed = [(UUID(event.ids["task"]), event.created_at) for event in settled]
    counted = answers_count(_before(mark, told), (each for each, _ in told))
    _cells_add(mark, _cell_counts(counted, resumed), now)
    mark.event_seq = last
    return last - first


def _answers(resolved: QuerySet[Event]) -> list[tuple[Told, str]]:
    """Return the moves by which people answered, oldest first, each with the agent's id."""
    found = [
        (Told(UUID(ids["task"]), at, TaskState(payload["state"])), ids["agent"])
        for ids, payload, at in resolved.order_by("seq").values_list("ids", "payload", "created_at")
    ]
    tasks = {told.task for told, _ in found}
    settled = CascadeTask.objects.filter(task__in=tasks, settled_at__isnull=False)
    apart = set(settled.values_list("task_id", "settled_at"))
    return [each for each in found if (each[0].task, each[0].at) not in apart]


def _before(mark: RollupMark, told: Iterable[tuple[Told, str]]) -> dict[UUID, Told]:
    """Return the latest answer before the mark of each task that had one."""
    agents: dict[UUID, str] = {}
    waits: set[UUID] = set()
    for move, agent in told:
        if move.task not in agents and move.state is TaskState.PENDING:
            waits.add(move.task)
        agents.setdefault(move.task, agent)
    # Others were answered before only if that was an approval, which left a grant.
    granted = Grant.objects.filter(task__in=agents).values_list("task_id", flat=True)
    tasks = waits.union(granted)
    earlier = Event.objects.annotate(agent=AgentKey()).filter(
        fleet=mark.fleet_id,
        agent__in={agents[task] for task in tasks},
        name=TaskResolved.wire_name,
        seq__lte=mark.event_seq,
        ids__task__in=[str(task) for task in tasks],
    )
    return {move.task: move for move, _ in _answers(earlier)}


def _cell_counts(
    counted: Iterable[Counted], resumed: Collection[tuple[UUID, datetime]]
) -> Counter[tuple[Cell, str]]:
    """Return how much is to be added to each column of each cell."""
    answers = list(counted)
    asked = _asked_of({each.task for each in answers} | {task for task, _ in resumed})
    found: Counter[tuple[Cell, str]] = Counter()
    for each in answers:
        task = asked.get(each.task)
        # What the gate let run or denied at once, people were not asked about.
        if task is None or task.verdict != Verdict.ESCALATE:
            continue
        cell = task.cell(each.at)
        found[cell, each.kind.value] += each.by
        if each.kind is AnswerKind.APPROVED and task.is_edited:
            found[cell, "overruled"] += each.by
    for name, at in resumed:
        if name in asked:
            found[asked[name].cell(at), "overruled"] += 1
    return found


def _asked_of(tasks: Collection[UUID]) -> dict[UUID, _Asked]:
    rows = Decision.objects.filter(task__in=tasks, moment="submit").values_list(
        "task_id", "task_type", "tier", "verdict", "task__arguments_asked"
    )
    return {pk: _Asked(kind, tier, said, bool(asked)) for pk, kind, tier, said, asked in rows}


def _cells_add(mark: RollupMark, counts: Counter[tuple[Cell, str]], now: datetime) -> None:
    oldest = BucketSize.HOUR.start(now - CELLS_KEPT)
    cells = {cell for cell, _ in counts if cell.starts_at >= oldest}
    CellHour.objects.bulk_create(
        (CellHour(fleet_id=mark.fleet_id, **cell._asdict()) for cell in cells),
        ignore_conflicts=True,
    )
    found = sorted(cells)
    given: dict[str, list[Any]] = {
        name: [getattr(cell, name) for cell in found] for name in Cell._fields
    }
    more = {name: [counts[cell, name] for cell in found] for name in _ANSWERS}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"fleet": mark.fleet_id, **given, **more})
