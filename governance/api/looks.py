"""What long polls look at: one task, and a fleet's events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from governance.api.callers import Caller, any_scope_require, key_of_token
from governance.api.task_answers import task_shown
from governance.api.waits import Look
from governance.domain.types import GrantState, Scope, TaskState
from governance.refusals import InvalidFieldError, RemovedError
from governance.selectors.access import KeyPrincipal, scope_require
from governance.selectors.feed import EVENTS_AT_ONCE, event_plain, events_after
from governance.selectors.tasks import decision_first, grant_live
from governance.services.delivery import answer_tell
from governance.services.own_tasks import task_of_key
from governance.services.starts import task_expire_if_overdue

if TYPE_CHECKING:
    from datetime import datetime

    from governance.api.metering import Meter
    from governance.api.shown import EventShown, FeedShown
    from governance.feed import Notice
    from governance.models import Grant, Task

WAITING = {TaskState.PENDING, TaskState.HELD}


def task_look(token: str | None, task_id: str, meter: Meter) -> Look:
    """Return a task as its key may see it, expired first if its time to answer has passed.

    There is something to tell when the state changes, when people ask the agent something or wait
    longer for it, and again when an approval becomes usable.

    Raises:
        UnauthenticatedError, ForbiddenError, MissingError: as `tasks.task_of_key`.
        RateLimitedError: by the first look of a call, which alone is counted.
    """
    key = key_of_token(token, meter)
    any_scope_require(key, Scope.GATE, Scope.READ)
    found = task_expire_if_overdue(task=task_of_key(key=key, task_id=task_id))
    task = answer_tell(task=found, actor=key.actor)
    grant = grant_live(task=task)
    about = str(task.pk)

    def concerns(notice: Notice) -> bool:
        return notice["ids"].get("task") == about

    waits_s = _waits_s(task, grant, key.seen_at)
    return Look(
        payload=task_shown(task, decision_first(task=task), grant),
        mark=(task.state, waits_s is None, task.escalation),
        waits_s=waits_s,
        concerns=concerns,
    )


def events_look(caller: Caller, after: int) -> Look:
    """Return the fleet's events after a sequence number, oldest first.

    Raises:
        ForbiddenError: scope_missing, for a key without read.
        RemovedError: events_removed, if the next one was removed by retention.
    """
    if isinstance(caller, KeyPrincipal):
        scope_require(caller, Scope.READ)
    slug = caller.fleet.slug
    events = events_after(fleet=caller.fleet, seq=after)
    # Numbers have no gaps, so that whatever is missing was removed.
    if events and events[0].seq > after + 1:
        first = events[0].seq
        raise RemovedError(
            f"Events {after + 1} to {first - 1} were removed by retention: ask after {first - 1}.",
            code="events_removed",
            field="after",
            value=after,
            allowed=f"{first - 1} or more",
            first=first,
        )

    def concerns(notice: Notice) -> bool:
        return notice["fleet"] == slug

    payload: FeedShown = {
        "fleet": slug,
        "events": [cast("EventShown", event_plain(event)) for event in events],
        "next": events[-1].seq if events else after,
        "more": len(events) == EVENTS_AT_ONCE,
    }
    return Look(
        payload=payload,
        mark=bool(events),
        waits_s=None if events else math.inf,
        concerns=concerns,
    )


def sequence_number(text: str | None, field: str = "after") -> int:
    """Return the number that a query gives in ``field``, 0 if nothing is said.

    Raises:
        InvalidFieldError: unless it is a whole number that a sequence can reach.
    """
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise InvalidFieldError(
            f"{field} must be a whole number of at least 0, got {text[:20]}.",
            field=field,
            value=text,
            allowed="a whole number of at least 0",
        )
    return int(text)


def _waits_s(task: Task, grant: Grant | None, now: datetime) -> float | None:
    """Return in how many seconds the clock alone changes the answer; None if it is final."""
    if task.state in WAITING:
        return math.inf if task.answer_by is None else _seconds(task.answer_by, now)
    if task.state != TaskState.READY or grant is None or grant.state != GrantState.ISSUED:
        return None
    return None if grant.usable_from <= now else _seconds(grant.usable_from, now)


def _seconds(until: datetime, now: datetime) -> float:
    return max(0.0, (until - now).total_seconds())
