from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.backtest.jobs import JobState
from governance.domain.backtest.trials import TrialState
from governance.models import Backtest, Event, PolicyTrial
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import draft_open
from governance.services import trials
from governance.services.backtest_running import backtest_carry_out
from governance.services.policy_drafts import draft_publish
from governance.services.trials import trial_compare, trial_start, trial_stop, trials_sweep
from tests.escalations.people import second_admin
from tests.factories import FleetFactory, PolicyVersionFactory
from tests.governance.services.trying import OTHER, VALUE, drafted, lived

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def trial(shop: Orchestrator, clock: Clock) -> PolicyTrial:
    """A trial of seven days that has just begun."""
    drafted(shop.fleet, shop.crew.adam)
    return trial_start(fleet=shop.fleet, user=shop.crew.adam, days=7, reason="See the summer.")


def test_a_trial_copies_the_draft_and_changes_nothing(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    told = Event.objects.get(name="policy.trial_started")

    assert (trial.state, trial.base.number, trial.changes) == ("RUNNING", 1, 1)
    assert trial.until == clock.now + timedelta(days=7)
    assert trial.body["breaker"]["suspicion_low"] == VALUE
    assert policy_in_force(fleet=shop.fleet)[0].number == 1
    assert told.ids["trial"] == str(trial.pk)
    assert (told.payload["number"], told.payload["reason"]) == (1, "See the summer.")


def test_each_hour_a_trial_is_compared_over_what_happened_since_it_began(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    clock.forward(minutes=59)
    assert trials_sweep() == 0
    clock.forward(minutes=1)

    assert trials_sweep() == 1

    (run,) = Backtest.objects.filter(trial=trial)
    assert (run.since, run.until) == (trial.started_at, clock.now)
    assert (run.decisions, run.outcomes) == (3, 3)
    assert backtest_carry_out(backtest_id=run.pk).state == JobState.DONE
    assert trials_sweep() == 0


def test_a_quiet_hour_is_not_compared(trial: PolicyTrial, clock: Clock) -> None:
    clock.forward(hours=1)

    assert trials_sweep() == 1

    assert not Backtest.objects.exists()


def test_of_a_trial_the_latest_comparison_is_kept(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    for _ in range(3):
        clock.forward(hours=1)
        trials_sweep()
        backtest_carry_out(backtest_id=Backtest.objects.latest("asked_at").pk)

    (kept,) = Backtest.objects.filter(trial=trial)
    assert kept.until == clock.now


def test_a_trial_ends_by_itself_with_a_last_comparison(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    clock.forward(days=7, minutes=5)

    assert trials_sweep() == 1

    trial.refresh_from_db()
    assert (trial.state, trial.ended_by, trial.next_at) == ("OVER", "sweeper", None)
    assert Backtest.objects.get(trial=trial).until == trial.until
    told = Event.objects.get(name="policy.trial_ended")
    assert (told.payload["days"], told.actor) == (7.0, "sweeper")
    assert trials_sweep() == 0


def test_an_admin_ends_it_early_with_a_reason(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    anna = second_admin(shop.fleet)
    clock.forward(days=2)

    with pytest.raises(InvalidFieldError):
        trial_stop(fleet=shop.fleet, user=anna, trial_id=trial.pk, reason=" ")
    ended = trial_stop(fleet=shop.fleet, user=anna, trial_id=trial.pk, reason="Seen enough.")

    assert (ended.state, ended.ended_by) == ("STOPPED", "anna")
    with pytest.raises(ConflictError) as refused:
        trial_stop(fleet=shop.fleet, user=anna, trial_id=trial.pk, reason="Once more.")
    assert refused.value.code == "trial_over"


def test_the_last_comparison_takes_the_place_of_one_that_runs(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    clock.forward(hours=1)
    trials_sweep()
    clock.forward(minutes=10)

    trial_stop(fleet=shop.fleet, user=shop.crew.adam, trial_id=trial.pk, reason="Seen enough.")

    before, last = Backtest.objects.filter(trial=trial).order_by("asked_at")
    assert (before.state, last.state) == ("CANCELLED", "WAITING")
    assert last.until == clock.now


def test_a_comparison_may_be_asked_for_in_between(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    ask = partial(trial_compare, fleet=shop.fleet, user=shop.crew.adam, trial_id=trial.pk)
    clock.forward(minutes=5)
    with pytest.raises(ConflictError) as nothing:
        ask()
    lived(shop)
    clock.forward(minutes=5)

    run = ask()

    assert nothing.value.code == "nothing_recorded"
    assert (run.trial, run.decisions) == (trial, 3)
    with pytest.raises(ConflictError) as running:
        ask()
    assert running.value.code == "backtest_running"


def test_a_trial_is_over_once_another_policy_comes_into_force(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    replaced_at = clock.forward(minutes=30)
    draft = draft_open(fleet=shop.fleet)
    assert draft is not None
    draft_publish(
        fleet=shop.fleet, user=shop.crew.adam, version=draft.version, reason="Freeze sooner."
    )
    clock.forward(seconds=30)

    assert trials_sweep() == 1

    trial.refresh_from_db()
    assert (trial.state, trial.ended_at, trial.next_at) == ("REPLACED", replaced_at, None)
    assert trial.end_reason == "Policy 2 came into force."
    assert Backtest.objects.get(trial=trial).until == replaced_at
    assert Event.objects.get(name="policy.trial_ended").payload["reason"] == trial.end_reason
    assert trials_sweep() == 0


def test_a_trial_that_stands_still_is_in_nobodys_way(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    draft = draft_open(fleet=shop.fleet)
    assert draft is not None
    draft_publish(fleet=shop.fleet, user=shop.crew.adam, version=draft.version, reason="Sooner.")
    shop.fleet.refresh_from_db()
    drafted(shop.fleet, shop.crew.adam, OTHER)

    another = trial_start(fleet=shop.fleet, user=shop.crew.adam, days=1, reason="Another.")

    trial.refresh_from_db()
    assert (trial.state, another.state, another.base.number) == ("REPLACED", "RUNNING", 2)


def test_what_is_compared_already_is_not_read_again(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    ask = partial(trial_compare, fleet=shop.fleet, user=shop.crew.adam, trial_id=trial.pk)
    lived(shop)
    clock.forward(minutes=30)
    run = backtest_carry_out(backtest_id=ask().pk)

    with pytest.raises(ConflictError, match="not compared already"):
        ask()
    draft = draft_open(fleet=shop.fleet)
    assert draft is not None
    draft_publish(fleet=shop.fleet, user=shop.crew.adam, version=draft.version, reason="Sooner.")
    clock.forward(minutes=1)

    assert trials_sweep() == 1

    trial.refresh_from_db()
    assert (trial.state, Backtest.objects.get(trial=trial)) == ("REPLACED", run)


def test_one_trial_that_fails_holds_up_no_other(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FleetFactory()
    kept = PolicyTrial.objects.create(
        fleet=other,
        base=PolicyVersionFactory(fleet=other),
        body=trial.body,
        changes=1,
        reason="Another.",
        started_by="adam",
        started_at=trial.started_at,
        until=trial.until,
        next_at=trial.next_at,
    )
    compare = trials._compare

    def broken(each: PolicyTrial, **about: Any) -> Any:
        if each.pk == trial.pk:
            raise RuntimeError
        return compare(each, **about)

    monkeypatch.setattr(trials, "_compare", broken)
    clock.forward(hours=1)

    assert trials_sweep() == 1

    kept.refresh_from_db()
    assert kept.next_at == clock.now + timedelta(hours=1)


def test_one_trial_of_a_fleet_runs_at_a_time(trial: PolicyTrial, shop: Orchestrator) -> None:
    with pytest.raises(ConflictError) as refused:
        trial_start(fleet=shop.fleet, user=shop.crew.adam, days=1, reason="Another.")

    assert (refused.value.code, refused.value.value) == ("trial_running", str(trial.pk))


@pytest.mark.parametrize("days", [0, 31])
def test_a_trial_takes_one_to_thirty_days(shop: Orchestrator, days: int) -> None:
    drafted(shop.fleet, shop.crew.adam)

    with pytest.raises(InvalidFieldError) as refused:
        trial_start(fleet=shop.fleet, user=shop.crew.adam, days=days, reason="Too long.")

    assert refused.value.field == "days"


def test_without_a_draft_there_is_nothing_to_try(shop: Orchestrator) -> None:
    with pytest.raises(ConflictError) as refused:
        trial_start(fleet=shop.fleet, user=shop.crew.adam, days=7, reason="Nothing.")

    assert refused.value.code == "no_draft"


@pytest.mark.parametrize("person", ["rita", "mona", "otto"])
def test_only_admins_start_compare_and_end(
    trial: PolicyTrial, shop: Orchestrator, person: str
) -> None:
    user = getattr(shop.crew, person)

    with pytest.raises(ForbiddenError):
        trial_start(fleet=shop.fleet, user=user, days=7, reason="Mine.")
    with pytest.raises(ForbiddenError):
        trial_compare(fleet=shop.fleet, user=user, trial_id=trial.pk)
    with pytest.raises(ForbiddenError):
        trial_stop(fleet=shop.fleet, user=user, trial_id=trial.pk, reason="Mine.")

    trial.refresh_from_db()
    assert trial.state == TrialState.RUNNING


def test_a_draft_that_changes_later_leaves_the_trial_as_it_was(
    trial: PolicyTrial, shop: Orchestrator, clock: Clock
) -> None:
    lived(shop)
    drafted(shop.fleet, shop.crew.adam, OTHER, seen=VALUE)
    clock.forward(hours=1)

    trials_sweep()

    assert list(Backtest.objects.get(trial=trial).values.values()) == [VALUE]
