"""Trials of draft policies: started, compared each hour, ended by their time or by a person."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.backtest.jobs import JobState, window_cut
from governance.domain.backtest.trials import (
    DAYS_LEAST,
    DAYS_MOST,
    EVERY,
    TrialMove,
    TrialState,
    trial_after,
    trial_read_until,
)
from governance.domain.moves import IllegalMoveError
from governance.domain.permissions import Action
from governance.domain.policy.plain import policy_from_stored
from governance.events import PolicyTrialEnded, PolicyTrialStarted
from governance.models import PolicyTrial
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.backtests import (
    backtests_alive,
    record_counts,
    trial_get,
    trial_run_done,
    trial_running,
    trials_due,
    version_after,
)
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_named, person_require
from governance.selectors.policies import policy_of
from governance.services.backtests import backtest_store, draft_tried, lost_end, values_differing
from governance.services.events import events_publish
from governance.services.reasons import reason_require
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Backtest, Fleet

logger = logging.getLogger(__name__)

# Who ends a trial whose days are over, and compares it each hour.
ACTOR = "sweeper"


def trial_start(*, fleet: Fleet, user: User, days: int, reason: str) -> PolicyTrial:
    """Start a trial of the fleet's open draft and return it; what may run does not change.

    The draft is copied: later changes to it do not reach this trial. One that stands still, since
    another policy came into force, is ended first.

    Args:
        fleet: where it is tried.
        user: who starts it.
        days: how long, 1 to 30.
        reason: why.

    Raises:
        ForbiddenError: unless the person may change the policy.
        InvalidFieldError: for a number of days outside the range, or without a reason.
        ConflictError: no_draft; trial_running.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    if not DAYS_LEAST <= days <= DAYS_MOST:
        raise InvalidFieldError(
            f"A trial takes {DAYS_LEAST} to {DAYS_MOST} days, got {days}.",
            field="days",
            value=days,
            allowed=f"{DAYS_LEAST} to {DAYS_MOST}",
        )
    reason_require(reason, missing="A trial needs a reason.")
    now = clock_now()
    base, body, values = draft_tried(fleet)
    with transaction.atomic():
        running = trial_running(fleet=fleet_lock(fleet.pk))
        if running is not None and not _replaced_end(running, now):
            raise ConflictError(
                f"A trial runs already, started by {person_named(running.started_by)}, until"
                f" {running.until:%Y-%m-%d %H:%M} UTC. End it first.",
                code="trial_running",
                value=str(running.pk),
            )
        trial = PolicyTrial.objects.create(
            fleet=fleet,
            base=base,
            body=body,
            changes=len(values),
            reason=reason.strip(),
            started_by=user.get_username(),
            started_at=now,
            until=now + timedelta(days=days),
            next_at=now + EVERY,
        )
        events_publish(
            PolicyTrialStarted(
                fleet_id=fleet.pk,
                actor=user.get_username(),
                trial_id=trial.pk,
                number=base.number,
                changes=len(values),
                until=trial.until.isoformat(),
                reason=trial.reason,
            ),
            now=now,
        )
    return trial


@transaction.atomic
def trial_stop(*, fleet: Fleet, user: User, trial_id: UUID, reason: str) -> PolicyTrial:
    """End a trial before its days are over, and return it; its last comparison is asked for.

    Raises:
        ForbiddenError: unless the person may change the policy.
        InvalidFieldError: without a reason.
        MissingError: trial_unknown.
        ConflictError: trial_over.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    reason_require(reason, missing="Say why the trial ends before its time.")
    fleet_lock(fleet.pk)
    trial = trial_get(fleet=fleet, trial_id=trial_id)
    return _end(trial, TrialMove.STOP, user.get_username(), reason.strip(), now=clock_now())


@transaction.atomic
def trial_compare(*, fleet: Fleet, user: User, trial_id: UUID) -> Backtest:
    """Compare a trial now instead of at the next hour, and return the backtest that does it.

    Raises:
        ForbiddenError: unless the person may change the policy.
        MissingError: trial_unknown.
        ConflictError: trial_over; backtest_running; nothing_recorded.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    fleet_lock(fleet.pk)
    trial, now = trial_get(fleet=fleet, trial_id=trial_id), clock_now()
    if trial.state != TrialState.RUNNING:
        raise _over(trial)
    asked = _compare(trial, actor=user.get_username(), now=now)
    if asked is None:
        alive = backtests_alive().filter(trial=trial).exists()
        raise ConflictError(
            "The trial is being compared already."
            if alive
            else "Nothing was decided or reported that is not compared already: ask again later.",
            code="backtest_running" if alive else "nothing_recorded",
        )
    return asked


