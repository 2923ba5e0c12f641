"""Backtests of draft policies: asked for, cancelled, found without their worker, forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction

from governance.domain.backtest.jobs import (
    LONGEST_DAYS,
    JobMove,
    JobState,
    is_lost,
    job_after,
    window_cut,
)
from governance.domain.permissions import Action
from governance.domain.phrases import lost_words
from governance.domain.policy import PolicyError, policy_to_plain
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.plain import policy_from_stored
from governance.models import Backtest
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.backtests import (
    backtest_get,
    backtest_running,
    backtest_tries,
    backtests_alive,
    record_begins,
    record_counts,
)
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_named, person_require
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import draft_open, draft_policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.domain.backtest.jobs import Window
    from governance.domain.policy import Policy
    from governance.models import Fleet, PolicyTrial, PolicyVersion

logger = logging.getLogger(__name__)

QUEUE = "backtest"
# A message that lies longer was handed out again meanwhile: taking it up twice changes nothing.
_EXPIRES_S = 120.0
_HAND_OUT_AGAIN = timedelta(seconds=60)


def backtest_ask(
    *, fleet: Fleet, user: User, since: datetime, until: datetime | None = None
) -> Backtest:
    """Store that the fleet's open draft is to be tried on a part of its record, and return that.

    A worker takes it up. The draft is copied: later changes to it do not reach this backtest.

    Args:
        fleet: whose record is decided again.
        user: who asks.
        since: where the window begins; cut to where the record does.
        until: where it ends, None for now.

    Raises:
        ForbiddenError: unless the person may change the policy.
        InvalidFieldError: for a window that ends before it begins, or is too long.
        ConflictError: no_draft; nothing_recorded; backtest_running.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    now = clock_now()
    window = _window(fleet, since, until or now, now)
    base, body, values = draft_tried(fleet)
    decisions, outcomes = record_counts(fleet=fleet, since=window.since, until=window.until)
    if not decisions and not outcomes:
        raise _nothing(window.wanted_since, window.until)
    with transaction.atomic():
        # Two that ask at once meet here.
        locked = fleet_lock(fleet.pk)
        running = backtest_running(fleet=locked)
        if running is not None and not lost_end(running, now):
            raise ConflictError(
                f"A backtest runs already, {running.stage}: {100 * running.share:.0f} % done, asked"
                f" for by {person_named(running.asked_by)}. Wait for it, or cancel it.",
                code="backtest_running",
                value=str(running.pk),
            )
        asked = backtest_store(
            fleet=fleet,
            base=base,
            body=body,
            values=values,
            window=window,
            actor=user.get_username(),
            now=now,
        )
        asked.decisions, asked.outcomes = decisions, outcomes
        asked.tries = backtest_tries(
            fleet=fleet, values=values, since=window.since, until=window.until
        )
        asked.save(update_fields=["decisions", "outcomes", "tries"])
    return asked


def draft_tried(fleet: Fleet) -> tuple[PolicyVersion, Any, dict[str, Any]]:
    """Return the version in force, what the open draft says, and its settings that differ.

    Raises:
        ConflictError: no_draft, where none is open or it says what is in force; draft_broken.
    """
    base, in_force = policy_in_force(fleet=fleet)
    draft = draft_open(fleet=fleet)
    if draft is None:
        raise ConflictError(
            "There is no draft to try. Change a field of the policy first.", code="no_draft"
        )
    try:
        tried = draft_policy(draft)
    except PolicyError as error:
        # What it stands on has moved since.
        raise ConflictError(
            f"The draft cannot come into force as it is: {error.problems[0]}.", code="draft_broken"
        ) from error
    values = values_differing(in_force, tried)
    if not values:
        raise ConflictError(
            f"The draft says what policy {base.number} says. Change a field first.", code="no_draft"
        )
    return base, policy_to_plain(tried), values


def values_differing(before: Policy, after: Policy) -> dict[str, Any]:
    """Return the settings that differ between two policies, by path, as ``after`` has them."""
    return {change.path: change.after for change in policy_changes(before, after)}


def values_moved(body: Any, draft: Policy | None) -> int | None:
    """Return how many settings of the open draft differ from what was tried; None without one."""
    return None if draft is None else len(policy_changes(policy_from_stored(body), draft))


