from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from governance.backtest.run import backtest_run
from governance.domain.backtest.jobs import KEPT, JobState
from governance.domain.backtest.plain import report_from_plain
from governance.domain.backtest.words import report_words
from governance.models import Backtest, Decision
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.backtests import backtest_get, backtests_listed
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import draft_open
from governance.services import backtest_running
from governance.services.backtest_running import backtest_carry_out
from governance.services.backtests import backtest_ask, backtest_cancel, backtests_sweep
from governance.services.policy_drafts import draft_publish
from tests.escalations.people import second_admin
from tests.governance.services.trying import OTHER, PATH, VALUE, asked, drafted, lived

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.domain.backtest.report import BacktestReport
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def tried(shop: Orchestrator, clock: Clock) -> Orchestrator:
    """A fleet with three tasks on its record and an open draft."""
    lived(shop)
    drafted(shop.fleet, shop.crew.adam)
    clock.forward(minutes=1)
    return shop


def found(done: Backtest) -> BacktestReport:
    assert done.report is not None
    return report_from_plain(done.report)


def test_a_backtest_copies_the_draft_and_says_how_much_it_reads(tried: Orchestrator) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)

    assert (backtest.state, backtest.stage) == ("WAITING", "waiting for a worker")
    assert backtest.values == {PATH: VALUE}
    assert backtest.base.number == 1
    assert (backtest.decisions, backtest.outcomes, backtest.tries) == (3, 3, 1)
    assert backtest.asked_by == "adam"


def test_a_task_decided_again_before_it_starts_counts_once(tried: Orchestrator) -> None:
    again = Decision.objects.filter(fleet=tried.fleet).latest("created_at")
    again.pk, again.moment = uuid4(), "start"
    again.save(force_insert=True)

    assert asked(tried.fleet, tried.crew.adam).decisions == 3


def test_a_worker_stores_the_report(tried: Orchestrator) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)

    done = backtest_carry_out(backtest_id=backtest.pk)

    assert (done.state, done.share, done.stage) == ("DONE", 1.0, "done")
    report = found(done)
    assert (report.base_number, report.tries) == (1, 1)
    assert [(each.path, each.before, each.after) for each in report.changes] == [(PATH, 6.9, VALUE)]
    assert report.coverage.decisions == 3
    assert (report.whole.changed, report.whole.outcomes.succeeded) == (0, 3)


def test_the_window_begins_where_the_record_does(tried: Orchestrator, clock: Clock) -> None:
    first = clock.now - timedelta(minutes=1)

    backtest = asked(tried.fleet, tried.crew.adam, days=30)

    assert backtest.since == first
    assert backtest.wanted_since == clock.now - timedelta(days=30)
    assert backtest.until == clock.now


