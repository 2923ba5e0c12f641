"""A worker's part of a backtest: reads the record, decides it again, stores what that says."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from governance.backtest.run import backtest_run
from governance.domain.backtest.jobs import ALIVE, KEPT, JobMove, JobStage, JobState, job_after
from governance.domain.backtest.plain import report_to_plain
from governance.domain.backtest.tally import BacktestTally
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.plain import policy_from_stored
from governance.models import Backtest
from governance.selectors.backtest_record import record_open
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.domain.backtest.report import BacktestReport

logger = logging.getLogger(__name__)

# Each time it is told how far it is, it also hears whether it goes on.
TELL_EVERY_S = 1.0


class StoppedError(Exception):
    """Somebody cancelled the backtest, or it was given up for lost."""


def backtest_carry_out(*, backtest_id: UUID) -> Backtest:
    """Run a backtest that was asked for and store its report; running it twice changes nothing.

    Raises:
        Exception: whatever went wrong, once the backtest says so.
    """
    # Whoever takes it from the waiting ones runs it, however often it is handed out.
    now = clock_now()
    waiting = Backtest.objects.filter(pk=backtest_id, state=JobState.WAITING.value)
    is_mine = waiting.update(
        state=job_after(JobState.WAITING, JobMove.TAKE_UP).value,
        stage=JobStage.READING.value,
        started_at=now,
        heard_at=now,
    )
    running = Backtest.objects.select_related("fleet", "base").filter(pk=backtest_id).first()
    if running is None or not is_mine:
        return running or Backtest(pk=backtest_id)
    try:
        _finish(running, _report(running))
    except StoppedError:
        logger.info("backtest %s of %s was stopped", running.pk, running.fleet.slug)
    except Exception as error:
        failed = job_after(JobState.RUNNING, JobMove.FAIL).value
        _mine(running).update(
            state=failed, ended_at=clock_now(), error=f"{type(error).__name__}: {error}"
        )
        raise
    running.refresh_from_db()
    return running


def _report(running: Backtest) -> BacktestReport:
    base, draft = policy_of(running.base), policy_from_stored(running.body)
    tally = BacktestTally(since_s=running.since.timestamp(), until_s=running.until.timestamp())
    record = record_open(fleet=running.fleet, since=running.since, until=running.until)
    pace = _Pace(running)
    pace.told(0.0)
    backtest_run(record, base=base, draft=draft, tally=tally, told=pace.told)
    return tally.report(
        base_number=running.base.number,
        changes=policy_changes(base, draft),
        tries=running.tries,
    )


class _Pace:
    """Says how far a backtest is, at most once a second, and stops it where nobody wants it."""

    def __init__(self, running: Backtest) -> None:
        self._running = running
        self._next_s = 0.0

    def told(self, share: float) -> None:
        """Store that ``share`` of the work is done.

        Raises:
            StoppedError: if it was cancelled or given up meanwhile.
        """
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + TELL_EVERY_S
        # Nothing is decided before the first row is there.
        stage = JobStage.PLAYING if share else JobStage.READING
        heard = _mine(self._running).update(
            stage=stage.value, share=min(max(share, 0.0), 1.0), heard_at=clock_now()
        )
        if not heard:
            raise StoppedError


def _finish(running: Backtest, report: BacktestReport) -> None:
    ended_at = clock_now()
    is_done = _mine(running).update(
        state=job_after(JobState.RUNNING, JobMove.FINISH).value,
        stage=JobStage.DONE.value,
        share=1.0,
        heard_at=ended_at,
        ended_at=ended_at,
        report=report_to_plain(report),
    )
    if not is_done:
        raise StoppedError
    _forget(running)
    logger.info("backtest %s of %s is done", running.pk, running.fleet.slug)


def _mine(running: Backtest) -> QuerySet[Backtest]:
    """Return the row while it runs: whoever ended it first changed its state."""
    return Backtest.objects.filter(pk=running.pk, state=JobState.RUNNING.value)


def _forget(done: Backtest) -> None:
    """Delete what is older than the last so many of the fleet; of a trial, all but this one."""
    ended = Backtest.objects.filter(fleet_id=done.fleet_id, trial_id=done.trial_id).exclude(
        state__in=[each.value for each in ALIVE]
    )
    kept = 1 if done.trial_id else KEPT
    older = ended.order_by("-asked_at").values_list("pk", flat=True)[kept:]
    Backtest.objects.filter(pk__in=list(older)).delete()
