"""``/api/v1/fleet/backtests`` and ``fleet/trials``: everybody reads, admins ask, stop and start."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.api.answers import answer
from governance.api.callers import permission_require, person_required
from governance.api.endpoints import ApiView
from governance.domain.backtest.jobs import WINDOW_DAYS
from governance.domain.permissions import Action
from governance.domain.policy.plain import policy_from_stored
from governance.domain.types import Scope
from governance.refusals import InvalidFieldError
from governance.selectors.backtests import (
    backtest_get,
    backtests_listed,
    trial_get,
    trial_run_done,
    trials_listed,
    version_after,
)
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of
from governance.selectors.policy_drafts import draft_value
from governance.services.backtests import (
    backtest_ask,
    backtest_cancel,
    values_differing,
    values_moved,
)
from governance.services.schemas import ReasonBody
from governance.services.schemas_backtests import BacktestBody, TrialBody
from governance.services.trials import trial_compare, trial_start, trial_stop

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.api.shown_backtests import BacktestShown, TrialShown
    from governance.domain.policy import Policy
    from governance.models import Backtest, Fleet, PolicyTrial


class TriedView(ApiView):
    """What is read by every member and by keys that may read."""

    @property
    def fleet_read(self) -> Fleet:
        """Return the caller's fleet if they may read its policy."""
        caller = self.caller
        permission_require(caller, Action.POLICY_VIEW, scope=Scope.READ)
        return caller.fleet


class BacktestsView(TriedView):
    """``fleet/backtests``: those that are kept, and another one."""

    http_method_names = ["get", "head", "post"]

    def get(self, _request: Request) -> HttpResponse:
        """Return the backtests that are kept, without their reports."""
        fleet = self.fleet_read
        draft = draft_value(fleet=fleet)
        found = [backtest_shown(each, draft, full=False) for each in backtests_listed(fleet=fleet)]
        return answer({"backtests": found})

    def post(self, _request: Request) -> HttpResponse:
        """Ask for a backtest of the open draft, and return it."""
        person, body = person_required(self.caller), self.body(BacktestBody)

        def call() -> HttpResponse:
            since, until = window_of(body, clock_now())
            asked = backtest_ask(fleet=person.fleet, user=person.user, since=since, until=until)
            return answer(backtest_shown(asked, draft_value(fleet=person.fleet)), status=201)

        return self.once(call)


class BacktestView(TriedView):
    """``fleet/backtests/{id}``."""

    http_method_names = ["get", "head"]

    def get(self, _request: Request, backtest_id: UUID) -> HttpResponse:
        """Return one backtest, with its report once it is done."""
        fleet = self.fleet_read
        found = backtest_get(fleet=fleet, backtest_id=backtest_id)
        return answer(backtest_shown(found, draft_value(fleet=fleet)))


class BacktestCancelView(ApiView):
    """``POST fleet/backtests/{id}/cancel``."""

    http_method_names = ["post"]

    def post(self, _request: Request, backtest_id: UUID) -> HttpResponse:
        """Cancel a backtest, and return it."""
        person = person_required(self.caller)

        def call() -> HttpResponse:
            found = backtest_cancel(fleet=person.fleet, user=person.user, backtest_id=backtest_id)
            return answer(backtest_shown(found, draft_value(fleet=person.fleet)))

        return self.once(call)


class TrialsView(TriedView):
    """``fleet/trials``: all of them, and another one."""

    http_method_names = ["get", "head", "post"]

    def get(self, _request: Request) -> HttpResponse:
        """Return the trials, newest first."""
        fleet = self.fleet_read
        draft = draft_value(fleet=fleet)
        return answer({"trials": [trial_shown(each, draft) for each in trials_listed(fleet=fleet)]})

    def post(self, _request: Request) -> HttpResponse:
        """Start a trial of the open draft, and return it."""
        person, body = person_required(self.caller), self.body(TrialBody)

        def call() -> HttpResponse:
            trial = trial_start(
                fleet=person.fleet, user=person.user, days=body.days, reason=body.reason
            )
            return answer(trial_shown(trial, draft_value(fleet=person.fleet)), status=201)

        return self.once(call)