def trials_sweep() -> int:
    """Compare the trials that are due or end them, and return how many were due."""
    return sum(
        moved_or_logged(partial(_due, *named), "trial %s cannot be compared", named[0])
        for named in trials_due(now=clock_now())
    )


@transaction.atomic
def _due(trial_id: UUID, fleet_id: UUID) -> bool:
    fleet_lock(fleet_id)
    now = clock_now()
    running = PolicyTrial.objects.select_related("base", "fleet").filter(
        pk=trial_id, state=TrialState.RUNNING.value
    )
    trial = running.first()
    if trial is None:
        return False
    if _replaced_end(trial, now):
        return True
    if trial.next_at is None or now < trial.next_at:
        return False
    if now >= trial.until or trial.fleet.archived_at is not None:
        _end(trial, TrialMove.PASS, ACTOR, "", now=now)
        return True
    trial.next_at = min(now + EVERY, trial.until)
    trial.save(update_fields=["next_at"])
    _compare(trial, actor=ACTOR, now=now)
    return True


def _replaced_end(trial: PolicyTrial, now: datetime) -> bool:
    """Return whether another policy came into force than the one compared with; end it if so."""
    replaced = version_after(trial.base)
    if replaced is None or replaced.created_at >= trial.until:
        return False
    reason = f"Policy {replaced.number} came into force."
    _end(trial, TrialMove.REPLACE, ACTOR, reason, now=now, at=replaced.created_at)
    return True


def _end(
    trial: PolicyTrial,
    move: TrialMove,
    actor: str,
    reason: str,
    *,
    now: datetime,
    at: datetime | None = None,
) -> PolicyTrial:
    """End a trial as of ``at``, None for now, and ask for its last comparison (a step)."""
    try:
        after = trial_after(TrialState(trial.state), move)
    except IllegalMoveError as error:
        raise _over(trial) from error
    trial.state, trial.next_at, trial.ended_at = after.value, None, at or now
    trial.ended_by, trial.end_reason = actor, reason
    trial.save(update_fields=["state", "next_at", "ended_at", "ended_by", "end_reason"])
    # The last comparison reads to the end; one that runs now would leave the last minutes out.
    backtests_alive().filter(trial=trial).update(
        state=JobState.CANCELLED.value, ended_at=now, cancelled_by=actor
    )
    _compare(trial, actor=actor, now=min(now, trial.until))
    logger.info("trial %s of %s ended: %s", trial.pk, trial.fleet.slug, after.value)
    events_publish(
        PolicyTrialEnded(
            fleet_id=trial.fleet_id,
            actor=actor,
            trial_id=trial.pk,
            number=trial.base.number,
            days=round((trial.ended_at - trial.started_at) / timedelta(days=1), 1),
            reason=reason,
        ),
        now=now,
    )
    return trial


def _over(trial: PolicyTrial) -> ConflictError:
    at = f"{trial.ended_at:%Y-%m-%d %H:%M} UTC" if trial.ended_at else ""
    by = {
        TrialState.STOPPED.value: person_named(trial.ended_by),
        TrialState.REPLACED.value: "another policy",
    }.get(trial.state, "its time")
    return ConflictError(f"The trial was ended by {by} at {at}.", code="trial_over")


def _compare(trial: PolicyTrial, *, actor: str, now: datetime) -> Backtest | None:
    """Ask for the next comparison of a trial; None while one runs, or with nothing to compare.

    Once another policy is in force, what came before it is compared once more and not again.
    """
    for running in backtests_alive().filter(trial=trial):
        if not lost_end(running, now):
            return None
    replaced = version_after(trial.base)
    until = trial_read_until(
        until=trial.until, replaced_at=replaced.created_at if replaced else None, now=now
    )
    window = window_cut(trial.started_at, until, first=trial.started_at, now=now)
    done = trial_run_done(trial=trial)
    if window is None or (done is not None and done.until >= window.until):
        return None
    decisions, outcomes = record_counts(fleet=trial.fleet, since=window.since, until=window.until)
    if not decisions and not outcomes:
        return None
    asked = backtest_store(
        fleet=trial.fleet,
        base=trial.base,
        body=trial.body,
        values=values_differing(policy_of(trial.base), policy_from_stored(trial.body)),
        window=window,
        actor=actor,
        now=now,
        trial=trial,
    )
    asked.decisions, asked.outcomes = decisions, outcomes
    asked.save(update_fields=["decisions", "outcomes"])
    return asked
