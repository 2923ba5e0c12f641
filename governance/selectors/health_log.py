"""What the last checks of the fleets' logs found; `governance.domain.health` judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.health import PartState, Reading
from governance.domain.log.findings import faults_words
from governance.domain.log.states import CheckState
from governance.domain.phrases import count_words
from governance.models import Fleet, LogCheck

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID


def log_check_read(now: datetime) -> Reading:
    """Return what the newest check of each fleet's log found.

    The lag is the age of the oldest of them; a fleet that was never checked is as old as itself.
    """
    fleets = list(Fleet.objects.order_by("slug"))
    done, ended = _newest(CheckState.DONE), _newest(CheckState.DONE, CheckState.FAILED)
    ends = [_checked_at(done.get(fleet.pk)) or fleet.created_at for fleet in fleets]
    lag_s = max(0.0, (now - min(ends, default=now)).total_seconds())
    changed = [fleet for fleet in fleets if fleet.pk in done and done[fleet.pk].found]
    if changed:
        return _changed(changed, done, lag_s)
    lost = [
        (fleet.slug, ended[fleet.pk].error)
        for fleet in fleets
        if fleet.pk in ended and ended[fleet.pk].state == CheckState.FAILED
    ]
    return Reading(
        key="log-check",
        said=_said(len(done), len(fleets)),
        lag_s=lag_s,
        error=": ".join(lost[0]) if lost else None,
        short=bool(lost),
        read_as=None if done else PartState.NOT_YET,
        fleets=tuple(slug for slug, _ in lost),
    )


def _newest(*states: CheckState) -> Mapping[UUID, LogCheck]:
    named = [state.value for state in states]
    rows = LogCheck.objects.filter(state__in=named).order_by("fleet", "-number")
    return {row.fleet_id: row for row in rows.distinct("fleet")}


def _checked_at(check: LogCheck | None) -> datetime | None:
    return None if check is None else check.ended_at


def _changed(fleets: Sequence[Fleet], done: Mapping[UUID, LogCheck], lag_s: float) -> Reading:
    checks = [(fleet.slug, done[fleet.pk]) for fleet in fleets]
    said = [
        f"{slug}: check {check.number} of {check.ended_at:%Y-%m-%d %H:%M} UTC found"
        f" {faults_words(check.found, check.rows)}."
        for slug, check in checks
    ]
    slug, first = checks[0]
    return Reading(
        key="log-check",
        said=" ".join(said),
        lag_s=lag_s,
        error=f"{slug}: {first.findings[0]['sentence']}",
        read_as=PartState.FAULT,
        fleets=tuple(fleet.slug for fleet in fleets),
    )


def _said(checked: int, fleets: int) -> str:
    if not fleets:
        return "There is no fleet yet."
    if not checked:
        return "No log was checked yet."
    if checked < fleets:
        return f"{checked} of {count_words(fleets, 'log')} were checked; nothing was changed."
    return f"{count_words(checked, 'log')} checked: nothing was changed."
