"""Backtests and trials as stored, and how much of a record there is to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Exists, Min, OuterRef, Q

from governance.domain.backtest.jobs import ALIVE, KEPT, JobState
from governance.domain.backtest.trials import TrialState
from governance.models import (
    Agent,
    Backtest,
    Decision,
    Outcome,
    PolicyTrial,
    PolicyVersion,
    Task,
)
from governance.refusals import MissingError
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

_ALIVE = [each.value for each in ALIVE]


def backtests_alive() -> QuerySet[Backtest]:
    """Return those that wait for a worker or have one, of every fleet and trial."""
    return Backtest.objects.filter(state__in=_ALIVE)


def backtest_get(*, fleet: Fleet, backtest_id: UUID) -> Backtest:
    """Return one of a fleet's backtests with its policy.

    Raises:
        MissingError: if the fleet has, or keeps, none by that id.
    """
    rows = Backtest.objects.select_related("base", "trial", "fleet")
    found = rows.filter(fleet=fleet, pk=backtest_id).first()
    if found is None:
        raise MissingError(
            f"There is no such backtest in this fleet; the last {KEPT} are kept.",
            code="backtest_unknown",
            field="backtest",
            value=str(backtest_id),
        )
    return found


def backtest_running(*, fleet: Fleet) -> Backtest | None:
    """Return the one that waits or runs, not of a trial; None where none does."""
    return backtests_alive().filter(fleet=fleet, trial=None).select_related("base").first()


def backtest_newest(*, fleet: Fleet) -> Backtest | None:
    """Return the newest that has a report, not of a trial; None where none has."""
    done = Backtest.objects.filter(fleet=fleet, trial=None, state=JobState.DONE.value)
    return done.select_related("base").order_by("-asked_at").first()


def backtests_listed(*, fleet: Fleet) -> list[Backtest]:
    """Return what is kept of a fleet, the newest first, without the trials' own and reports."""
    rows = Backtest.objects.filter(fleet=fleet, trial=None).select_related("base")
    return list(rows.defer("report", "body").order_by("-asked_at")[: KEPT + 1])


def backtest_tries(
    *, fleet: Fleet, values: Mapping[str, Any], since: datetime, until: datetime
) -> int:
    """Return how many different drafts were tried on windows that overlap one, this one included.

    Only those whose report somebody could read count: on the others nobody can have chosen.
    """
    tried = Backtest.objects.filter(
        fleet=fleet, trial=None, state=JobState.DONE.value, since__lt=until, until__gt=since
    ).values_list("values", flat=True)
    return len({json.dumps(each, sort_keys=True) for each in (*tried, dict(values))})


def record_begins(*, fleet: Fleet) -> datetime | None:
    """Return when the first decision or outcome that is kept came; None where there is neither."""
    asked = Decision.objects.filter(fleet=fleet).aggregate(at=Min("created_at"))["at"]
    told = Outcome.objects.filter(fleet=fleet).aggregate(at=Min("received_at"))["at"]
    return min((at for at in (asked, told) if at is not None), default=None)


def record_counts(*, fleet: Fleet, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many tasks were decided on, and outcomes received, from one time to another.

    A task that is decided again before it starts counts once, as a backtest takes it.
    """
    decisions = Decision.objects.filter(
        fleet=fleet, moment="submit", created_at__gte=since, created_at__lt=until
    )
    outcomes = Outcome.objects.filter(fleet=fleet, received_at__gte=since, received_at__lt=until)
    return decisions.count(), outcomes.count()


def version_after(base: PolicyVersion) -> PolicyVersion | None:
    """Return the version that came into force next after one; None while that is in force."""
    later = PolicyVersion.objects.filter(fleet_id=base.fleet_id, number__gt=base.number)
    return later.order_by("number").first()


def trial_get(*, fleet: Fleet, trial_id: UUID) -> PolicyTrial:
    """Return one of a fleet's trials with the policy that it compares with.

    Raises:
        MissingError: if the fleet has none by that id.
    """
    found = (
        PolicyTrial.objects.select_related("base", "fleet").filter(fleet=fleet, pk=trial_id).first()
    )
    if found is None:
        raise MissingError(
            "There is no such trial in this fleet.",
            code="trial_unknown",
            field="trial",
            value=str(trial_id),
        )
    return found


def trial_running(*, fleet: Fleet) -> PolicyTrial | None:
    """Return the trial that runs; None where none does."""
    running = PolicyTrial.objects.filter(fleet=fleet, state=TrialState.RUNNING.value)
    return running.select_related("base").first()


def trials_due(*, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the trials to be compared or ended, each with its fleet: by time or a new policy."""
    later = PolicyVersion.objects.filter(
        fleet_id=OuterRef("fleet_id"), number__gt=OuterRef("base__number")
    )
    running = PolicyTrial.objects.filter(state=TrialState.RUNNING.value)
    due = running.filter(Q(next_at__lte=now) | Exists(later))
    return list(due.values_list("pk", "fleet_id"))


def trials_listed(*, fleet: Fleet, most: int = KEPT) -> list[PolicyTrial]:
    """Return the fleet's trials, the newest first."""
    rows = PolicyTrial.objects.filter(fleet=fleet).select_related("base")
    return list(rows.defer("body").order_by("-started_at")[:most])


def trials_kept(*, fleet: Fleet, most: int = KEPT) -> list[PolicyTrial]:
    """Return the fleet's trials with what each tried, the newest first."""
    return list(PolicyTrial.objects.filter(fleet=fleet).order_by("-started_at")[:most])


def trial_run_done(*, trial: PolicyTrial) -> Backtest | None:
    """Return the latest comparison of a trial that has a report; None where none has yet."""
    done = trial.runs.filter(state=JobState.DONE.value).select_related("base")
    return done.order_by("-asked_at").first()


def trial_run_newest(*, trial: PolicyTrial) -> Backtest | None:
    """Return the latest comparison of a trial, whatever became of it; None where none began."""
    return trial.runs.defer("report", "body").order_by("-asked_at").first()


def agents_called(*, fleet: Fleet, agent_ids: Collection[str]) -> dict[str, str]:
    """Return the names of a fleet's agents by id as text; those that are gone are left out."""
    agents = Agent.objects.filter(fleet=fleet, pk__in=agent_ids)
    return {str(pk): name for pk, name in agents.values_list("pk", "name")}


def owners_called(*, owner_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by id as text."""
    people = get_user_model().objects.filter(pk__in=owner_ids)
    return {str(person.pk): person_name(person) for person in people}


def tasks_called(*, fleet: Fleet, task_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the titles of a fleet's tasks by id."""
    return dict(Task.objects.filter(fleet=fleet, pk__in=task_ids).values_list("pk", "title"))
