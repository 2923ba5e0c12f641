"""Trials of draft policies: where one is started, how it goes, what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.backtest import TrialForm, TrialLine, TrialPage
from dashboard.display.durations import day_time, span_text
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.backtest_job import (
    backtest_url,
    by_words,
    is_alive,
    job_card,
    stale_words,
    window_words,
)
from dashboard.pages.backtest_report import report_card, report_of
from dashboard.pages.names import names_of
from dashboard.pages.policies import setting_line
from governance.domain.backtest.trials import DAYS, DAYS_MOST, TrialState
from governance.domain.permissions import Action, why_not
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.plain import policy_from_stored
from governance.selectors.backtests import (
    trial_get,
    trial_run_done,
    trial_run_newest,
    trial_running,
    trials_listed,
    version_after,
)
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.policy_drafts import draft_value
from governance.services.backtests import values_moved

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from dashboard.pages.controls import Seat
    from governance.domain.policy import Policy
    from governance.models import Backtest, PolicyTrial, PolicyVersion

_DIGITS = 4
_MARKS = {
    TrialState.RUNNING: Mark("Runs", "half", "line"),
    TrialState.OVER: Mark("Over", "check", "good"),
    TrialState.STOPPED: Mark("Ended early", "minus"),
    TrialState.REPLACED: Mark("Ended by another policy", "minus"),
}
_STILL = Mark("Stands still", "pause", "amber")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTyped:
    """What a person had entered in a form of trials, and why it was not recorded."""

    days: str = ""
    reason: str = ""
    problem: str = ""
    wrong: str = ""


NOTHING_TYPED = TrialTyped()


def trial_url(trial: PolicyTrial, fleet: str) -> str:
    """Return where one trial is."""
    return reverse("trial", kwargs={"fleet": fleet, "trial_id": trial.pk})


def trial_form(seat: Seat, draft: Policy | None, typed: TrialTyped | None) -> TrialForm:
    """Return where a trial is started; disabled with the reason where it cannot be."""
    typed = typed or NOTHING_TYPED
    version, in_force = policy_in_force(fleet=seat.fleet)
    has_draft = draft is not None and bool(policy_changes(in_force, draft))
    return TrialForm(
        url=reverse("fleet-trial-start", kwargs={"fleet": seat.fleet.slug}),
        days=_days(typed.days),
        days_most=DAYS_MOST,
        typed_reason=typed.reason,
        idempotency_key=str(uuid4()),
        why_not=why_not(seat.role, Action.POLICY_CHANGE)
        or ("" if has_draft else f"No draft differs from policy {version.number}."),
        problem=typed.problem,
        wrong=typed.wrong,
    )


def _days(typed: str) -> int:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS
    return int(typed) if is_number else DAYS


def trial_lines(seat: Seat) -> tuple[TrialLine, ...]:
    """Return the fleet's trials, the newest first."""
    listed = trials_listed(fleet=seat.fleet)
    names = names_of(trial.started_by for trial in listed)
    return tuple(
        TrialLine(
            url=trial_url(trial, seat.fleet.slug),
            mark=_mark(trial),
            at=trial.started_at,
            by=by_words(trial.started_by, names),
            told=_told(trial, seat.now),
            reason=trial.reason,
        )
        for trial in listed
    )


def trial_short(seat: Seat) -> tuple[str, str]:
    """Return what the running trial comes to in one sentence with its page; empty without one."""
    trial = trial_running(fleet=seat.fleet)
    if trial is None:
        return "", ""
    how = "stands still" if _replaced(trial) else "runs"
    return f"A trial {how}: {_told(trial, seat.now)}", trial_url(trial, seat.fleet.slug)


def trial_in_the_way(seat: Seat) -> bool:
    """Return whether a trial runs that would have to be ended before another."""
    trial = trial_running(fleet=seat.fleet)
    return trial is not None and _replaced(trial) is None


def _replaced(trial: PolicyTrial) -> PolicyVersion | None:
    """Return what came into force over a trial that has not been ended yet; None otherwise."""
    return version_after(trial.base) if trial.state == TrialState.RUNNING else None


def _mark(trial: PolicyTrial) -> Mark:
    return _STILL if _replaced(trial) else _MARKS[TrialState(trial.state)]


