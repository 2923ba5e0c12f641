"""Scans for collusion: asked for, due, run by a worker, their progress and what they found."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction
from django.db.models import Count

from governance.domain.collusion.fields import fields_weak, rows_unread
from governance.domain.collusion.scan import STAGES, scan
from governance.domain.collusion.states import ScanSlice, ScanState
from governance.domain.collusion.words import stage_phrase
from governance.domain.permissions import Action
from governance.domain.phrases import lost_words
from governance.models import CollusionScan, Fleet
from governance.models.collusion import WAITING
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import (
    scan_full,
    scan_newest,
    scan_running,
)
from governance.selectors.people import person_require
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.scanned import interactions_between, interactions_load
from governance.services.collusion_rings import ACTOR, found_store
from governance.services.vouching import late_words_weigh

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.domain.policy.collusion import CollusionPolicy

logger = logging.getLogger(__name__)

_RECENT = timedelta(hours=24)
# A scan that a worker took up and that says nothing for so long has lost it: stages take seconds.
LOST = timedelta(minutes=2)
# One that waits for a worker may have a night's work before it in the queue.
NOT_TAKEN_UP = timedelta(minutes=15)
# Reading takes about as long as everything after it.
_READING_SHARE = 0.5
_GROWN = 1.5


def scan_ask(*, fleet: Fleet, part: ScanSlice, actor: str) -> CollusionScan:
    """Store that a scan is to run and return it; a worker takes it up (`scan_run`).

    Raises:
        ConflictError: scan_running, if one runs already.
    """
    now = clock_now()
    version, policy = policy_in_force(fleet=fleet)
    # Counted before the lock, which every event of the fleet needs.
    since = _since(fleet, part, policy.collusion, now)
    with transaction.atomic():
        # Two that ask at once meet here.
        fleet = Fleet.objects.select_for_update(no_key=True).get(pk=fleet.pk)
        running = scan_running(fleet=fleet)
        if running is not None and not _has_lost(running, now):
            raise ConflictError(
                f"A scan runs already, {stage_phrase(running.stage)}:"
                f" {100 * running.share:.0f} % done.",
                code="scan_running",
            )
        return CollusionScan.objects.create(
            fleet=fleet,
            slice=part.value,
            since=since,
            until=now,
            asked_by=actor,
            policy=version,
            started_at=now,
            heard_at=now,
        )


def scan_start(*, fleet: Fleet, user: User) -> CollusionScan:
    """Ask for a scan of the whole window in a person's name, and let a worker take it up.

    Raises:
        ForbiddenError: unless the person may start scans.
        ConflictError: scan_running.
    """
    person_require(user=user, fleet=fleet, action=Action.COLLUSION_SCAN)
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor=user.get_username())
    transaction.on_commit(
        lambda: current_app.send_task("governance.collusion_scan", (str(asked.pk),), queue="scan"),
        # With the broker away the next beat finds it lost and asks again.
        robust=True,
    )
    return asked


def scans_due() -> list[UUID]:
    """Ask for the scans that are due, of each fleet at most one, and return them.

    Scans that lost their worker are ended first, so that nobody reads that they run.
    """
    now, asked = clock_now(), []
    for running in CollusionScan.objects.filter(state=ScanState.RUNNING.value):
        _has_lost(running, now)
    for fleet in Fleet.objects.filter(archived_at=None).exclude(policy=None):
        part = _due(fleet, policy_in_force(fleet=fleet)[1].collusion, now)
        if part is None:
            continue
        try:
            asked.append(scan_ask(fleet=fleet, part=part, actor=ACTOR).pk)
        except ConflictError:
            continue
    return asked


def scan_run(*, scan_id: UUID) -> CollusionScan:
    """Run a scan that was asked for and store what it found; running it twice changes nothing.

    Raises:
        Exception: whatever went wrong, once the scan says so.
    """
    # Whoever takes it from the waiting ones runs it, however often it is handed out.
    waiting = CollusionScan.objects.filter(pk=scan_id, stage=WAITING, state=ScanState.RUNNING.value)
    is_mine = waiting.update(stage="reading", heard_at=clock_now()) == 1
    running = CollusionScan.objects.select_related("fleet", "policy").get(pk=scan_id)
    if not is_mine:
        return running
    try:
        ended = _run(running)
    except Exception as error:
        _ended(running, ScanState.FAILED, clock_now(), error=f"{type(error).__name__}: {error}")
        raise
    if ended.state == ScanState.DONE:
        # What it found stands, whatever becomes of this; the next scan does it again.
        late_words_weigh(fleet=ended.fleet)
    return ended


def _run(running: CollusionScan) -> CollusionScan:
    policy = policy_of(running.policy).collusion
    fleet, since, until = running.fleet, running.since, running.until
    of = interactions_between(fleet=fleet, since=since, until=until).count()
    expected = min(of, policy.most_interactions)
    _tell(running, "reading", 0.0)

    def read(rows: int) -> None:
        _tell(running, "reading", _READING_SHARE * rows / max(1, expected))

    def began(stage: str) -> None:
        done = STAGES.index(stage) / len(STAGES)
        _tell(running, stage, _READING_SHARE + (1.0 - _READING_SHARE) * done)

    loaded = interactions_load(
        fleet=fleet, since=since, until=until, oldest_left=of - expected, told=read
    )
    found = scan(loaded.work, policy, told=began)
    now = clock_now()
    with transaction.atomic():
        # Held until the end, so that it is not taken for lost while it waits for the members.
        if not _running(running).select_for_update(no_key=True).exists():
            # It was silent for so long that it was; another one may have run since.
            running.refresh_from_db()
            return running
        running.interactions, running.agents = len(loaded.work), loaded.work.agents
        running.gaps = fields_weak(loaded.work)
        if of > expected:
            # What follows from the scan, fines too, follows from what it read.
            running.since = datetime.fromtimestamp(float(loaded.work.at_s[0]), UTC)
            running.gaps.insert(0, rows_unread(expected, of, running.since))
        found_store(scan=running, found=found, loaded=loaded, now=now)
        _ended(running, ScanState.DONE, now)
    logger.info(
        "scan %s of %s: %d interactions of %d agents, %s",
        running.slice,
        fleet.slug,
        running.interactions,
        running.agents,
        "; ".join(running.changed) or "nothing new",
    )
    return running


def _running(scan: CollusionScan) -> QuerySet[CollusionScan]:
    return CollusionScan.objects.filter(pk=scan.pk, state=ScanState.RUNNING.value)


@transaction.atomic
def _has_lost(running: CollusionScan, now: datetime) -> bool:
    """Return whether a running scan has lost its worker, and end it if so."""
    is_taken_up = running.stage != WAITING
    if now - running.heard_at < (LOST if is_taken_up else NOT_TAKEN_UP):
        return False
    # Without waiting: the caller may have the fleet in hand, and whoever holds the scan wants it.
    silent = _running(running).filter(heard_at=running.heard_at)
    if not silent.select_for_update(skip_locked=True, no_key=True).exists():
        return False
    doing = f"at {running.stage}" if is_taken_up else ""
    error = lost_words(running.heard_at, doing=doing, share=running.share)
    _ended(running, ScanState.FAILED, now, error=error)
    return True


def _tell(running: CollusionScan, stage: str, share: float) -> None:
    running.stage, running.share, running.heard_at = stage, share, clock_now()
    running.save(update_fields=["stage", "share", "heard_at"])
    logger.info("scan of %s: %s, %.0f %%", running.fleet.slug, stage, 100.0 * share)


def _ended(running: CollusionScan, state: ScanState, now: datetime, *, error: str = "") -> None:
    running.state, running.ended_at, running.error = state.value, now, error
    if state is ScanState.DONE:
        running.stage, running.share = "done", 1.0
        running.save()
        return
    # What a scan that failed had found was not stored either.
    running.save(update_fields=["state", "ended_at", "error"])


def _due(fleet: Fleet, policy: CollusionPolicy, now: datetime) -> ScanSlice | None:
    """Return which scan is due, the whole window before the latest day.

    Where much has come since the whole window was scanned, as when a history is loaded, it is
    scanned again instead of the latest day.
    """
    full = scan_full(fleet=fleet)
    newest = scan_newest(fleet=fleet)
    pause = timedelta(minutes=policy.recent_every_min)
    if newest is not None and now - newest.started_at < pause:
        # One that failed is not tried at once again.
        return None
    if full is None or now - full.started_at >= timedelta(hours=policy.full_every_h):
        return ScanSlice.FULL
    total = interactions_between(fleet=fleet, since=full.since, until=now).count()
    return ScanSlice.FULL if total > _GROWN * full.interactions else ScanSlice.RECENT


def _since(fleet: Fleet, part: ScanSlice, policy: CollusionPolicy, now: datetime) -> datetime:
    """Return from when on a scan reads; quiet fleets take a longer window."""
    if part is ScanSlice.RECENT:
        return now - _RECENT
    usual = now - timedelta(days=policy.window_days)
    counted = interactions_between(fleet=fleet, since=usual, until=now).aggregate(
        rows=Count("id"), agents=Count("initiator", distinct=True)
    )
    is_quiet = counted["rows"] < policy.quiet_interactions * counted["agents"]
    return now - timedelta(days=policy.quiet_days) if is_quiet else usual
