"""Whoever watches from outside is told of each run of the auditor, by a real request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import redis
from django.conf import settings

from governance.models import WatchPing
from governance.selectors.watch import WATCH_LATE, WatchState, watch_state
from governance.services.watch import watch_ping
from governance.tasks import audit, watch
from tests.flaky_server import flaky_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

    from tests.clock import Clock
    from tests.flaky_server import Flaky

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(settings: Settings) -> Iterator[Flaky]:
    # Only then may anything be sent to this machine.
    settings.DEBUG = True
    with flaky_running() as server:
        yield server


def state(url: str, clock: Clock) -> WatchState:
    return watch_state(url=url, now=clock())


def test_a_ping_that_is_taken_is_noted(outside: Flaky, clock: Clock) -> None:
    outside.answers = [(200, b"OK", 2)]
    before = state(outside.url, clock)

    taken = watch_ping(url=outside.url)

    row = WatchPing.objects.get()
    assert (before, taken, state(outside.url, clock)) == (WatchState.LATE, True, WatchState.OK)
    assert (row.taken_at, row.failures, len(outside.keys)) == (clock(), 0, 1)


def test_one_that_is_refused_is_logged_and_the_next_makes_good(
    outside: Flaky, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    outside.answers = [(503, b"no", 2), (302, b"", 0), (200, b"OK", 2)]

    failed = [watch_ping(url=outside.url) for _ in range(2)]
    failing, failures = state(outside.url, clock), WatchPing.objects.get().failures
    taken = watch_ping(url=outside.url)

    assert (failed, failing, failures) == ([False, False], WatchState.FAILING, 2)
    assert "was not told that the auditor ran: It answered 503." in caplog.text
    assert (taken, state(outside.url, clock)) == (True, WatchState.OK)


def test_nobody_there_raises_nothing(
    settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = True

    taken = watch_ping(url="http://127.0.0.1:9/")

    assert (taken, state("http://127.0.0.1:9/", clock)) == (False, WatchState.FAILING)
    assert "could not be reached" in caplog.text


def test_this_machine_is_not_pinged_outside_debug(clock: Clock) -> None:
    assert watch_ping(url="https://127.0.0.1:9/") is False
    assert WatchPing.objects.get().failures == 1


def test_pings_that_stopped_are_late(outside: Flaky, clock: Clock) -> None:
    outside.answers = [(200, b"OK", 2)]
    watch_ping(url=outside.url)
    clock.forward(seconds=WATCH_LATE.total_seconds())
    in_time = state(outside.url, clock)
    clock.forward(seconds=1)

    assert (in_time, state(outside.url, clock)) == (WatchState.OK, WatchState.LATE)


def test_without_an_address_nothing_is_sent_or_said(clock: Clock) -> None:
    assert watch() is False
    assert (WatchPing.objects.exists(), state("", clock)) == (False, WatchState.OFF)


def test_the_task_pings_the_address_of_the_settings(
    outside: Flaky, settings: Settings, clock: Clock
) -> None:
    outside.answers = [(204, b"", 0)]
    settings.WATCH_URL = outside.url

    assert watch() is True


def test_each_run_of_the_auditor_leaves_a_ping_for_the_courier(clock: Clock) -> None:
    broker = redis.Redis.from_url(settings.LIVE_BROKER_URL)
    before = broker.llen("notify")

    audit()

    assert broker.llen("notify") == before + 1
    broker.delete("notify")
