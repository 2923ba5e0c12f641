"""Backtests of a fleet: where one is asked for, how far it is, what was found, the earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.backtest import (
    AskForm,
    BacktestLine,
    BacktestPage,
    BacktestsPage,
    BesideCard,
    WindowChoice,
)
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.pages.backtest_figures import bounds_card, key_figures
from dashboard.pages.backtest_job import (
    JOB_MARKS,
    backtest_url,
    by_words,
    cut_words,
    ended_words,
    is_alive,
    job_card,
    record_words,
    settings_words,
    stale_words,
    window_words,
)
from dashboard.pages.backtest_report import report_card, report_of
from dashboard.pages.names import names_of
from dashboard.pages.trials import trial_form, trial_in_the_way, trial_lines, trial_short
from governance.domain.backtest.jobs import KEPT, WINDOW_DAYS, WINDOWS_DAYS, JobState
from governance.domain.backtest.words import figure_words
from governance.domain.permissions import Action, why_not
from governance.domain.policy.changes import policy_changes
from governance.selectors.backtests import (
    backtest_get,
    backtest_newest,
    backtest_running,
    backtests_listed,
    record_begins,
)
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import draft_open, draft_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from dashboard.pages.controls import Seat
    from dashboard.pages.trials import TrialTyped
    from governance.domain.policy import Policy
    from governance.models import Backtest

AGAIN = "run it again"
RUNS_ALREADY = "A backtest runs already: wait for it, or cancel it."


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTyped:
    """What a person had entered in the form, and why it was not recorded."""

    days: str = ""
    since: str = ""
    until: str = ""
    problem: str = ""
    wrong: str = ""


NOTHING_TYPED = WindowTyped()


def backtests_page(
    seat: Seat, *, typed: WindowTyped = NOTHING_TYPED, trial: TrialTyped | None = None
) -> BacktestsPage:
    """Return the list of a fleet with its forms; the fleet was read before it.

    Args:
        seat: who looks.
        typed: what came back from the form of a backtest that was not recorded.
        trial: the same of the form of a trial.
    """
    fleet, draft = seat.fleet, draft_value(fleet=seat.fleet)
    listed = backtests_listed(fleet=fleet)
    running = next((each for each in listed if is_alive(each)), None)
    names = names_of(by for each in listed for by in (each.asked_by, each.cancelled_by))
    return BacktestsPage(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-backtests-parts", kwargs={"fleet": fleet.slug}),
        policy_url=_policy_url(seat),
        is_busy=running is not None,
        summary=_summary(seat, draft),
        ask=_ask_form(seat, draft, typed, is_busy=running is not None),
        trial_form=None if trial_in_the_way(seat) else trial_form(seat, draft, trial),
        job=job_card(running, seat),
        lines=tuple(_line(each, seat, names) for each in listed if not is_alive(each)),
        trials=trial_lines(seat),
    )


def _policy_url(seat: Seat) -> str:
    return reverse("fleet-policy", kwargs={"fleet": seat.fleet.slug})


def _summary(seat: Seat, draft: Policy | None) -> str:
    version, in_force = policy_in_force(fleet=seat.fleet)
    changes = len(policy_changes(in_force, draft)) if draft else 0
    if not changes:
        return f"Policy {version.number} is in force. No draft differs from it."
    return (
        f"A draft on top of policy {version.number} changes {plural(changes, 'setting')} and is not"
        " in force."
    )


def draft_missing(seat: Seat, draft: Policy | None) -> str:
    """Return that there is nothing to try; empty where there is."""
    version, in_force = policy_in_force(fleet=seat.fleet)
    if draft is not None and policy_changes(in_force, draft):
        return ""
    if draft is None and draft_open(fleet=seat.fleet) is not None:
        return "The draft cannot come into force as it is: mend it first."
    return f"There is no draft that differs from policy {version.number}: change a field first."


def _ask_form(seat: Seat, draft: Policy | None, typed: WindowTyped, *, is_busy: bool) -> AskForm:
    first = record_begins(fleet=seat.fleet)
    chosen = typed.days or ("" if typed.since else str(WINDOW_DAYS))
    return AskForm(
        url=reverse("fleet-backtest-ask", kwargs={"fleet": seat.fleet.slug}),
        windows=tuple(
            WindowChoice(value=days, label=f"Last {days} days", is_chosen=chosen == str(days))
            for days in WINDOWS_DAYS
        ),
        since=typed.since,
        until=typed.until,
        holds=(
            f"The record begins on {day_time(first)} UTC; nothing before it can be decided again."
            if first
            else "Nothing is recorded yet."
        ),
        idempotency_key=str(uuid4()),
        draft=draft_missing(seat, draft),
        draft_url=_policy_url(seat),
        why_not=why_not(seat.role, Action.POLICY_CHANGE) or (RUNS_ALREADY if is_busy else ""),
        problem=typed.problem,
        wrong=typed.wrong,
    )


def _line(found: Backtest, seat: Seat, names: Mapping[str, str]) -> BacktestLine:
    return BacktestLine(
        url=backtest_url(found, seat.fleet.slug),
        mark=JOB_MARKS[JobState(found.state)],
        at=found.asked_at,
        by=by_words(found.asked_by, names),
        window=f"{window_words(found)}, {record_words(found)}",
        settings=f"Policy {found.base.number}, {settings_words(found.values)}",
        told=ended_words(found, seat, names),
    )


def backtest_page(backtest_id: UUID, seat: Seat) -> BacktestPage:
    """Return one backtest, whatever has become of it; the fleet was read before it.

    Raises:
        MissingError: backtest_unknown.
    """
    found = backtest_get(fleet=seat.fleet, backtest_id=backtest_id)
    report, names = report_of(found), names_of([found.asked_by, found.cancelled_by])
    place = {"fleet": seat.fleet.slug, "backtest_id": found.pk}
    return BacktestPage(
        id=str(found.pk),
        fleet_name=seat.fleet.name,
        fleet_slug=seat.fleet.slug,
        seq=seat.fleet.event_seq,
        parts_url=reverse("backtest-parts", kwargs=place),
        list_url=reverse("fleet-backtests", kwargs={"fleet": seat.fleet.slug}),
        is_busy=is_alive(found),
        title=f"Policy {found.base.number} and a draft, on {window_words(found)}",
        told=" ".join(filter(None, (ended_words(found, seat, names), cut_words(found)))),
        stale=stale_words(found.base, found.body, draft_value(fleet=seat.fleet), ended_as=AGAIN),
        error=found.error,
        job=job_card(found, seat),
        report=None if report is None else report_card(report, found, seat.fleet),
    )


def beside_card(seat: Seat) -> BesideCard:
    """Return the fleet's last backtest in short, for the rail of the policy editor."""
    fleet = seat.fleet
    running, newest = backtest_running(fleet=fleet), backtest_newest(fleet=fleet)
    report = None if newest is None else report_of(newest)
    words = None if report is None else figure_words(report.whole)
    trial, trial_url = trial_short(seat)
    place = {"fleet": fleet.slug}
    return BesideCard(
        url=backtest_url(newest, fleet.slug) if newest and report else "",
        ask_url=reverse("fleet-backtests", kwargs=place),
        is_busy=running is not None,
        job=job_card(running, seat),
        told="" if newest is None else f"{window_words(newest)}, {record_words(newest)}",
        stale=(
            ()
            if newest is None
            else stale_words(newest.base, newest.body, draft_value(fleet=fleet), ended_as=AGAIN)
        ),
        figures=() if report is None else key_figures(report),
        bounds=None if report is None else bounds_card(report.whole),
        estimate=_first(words.estimate) if words else "",
        unknown=" ".join(words.unknown) if words else "",
        trial=trial,
        trial_url=trial_url,
    )


def _first(sentences: Sequence[str]) -> str:
    return sentences[0] if sentences else ""


KEPT_WORDS = f"The last {KEPT} are kept."