def backtest_store(
    *,
    fleet: Fleet,
    base: PolicyVersion,
    body: Any,
    values: Mapping[str, Any],
    window: Window,
    actor: str,
    now: datetime,
    trial: PolicyTrial | None = None,
) -> Backtest:
    """Store a backtest and hand it to a worker once the transaction commits (a step)."""
    asked = Backtest.objects.create(
        fleet=fleet,
        trial=trial,
        base=base,
        body=body,
        values=dict(values),
        since=window.since,
        until=window.until,
        wanted_since=window.wanted_since,
        asked_by=actor,
        asked_at=now,
        heard_at=now,
    )
    # With the broker away the next beat hands it out again.
    transaction.on_commit(lambda: _hand_out(asked.pk), robust=True)
    return asked


@transaction.atomic
def backtest_cancel(*, fleet: Fleet, user: User, backtest_id: UUID) -> Backtest:
    """Cancel a backtest that waits or runs, and return it; its worker stops within a second or two.

    Raises:
        ForbiddenError: unless the person may change the policy.
        MissingError: backtest_unknown.
        ConflictError: backtest_over, if it has ended.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    found = backtest_get(fleet=fleet, backtest_id=backtest_id)
    now = clock_now()
    # One UPDATE decides the race with its end.
    is_first = (
        backtests_alive()
        .filter(pk=found.pk)
        .update(state=JobState.CANCELLED.value, ended_at=now, cancelled_by=user.get_username())
    )
    found.refresh_from_db()
    if not is_first:
        raise ConflictError(over_words(found), code="backtest_over", value=found.state)
    logger.info("backtest %s of %s cancelled by %s", found.pk, fleet.slug, user.get_username())
    return found


def over_words(ended: Backtest) -> str:
    """Return how a backtest ended, as whoever comes too late to cancel it is told."""
    at = f"{ended.ended_at:%H:%M:%S} UTC" if ended.ended_at else ""
    if ended.state == JobState.CANCELLED:
        return f"{person_named(ended.cancelled_by)} cancelled it at {at}."
    return f"It has ended already, at {at}."


def backtests_sweep() -> int:
    """End backtests that lost their worker and return how many; hand out again what waits."""
    now, ended = clock_now(), 0
    for each in backtests_alive():
        if lost_end(each, now):
            ended += 1
        elif each.state == JobState.WAITING and now - each.asked_at >= _HAND_OUT_AGAIN:
            _hand_out(each.pk)
    return ended


def lost_end(running: Backtest, now: datetime) -> bool:
    """Return whether a backtest has lost its worker, and end it if so (a step)."""
    state = JobState(running.state)
    if not is_lost(state, running.stage, heard_at=running.heard_at, now=now):
        return False
    doing = running.stage if state is JobState.RUNNING else ""
    error = lost_words(running.heard_at, doing=doing, share=running.share)
    failed = job_after(state, JobMove.FAIL).value
    # Whoever has heard of it meanwhile changed the row.
    silent = Backtest.objects.filter(pk=running.pk, state=state.value, heard_at=running.heard_at)
    return silent.update(state=failed, ended_at=now, error=error) == 1


def _hand_out(backtest_id: UUID) -> None:
    current_app.send_task(
        "governance.backtest_carry_out", (str(backtest_id),), queue=QUEUE, expires=_EXPIRES_S
    )


def _window(fleet: Fleet, since: datetime, until: datetime, now: datetime) -> Window:
    if since >= until:
        raise InvalidFieldError(
            f"The window ends at {_at(until)}, before it begins.",
            field="since",
            value=since.isoformat(),
            allowed="a time before its end",
        )
    if until - since > timedelta(days=LONGEST_DAYS):
        raise InvalidFieldError(
            f"The window must be at most {LONGEST_DAYS} days long,"
            f" got {(until - since) / timedelta(days=1):,.0f}.",
            field="since",
            value=since.isoformat(),
            allowed=f"at most {LONGEST_DAYS} days before its end",
        )
    first = record_begins(fleet=fleet)
    window = None if first is None else window_cut(since, until, first=first, now=now)
    if window is None:
        raise _nothing(since, until)
    return window


def _nothing(since: datetime, until: datetime) -> ConflictError:
    days = round((until - since) / timedelta(days=1))
    length = f"these {days} days" if days > 1 else "this window"
    return ConflictError(
        f"Neither a decision nor an outcome was recorded in {length}, from {_at(since)} to"
        f" {_at(until)}: there is nothing to try the draft on.",
        code="nothing_recorded",
        value=since.isoformat(),
    )


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