class TrialView(TriedView):
    """``fleet/trials/{id}``."""

    http_method_names = ["get", "head"]

    def get(self, _request: Request, trial_id: UUID) -> HttpResponse:
        """Return one trial."""
        fleet = self.fleet_read
        return answer(
            trial_shown(trial_get(fleet=fleet, trial_id=trial_id), draft_value(fleet=fleet))
        )


class TrialEndView(ApiView):
    """``POST fleet/trials/{id}/end``: before its days are over."""

    http_method_names = ["post"]

    def post(self, _request: Request, trial_id: UUID) -> HttpResponse:
        """End a trial, and return it."""
        person, body = person_required(self.caller), self.body(ReasonBody)

        def call() -> HttpResponse:
            trial = trial_stop(
                fleet=person.fleet, user=person.user, trial_id=trial_id, reason=body.reason
            )
            return answer(trial_shown(trial, draft_value(fleet=person.fleet)))

        return self.once(call)


class TrialCompareView(ApiView):
    """``POST fleet/trials/{id}/compare``: now instead of at the next hour."""

    http_method_names = ["post"]

    def post(self, _request: Request, trial_id: UUID) -> HttpResponse:
        """Compare what happened so far, and return the backtest that does."""
        person = person_required(self.caller)

        def call() -> HttpResponse:
            asked = trial_compare(fleet=person.fleet, user=person.user, trial_id=trial_id)
            return answer(backtest_shown(asked, draft_value(fleet=person.fleet)), status=201)

        return self.once(call)


def window_of(body: BacktestBody, now: datetime) -> tuple[datetime, datetime]:
    """Return the window that a body asks for.

    Raises:
        InvalidFieldError: if it gives days and times, or an end without a beginning.
    """
    if body.since is None and body.until is None:
        return now - timedelta(days=body.days or WINDOW_DAYS), now
    if body.since is None or body.days is not None:
        raise InvalidFieldError(
            "Say days, or since and perhaps until.",
            field="days" if body.days is not None else "since",
            value=body.days,
            allowed="days alone, or since with or without until",
        )
    return body.since, body.until or now


def backtest_shown(found: Backtest, draft: Policy | None, *, full: bool = True) -> BacktestShown:
    """Return a backtest as the API answers with it; its report where it is ``full``."""
    replaced = version_after(found.base)
    return {
        "id": found.pk,
        "trial": found.trial_id,
        "base": found.base.number,
        "values": found.values,
        "wanted_since": found.wanted_since,
        "since": found.since,
        "until": found.until,
        "state": found.state,
        "stage": found.stage,
        "share": found.share,
        "decisions": found.decisions,
        "outcomes": found.outcomes,
        "tries": found.tries,
        "asked_by": found.asked_by,
        "asked_at": found.asked_at,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "cancelled_by": found.cancelled_by or None,
        "error": found.error or None,
        "replaced_by": replaced.number if replaced else None,
        "settings_moved": values_moved(found.body, draft),
        "report": found.report if full else None,
    }


def trial_shown(trial: PolicyTrial, draft: Policy | None) -> TrialShown:
    """Return a trial as the API answers with it."""
    replaced, compared = version_after(trial.base), trial_run_done(trial=trial)
    return {
        "id": trial.pk,
        "base": trial.base.number,
        "values": values_differing(policy_of(trial.base), policy_from_stored(trial.body)),
        "reason": trial.reason,
        "state": trial.state,
        "started_by": trial.started_by,
        "started_at": trial.started_at,
        "until": trial.until,
        "ended_at": trial.ended_at,
        "ended_by": trial.ended_by or None,
        "end_reason": trial.end_reason or None,
        "replaced_by": replaced.number if replaced else None,
        "settings_moved": values_moved(trial.body, draft),
        "compared": compared.pk if compared else None,
    }