def test_a_fleet_without_a_record_has_nothing_to_decide_again(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    drafted(fleet, crew.adam)

    with pytest.raises(ConflictError) as refused:
        asked(fleet, crew.adam)

    assert refused.value.code == "nothing_recorded"
    assert refused.value.sentence == (
        "Neither a decision nor an outcome was recorded in these 14 days, from 2026-02-16 12:00 UTC"
        " to 2026-03-02 12:00 UTC: there is nothing to try the draft on."
    )


def test_a_fleet_that_only_loaded_its_history_is_told_of_freezes_and_tiers(
    shop: Orchestrator, clock: Clock
) -> None:
    loaded = clock.now
    shop.load([*["success"] * 12, *["failure"] * 6])
    drafted(shop.fleet, shop.crew.adam, 5.0)
    clock.forward(days=14)

    backtest = asked(shop.fleet, shop.crew.adam)
    report = found(backtest_carry_out(backtest_id=backtest.pk))

    assert (backtest.since, backtest.decisions, backtest.outcomes) == (loaded, 0, 18)
    freezes = report.whole.freezes
    assert (freezes.base, freezes.draft, freezes.earlier) == (1, 2, 1)
    assert report.agents == 1
    assert report_words(report).coverage == (
        "The gate was asked nothing in these 14 days: freezes and tiers only.",
    )


def test_a_window_in_which_nothing_happened_is_refused(tried: Orchestrator, clock: Clock) -> None:
    clock.forward(days=3)

    with pytest.raises(ConflictError) as refused:
        asked(tried.fleet, tried.crew.adam, days=2)

    assert refused.value.code == "nothing_recorded"


@pytest.mark.parametrize(("since_days", "until_days"), [(1, 1), (1, 2), (400, 1)])
def test_a_window_that_cannot_be_is_refused(
    tried: Orchestrator, clock: Clock, since_days: int, until_days: int
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        backtest_ask(
            fleet=tried.fleet,
            user=tried.crew.adam,
            since=clock.now - timedelta(days=since_days),
            until=clock.now - timedelta(days=until_days),
        )

    assert refused.value.field == "since"


def test_without_a_draft_there_is_nothing_to_try(shop: Orchestrator, clock: Clock) -> None:
    lived(shop)
    clock.forward(minutes=1)

    with pytest.raises(ConflictError) as refused:
        asked(shop.fleet, shop.crew.adam)

    assert refused.value.code == "no_draft"


@pytest.mark.parametrize("person", ["rita", "mona", "otto"])
def test_only_admins_ask_and_cancel(tried: Orchestrator, person: str) -> None:
    user = getattr(tried.crew, person)
    running = asked(tried.fleet, tried.crew.adam)

    with pytest.raises(ForbiddenError):
        asked(tried.fleet, user)
    with pytest.raises(ForbiddenError):
        backtest_cancel(fleet=tried.fleet, user=user, backtest_id=running.pk)

    running.refresh_from_db()
    assert running.state == JobState.WAITING


def test_one_backtest_of_a_fleet_runs_at_a_time(tried: Orchestrator) -> None:
    running = asked(tried.fleet, tried.crew.adam)

    with pytest.raises(ConflictError) as refused:
        asked(tried.fleet, second_admin(tried.fleet))

    assert (refused.value.code, refused.value.value) == ("backtest_running", str(running.pk))
    assert "asked for by Adam" in refused.value.sentence


def test_a_backtest_that_is_handed_out_twice_runs_once(
    tried: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    runs: list[object] = []

    def again(*given: Any, **named: Any) -> None:
        runs.append(backtest_carry_out(backtest_id=backtest.pk))
        backtest_run(*given, **named)

    monkeypatch.setattr(backtest_running, "backtest_run", again)
    backtest_carry_out(backtest_id=backtest.pk)

    done = backtest_carry_out(backtest_id=backtest.pk)
    assert done.state == JobState.DONE
    assert len(runs) == 1


def test_one_that_waits_is_cancelled_at_once(tried: Orchestrator, clock: Clock) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    anna = second_admin(tried.fleet)

    cancelled = backtest_cancel(fleet=tried.fleet, user=anna, backtest_id=backtest.pk)

    assert (cancelled.state, cancelled.cancelled_by) == ("CANCELLED", "anna")
    assert cancelled.ended_at == clock.now
    assert backtest_carry_out(backtest_id=backtest.pk).state == JobState.CANCELLED
    assert asked(tried.fleet, anna).state == JobState.WAITING


def test_one_that_runs_stops_at_its_next_word_and_stores_nothing(
    tried: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    told_after: list[float] = []
    monkeypatch.setattr(backtest_running, "TELL_EVERY_S", 0.0)

    def cancelled(*_given: Any, told: Callable[[float], None], **_named: Any) -> None:
        told(0.25)
        backtest_cancel(fleet=tried.fleet, user=tried.crew.adam, backtest_id=backtest.pk)
        told(0.5)
        told_after.append(0.5)

    monkeypatch.setattr(backtest_running, "backtest_run", cancelled)
    ended = backtest_carry_out(backtest_id=backtest.pk)

    assert told_after == []
    assert (ended.state, ended.share, ended.report) == ("CANCELLED", 0.25, None)


def test_one_that_has_ended_cannot_be_cancelled(tried: Orchestrator) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    backtest_cancel(fleet=tried.fleet, user=tried.crew.adam, backtest_id=backtest.pk)

    with pytest.raises(ConflictError) as refused:
        backtest_cancel(fleet=tried.fleet, user=second_admin(tried.fleet), backtest_id=backtest.pk)

    assert refused.value.code == "backtest_over"
    assert refused.value.sentence == "Adam cancelled it at 12:01:00 UTC."


def test_a_worker_that_says_nothing_is_lost_and_stores_nothing(
    tried: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)

    def slow(*given: Any, **named: Any) -> None:
        named["told"](0.25)
        clock.forward(minutes=2)
        assert backtests_sweep() == 1
        backtest_run(*given, **named)

    monkeypatch.setattr(backtest_running, "backtest_run", slow)
    monkeypatch.setattr(backtest_running, "TELL_EVERY_S", 0.0)
    ended = backtest_carry_out(backtest_id=backtest.pk)

    assert (ended.state, ended.report) == ("FAILED", None)
    assert ended.error == (
        "Its worker was lost: nothing was heard of it since 2026-03-02 12:01:00 UTC, deciding"
        " again, 25% done."
    )


def test_one_that_waits_is_given_longer_and_handed_out_again(
    tried: Orchestrator, clock: Clock
) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    clock.forward(minutes=59, seconds=59)
    assert backtests_sweep() == 0
    clock.forward(seconds=1)

    assert backtests_sweep() == 1

    backtest.refresh_from_db()
    assert backtest.state == JobState.FAILED
    assert backtest.error == "No worker took it up since 2026-03-02 12:01:00 UTC."


def test_what_goes_wrong_is_said_and_raised(
    tried: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)

    def broken(*_given: Any, **_named: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(backtest_running, "record_open", broken)
    with pytest.raises(OperationalError):
        backtest_carry_out(backtest_id=backtest.pk)

    backtest.refresh_from_db()
    assert (backtest.state, backtest.error) == (
        "FAILED",
        "OperationalError: the connection is lost",
    )


def test_a_draft_that_changes_later_leaves_the_backtest_as_it_was(tried: Orchestrator) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    drafted(tried.fleet, tried.crew.adam, OTHER, seen=VALUE)

    done = backtest_carry_out(backtest_id=backtest.pk)

    assert [each.after for each in found(done).changes] == [VALUE]


def test_a_new_version_leaves_the_backtest_as_it_was(tried: Orchestrator) -> None:
    backtest = asked(tried.fleet, tried.crew.adam)
    draft = draft_open(fleet=tried.fleet)
    assert draft is not None
    draft_publish(
        fleet=tried.fleet, user=tried.crew.adam, version=draft.version, reason="Freeze sooner."
    )
    tried.fleet.refresh_from_db()

    done = backtest_carry_out(backtest_id=backtest.pk)

    assert policy_in_force(fleet=tried.fleet)[0].number == 2
    assert found(done).base_number == 1


def test_the_settings_tried_on_one_window_are_counted(tried: Orchestrator) -> None:
    for value, seen in ((VALUE, VALUE), (OTHER, VALUE), (VALUE, OTHER)):
        drafted(tried.fleet, tried.crew.adam, value, seen=seen)
        done = backtest_carry_out(backtest_id=asked(tried.fleet, tried.crew.adam).pk)

    assert done.tries == 2
    assert found(done).tries == 2


def test_the_last_fifty_are_kept(tried: Orchestrator, clock: Clock) -> None:
    first = asked(tried.fleet, tried.crew.adam)
    backtest_carry_out(backtest_id=first.pk)
    rows = [
        Backtest(
            fleet=tried.fleet, base=first.base, body={}, values={}, since=first.since,
            until=first.until, wanted_since=first.since, state=JobState.CANCELLED.value,
            asked_by="adam", asked_at=first.asked_at + timedelta(seconds=each),
            heard_at=first.asked_at, ended_at=first.asked_at,
        )
        for each in range(1, KEPT)
    ]  # fmt: skip
    Backtest.objects.bulk_create(rows)
    clock.forward(hours=1)

    backtest_carry_out(backtest_id=asked(tried.fleet, tried.crew.adam).pk)

    assert len(backtests_listed(fleet=tried.fleet)) == KEPT
    with pytest.raises(MissingError):
        backtest_get(fleet=tried.fleet, backtest_id=first.pk)