def _told(trial: PolicyTrial, now: datetime) -> str:
    about = f"{_changes(trial)} beside policy {trial.base.number}"
    replaced = _replaced(trial)
    if replaced is not None:
        return f"{about}, since {day_time(replaced.created_at)} UTC policy {replaced.number}."
    if trial.state == TrialState.RUNNING:
        return f"{about}, {_left(trial, now)}."
    long = span_text(((trial.ended_at or trial.until) - trial.started_at).total_seconds())
    return f"{about}, tried for {long}."


def _changes(trial: PolicyTrial) -> str:
    return plural(trial.changes, "changed setting")


def _left(trial: PolicyTrial, now: datetime) -> str:
    left_s = (trial.until - now).total_seconds()
    return f"{span_text(left_s)} left" if left_s > 0 else "about to end"


def trial_page(trial_id: UUID, seat: Seat, *, typed: TrialTyped = NOTHING_TYPED) -> TrialPage:
    """Return one trial with its latest report; the fleet was read before it.

    Raises:
        MissingError: trial_unknown.
    """
    fleet = seat.fleet
    trial = trial_get(fleet=fleet, trial_id=trial_id)
    draft, base = draft_value(fleet=fleet), policy_of(trial.base)
    newest, done = trial_run_newest(trial=trial), trial_run_done(trial=trial)
    report = None if done is None else report_of(done)
    is_running, changes = trial.state == TrialState.RUNNING, _changes(trial)
    place = {"fleet": fleet.slug, "trial_id": trial.pk}
    here = {"fleet": fleet.slug}
    return TrialPage(
        id=str(trial.pk),
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("trial-parts", kwargs=place),
        list_url=reverse("fleet-backtests", kwargs=here),
        policy_url=reverse("fleet-policy", kwargs=here),
        is_busy=is_alive(newest),
        mark=_mark(trial),
        title=f"Trial of {changes} beside policy {trial.base.number}",
        told=_history(trial),
        left=_left(trial, seat.now) if is_running and not _replaced(trial) else "",
        reason=trial.reason,
        end_reason=trial.end_reason if trial.state == TrialState.STOPPED else "",
        stale=stale_words(trial.base, trial.body, draft),
        publish=_publish(trial, draft),
        settings=tuple(
            setting_line(fleet, change)
            for change in policy_changes(base, policy_from_stored(trial.body))
        ),
        job=job_card(newest, seat),
        compared=_compared(done, newest, is_running=is_running),
        compared_url=backtest_url(done, fleet.slug) if done else "",
        report=None if report is None or done is None else report_card(report, done, fleet),
        is_running=is_running,
        compare_url=reverse("trial-compare", kwargs=place),
        end_url=reverse("trial-end", kwargs=place),
        idempotency_key=str(uuid4()),
        why_not=why_not(seat.role, Action.POLICY_CHANGE),
        typed_reason=typed.reason,
        problem=typed.problem,
    )


def _history(trial: PolicyTrial) -> str:
    names = names_of([trial.started_by, trial.ended_by])
    began = f"Started {day_time(trial.started_at)} UTC by {by_words(trial.started_by, names)}"
    replaced = _replaced(trial)
    if replaced is not None:
        return (
            f"{began}. It stands still since {day_time(replaced.created_at)} UTC, when policy"
            f" {replaced.number} came into force, and ends by itself within a minute."
        )
    if trial.ended_at is None:
        return f"{began}, until {day_time(trial.until)} UTC. Policy {trial.base.number} decides."
    by = f" by {by_words(trial.ended_by, names)}" if trial.state == TrialState.STOPPED else ""
    if trial.state == TrialState.REPLACED:
        by = f". {trial.end_reason}".removesuffix(".")
    return f"{began}, ended {day_time(trial.ended_at)} UTC{by}."


def _publish(trial: PolicyTrial, draft: Policy | None) -> str:
    moved = values_moved(trial.body, draft)
    if moved is None:
        return "The draft it tried is open no longer."
    if moved:
        return f"The open draft differs from what was tried in {plural(moved, 'field')}."
    return "The open draft says exactly what is tried here."


def _compared(done: Backtest | None, newest: Backtest | None, *, is_running: bool) -> str:
    if done is not None:
        return f"Compared over {window_words(done)}."
    if newest is not None and newest.error:
        return f"The comparison failed: {newest.error}"
    if is_running:
        return "Not compared yet: it is each hour, and when you ask."
    return "Nothing was decided or reported while it ran."
