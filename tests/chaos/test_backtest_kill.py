"""A worker in the middle of a backtest: killed with ``kill -9``, and told to stop by a person."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from governance.domain.backtest.jobs import JobState
from governance.models import Backtest
from governance.services.backtest_running import backtest_carry_out
from governance.services.backtests import backtest_cancel, backtests_sweep
from governance.tasks import backtest_run
from tests.chaos.held_backtest import HELD_AT
from tests.chaos.own_worker import own_worker
from tests.config.held import comes_true
from tests.dashboard.incident import words
from tests.dashboard.people import People, people_of_shop
from tests.dashboard.shop import shop_of
from tests.governance.services.trying import asked, drafted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield a worker that can be held, and the queue that is its alone."""
    with own_worker("tests.chaos.held_backtest") as started:
        yield started


@pytest.fixture
def people() -> People:
    people = people_of_shop()
    shop_of(people).refund()
    drafted(people.fleet, people.adam)
    return people


def running(people: People, queue: str) -> Backtest:
    """Return a backtest that the worker has taken up and told of."""
    backtest = asked(people.fleet, people.adam)
    backtest_run.apply_async((str(backtest.pk),), queue=queue)
    assert comes_true(lambda: Backtest.objects.get(pk=backtest.pk).share == HELD_AT)
    return Backtest.objects.get(pk=backtest.pk)


def test_a_backtest_whose_worker_is_killed_is_said_to_have_failed_and_the_next_one_runs(
    worker: tuple[subprocess.Popen[bytes], str], people: People
) -> None:
    process, queue = worker
    backtest = running(people, queue)

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    browser = Client()
    browser.force_login(people.rita)
    here = "/f/shop/policy/backtest/"
    assert "A backtest runs, deciding again: 50" in words(browser, here)

    # Two minutes of silence, of which nobody waits.
    heard_at = Backtest.objects.get(pk=backtest.pk).heard_at - timedelta(minutes=2)
    Backtest.objects.update(heard_at=heard_at)
    assert backtests_sweep() == 1

    assert (
        "It failed. Its worker was lost: nothing was heard of it since"
        f" {heard_at:%Y-%m-%d %H:%M:%S} UTC, deciding again, 50% done."
    ) in words(browser, f"{here}{backtest.pk}/")
    # The worker that takes the message up again, once the broker hands it out, changes nothing.
    assert backtest_carry_out(backtest_id=backtest.pk).state == JobState.FAILED
    again = asked(people.fleet, people.adam)
    assert backtest_carry_out(backtest_id=again.pk).state == JobState.DONE


def test_a_worker_stops_soon_after_somebody_cancels_and_takes_up_the_next_one(
    worker: tuple[subprocess.Popen[bytes], str], people: People
) -> None:
    _, queue = worker
    backtest = running(people, queue)

    backtest_cancel(fleet=people.fleet, user=people.adam, backtest_id=backtest.pk)

    # It is one process: that the next one is told of says that the first was let go.
    following = running(people, queue)
    backtest.refresh_from_db()
    assert (backtest.state, backtest.report) == ("CANCELLED", None)
    assert following.state == JobState.RUNNING
