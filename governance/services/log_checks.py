"""Checks of the log: asked for or due at night, run by a worker, what they found is kept."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Max

from governance.domain.log.findings import Tally
from governance.domain.log.states import LIVE, CheckMove, CheckState, check_from, check_to
from governance.domain.permissions import Action
from governance.domain.phrases import share_words
from governance.events import LogCheckFailed
from governance.models import Fleet, LogCheck
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.log_checking import LogRun
from governance.selectors.people import person_require
from governance.selectors.transaction_numbers import numbers_back
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.domain.log.findings import Finding

logger = logging.getLogger(__name__)

ACTOR = "log check"
# The page lists these; the rest is counted, and `verify_log` prints the first of each kind.
KEPT = 100
TELL_EVERY_S = 1.0
LOST = timedelta(minutes=10)
# One that waits is handed out at every beat; at night those of all fleets wait for one worker.
NOT_TAKEN_UP = timedelta(hours=12)
_LOSES = {
    CheckState.RUNNING: (LOST, "Its worker was lost: nothing was heard of it for 10 min."),
    CheckState.WAITING: (NOT_TAKEN_UP, "No worker took it up within 12 h."),
}
QUEUE = "scan"


def log_check_ask(*, fleet: Fleet, user: User) -> LogCheck:
    """Ask for a check of the fleet's whole log; a worker takes it up.

    Raises:
        ForbiddenError: unless the person may check the log.
        ConflictError: log_check_running, if one waits or runs.
    """
    person_require(user=user, fleet=fleet, action=Action.LOG_VERIFY)
    return _ask(fleet, user.get_username())


def log_checks_nightly() -> int:
    """Ask for a check of every fleet's log, and return of how many."""
    asked = 0
    for fleet in Fleet.objects.order_by("pk"):
        try:
            _ask(fleet, ACTOR)
        except ConflictError:
            continue
        asked += 1
    return asked


def log_checks_due() -> list[UUID]:
    """Give checks up whose worker was lost; return those that wait for one."""
    now = clock_now()
    for state in check_from(CheckMove.LOSE):
        patience, error = _LOSES[state]
        LogCheck.objects.filter(state=state.value, heard_at__lt=now - patience).update(
            state=check_to(CheckMove.LOSE).value, ended_at=now, error=error
        )
    waiting = LogCheck.objects.filter(state=CheckState.WAITING.value)
    return list(waiting.order_by("asked_at").values_list("pk", flat=True))


def log_check_run(*, check_id: UUID) -> LogCheck:
    """Run a check that was asked for and store what it found; running it twice changes nothing.

    Raises:
        Exception: whatever went wrong, once the check says so.
    """
    taken = [state.value for state in check_from(CheckMove.TAKE_UP)]
    running = LogCheck.objects.filter(pk=check_id, state__in=taken)
    now = clock_now()
    is_mine = running.update(state=check_to(CheckMove.TAKE_UP).value, heard_at=now)
    check = LogCheck.objects.select_related("fleet").get(pk=check_id)
    if not is_mine:
        return check
    try:
        _run(check)
    except Exception as error:
        _mine(check).update(
            state=check_to(CheckMove.LOSE).value,
            ended_at=clock_now(),
            error=f"{type(error).__name__}: {error}",
        )
        raise
    check.refresh_from_db()
    return check


def _ask(fleet: Fleet, actor: str) -> LogCheck:
    now = clock_now()
    with transaction.atomic():
        # Two that ask at once meet here.
        fleet = Fleet.objects.select_for_update(no_key=True).get(pk=fleet.pk)
        checks = LogCheck.objects.filter(fleet=fleet)
        running = checks.filter(state__in=[state.value for state in LIVE]).first()
        if running is not None:
            done = share_words(round(running.share, 2))
            raise ConflictError(
                f"Check {running.number} is under way: {done} done.",
                code="log_check_running",
            )
        newest = checks.aggregate(number=Max("number"))["number"] or 0
        check = LogCheck.objects.create(
            fleet=fleet,
            number=newest + 1,
            state=CheckState.WAITING.value,
            asked_by=actor,
            asked_at=now,
            heard_at=now,
        )
    transaction.on_commit(
        lambda: current_app.send_task("governance.log_check", (str(check.pk),), queue=QUEUE),
        # With the broker away the next beat hands it out.
        robust=True,
    )
    return check


def _run(check: LogCheck) -> None:
    pace = _Pace(check)
    run = LogRun(fleet_id=check.fleet_id, told=pace.told)
    kept: list[Finding] = []
    tally = Tally()
    for finding in run.findings():
        tally.take(finding)
        if len(kept) < KEPT:
            kept.append(finding)
    back = numbers_back()
    if back is not None and not tally.faults:
        # It read what was sealed, and cannot tell whether that is all there is.
        raise back
    _end(check, run, kept, tally)


@transaction.atomic
def _end(check: LogCheck, run: LogRun, kept: list[Finding], tally: Tally) -> None:
    now, last = clock_now(), run.reader.last
    is_mine = _mine(check).update(
        state=check_to(CheckMove.FINISH).value,
        share=1.0,
        heard_at=now,
        ended_at=now,
        counts=run.reader.rows,
        seals=run.reader.seals,
        upto=last.number if last else 0,
        seal=last.signature if last else "",
        findings=[each.plain() for each in kept],
        found=tally.faults,
        rows=tally.rows,
        kinds=sorted(kind.value for kind in tally.kinds),
    )
    if is_mine and tally.faults:
        # Told by its event and by health; no fault of the product, as an ERROR would be.
        logger.warning("fleet %s: %s", check.fleet.slug, kept[0].sentence)
        _publish(check, kept[0], tally.faults, now)


def _publish(check: LogCheck, first: Finding, found: int, now: datetime) -> None:
    events_publish(
        LogCheckFailed(
            fleet_id=check.fleet_id,
            actor=check.asked_by,
            log_check_id=check.pk,
            number=check.number,
            found=found,
            sentence=first.sentence,
        ),
        now=now,
    )


class _Pace:
    """Says how far a check is, at most once a second."""

    def __init__(self, check: LogCheck) -> None:
        self._check = check
        self._next_s = 0.0

    def told(self, share: float) -> None:
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + TELL_EVERY_S
        _mine(self._check).update(share=min(max(share, 0.0), 1.0), heard_at=clock_now())


def _mine(check: LogCheck) -> QuerySet[LogCheck]:
    return LogCheck.objects.filter(pk=check.pk, state=CheckState.RUNNING.value)
