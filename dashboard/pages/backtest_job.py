"""A backtest as a job: how far it is, whose it is, how it ended, and what has changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.backtest import JobCard
from dashboard.display.durations import day_time, moment_time, span_text
from dashboard.display.figures import plural
from dashboard.display.policy_titles import title_of
from dashboard.display.wording import Mark
from dashboard.pages.names import actor_words, names_of
from governance.domain.backtest.jobs import ALIVE, JobStage, JobState, seconds_left
from governance.domain.backtest.words_facts import period_words
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import duration_words
from governance.selectors.backtests import version_after
from governance.selectors.policies import policy_of
from governance.services.backtests import values_moved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dashboard.pages.controls import Seat
    from governance.domain.policy import Policy
    from governance.models import Backtest, PolicyTrial, PolicyVersion

# It tells each second how far it is, but for the time in which it reads the first row.
SILENT_S = 20.0
JOB_MARKS: Mapping[JobState, Mark] = {
    JobState.WAITING: Mark("Waits", "clock", "line"),
    JobState.RUNNING: Mark("Runs", "half", "line"),
    JobState.DONE: Mark("Done", "check", "good"),
    JobState.FAILED: Mark("Failed", "warn", "bad"),
    JobState.CANCELLED: Mark("Cancelled", "minus"),
}
_SWEEPER = "sweeper"


def backtest_url(found: Backtest, fleet: str) -> str:
    """Return where one backtest is."""
    return reverse("backtest", kwargs={"fleet": fleet, "backtest_id": found.pk})


def is_alive(found: Backtest | None) -> bool:
    """Return whether a backtest waits or runs."""
    return found is not None and JobState(found.state) in ALIVE


def job_card(found: Backtest | None, seat: Seat) -> JobCard | None:
    """Return how far a backtest is; None where it has ended."""
    if found is None or not is_alive(found):
        return None
    elapsed_s = (seat.now - (found.started_at or found.asked_at)).total_seconds()
    left_s = seconds_left(found.share, elapsed_s) if found.started_at else None
    silent_s = (seat.now - found.heard_at).total_seconds()
    quiet = found.started_at is None or found.stage == JobStage.READING
    is_silent = not quiet and silent_s >= SILENT_S
    return JobCard(
        url=backtest_url(found, seat.fleet.slug),
        title=f"{window_words(found)}, {record_words(found)}",
        by=by_words(found.asked_by, names_of([found.asked_by])),
        stage=found.stage,
        share=found.share,
        elapsed=span_text(elapsed_s),
        left="" if left_s is None else f"about {span_text(left_s)} left",
        silent=(
            f"Nothing was heard of it for {duration_words(silent_s)}: its worker may be lost."
            if is_silent
            else ""
        ),
        cancel_url=reverse(
            "backtest-cancel", kwargs={"fleet": seat.fleet.slug, "backtest_id": found.pk}
        ),
        idempotency_key=str(uuid4()),
        why_not=why_not(seat.role, Action.POLICY_CHANGE),
    )


def by_words(actor: str, names: Mapping[str, str]) -> str:
    """Return who asked, as people read it; ``names`` are those of `names_of`."""
    return "each hour, by itself" if actor == _SWEEPER else actor_words(actor, names)


def window_words(found: Backtest) -> str:
    """Return the window of a backtest: how long, from when to when."""
    # As the report says it, so that both round alike.
    long = period_words((found.until - found.since) / timedelta(days=1))
    return f"{long}, {day_time(found.since)} to {day_time(found.until)} UTC"


def cut_words(found: Backtest) -> str:
    """Return that the record begins later than was asked for; empty where it does not."""
    if found.since <= found.wanted_since:
        return ""
    wanted = span_text((found.until - found.wanted_since).total_seconds())
    return f"Asked for {wanted}: the record begins on {day_time(found.since)} UTC."


def record_words(found: Backtest) -> str:
    """Return how much of the record lies in the window."""
    return f"{plural(found.decisions, 'decision')}, {plural(found.outcomes, 'outcome')}"


def settings_words(values: Mapping[str, Any]) -> str:
    """Return which settings the draft changed, in short."""
    first = next(iter(values), "")
    if len(values) == 1:
        return f"{title_of(first)} = {_value(values[first])}"
    return f"{title_of(first)} and {plural(len(values) - 1, 'other')}" if values else "no setting"


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def ended_words(found: Backtest, seat: Seat, names: Mapping[str, str]) -> str:
    """Return what became of a backtest, in one sentence."""
    by = by_words(found.asked_by, names)
    asked = f"Asked for by {by}" if found.asked_by != _SWEEPER else "Compared each hour"
    if found.ended_at is None:
        return f"{asked} at {moment_time(found.asked_at, now=seat.now)} UTC."
    at = f"{moment_time(found.ended_at, now=seat.now)} UTC"
    if found.state == JobState.CANCELLED:
        stopped = by_words(found.cancelled_by, names)
        return f"{asked}. Cancelled by {stopped} at {at}: nothing was stored."
    if found.state == JobState.FAILED:
        return f"{asked}. Failed at {at}."
    took_s = (found.ended_at - (found.started_at or found.asked_at)).total_seconds()
    took = "within a second" if took_s < 1.0 else f"after {span_text(took_s)}"
    return f"{asked}. Done at {at}, {took}."


def stale_words(
    base: PolicyVersion, body: Any, draft: Policy | None, *, ended_as: str = ""
) -> tuple[str, ...]:
    """Return what has changed since a draft was tried, one sentence each; empty where nothing has.

    Args:
        base: the version it was compared with.
        body: the draft as it was tried.
        draft: what the open draft says now, None where none is open.
        ended_as: what to do about it, `run it again` or nothing.
    """
    replaced, told = version_after(base), []
    again = f": {ended_as}" if ended_as else ""
    if replaced is not None:
        says = " and says what was tried" if values_moved(body, policy_of(replaced)) == 0 else ""
        told.append(f"Policy {replaced.number} came into force since{says}{'' if says else again}.")
    moved = values_moved(body, draft)
    if moved:
        told.append(f"{plural(moved, 'field')} of the draft changed since{again}.")
    elif draft is None and replaced is None:
        told.append("The draft that was tried is open no longer.")
    return tuple(told)


def tried_before(version: PolicyVersion, trials: Sequence[PolicyTrial]) -> tuple[str, ...]:
    """Return how long a version was tried as a draft before it came into force; empty if never."""
    found = [
        trial
        for trial in trials
        if trial.started_at < version.created_at and trial.body == version.body
    ]
    if not found:
        return ()
    tried_s = sum(
        (min(trial.ended_at or trial.until, version.created_at) - trial.started_at).total_seconds()
        for trial in found
    )
    return (f"Tried for {span_text(tried_s)} before.",)
