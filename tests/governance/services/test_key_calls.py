"""Calls of keys are counted in the broker: the limit is a sliding minute, usage a sliding day."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from config.asgi import application
from governance.domain.key_rates import CallCount, is_full
from governance.feed import broker_client
from governance.refusals import RateLimitedError
from governance.selectors.key_calls import KeyUsage, keys_usage
from governance.services import key_counters, key_tally
from governance.services.key_calls import call_count
from governance.services.key_counters import Minute
from governance.services.key_tally import Tally, tally
from tests.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def broker_asked() -> Iterator[None]:
    """No test before this one may have kept the broker from being asked."""
    key_counters._Broker.away_until = 0.0
    yield
    key_counters._Broker.away_until = 0.0


def passed(key: UUID, limit: int | None, now: datetime, times: int) -> int:
    """Return how many of so many calls passed."""
    count = 0
    for _ in range(times):
        try:
            call_count(key_id=key, limit=limit, now=now)
        except RateLimitedError:
            continue
        count += 1
    return count


def usage(key: UUID, now: datetime) -> KeyUsage | None:
    """Return what the broker knows of a key once this process has told what it holds."""
    tally.tell()
    found = keys_usage([key], now=now)
    return None if found is None else found[key]


async def lived() -> list[str]:
    """Return what a web process that is told to begin and to end answers its server."""
    told = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return told.pop(0)

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    await application({"type": "lifespan"}, receive, send)
    return sent


def test_as_many_calls_pass_as_the_limit_says() -> None:
    key = uuid4()

    assert passed(key, 3, NOON, 5) == 3
    assert usage(key, NOON) == KeyUsage(minute=3, hour=3, day=3, refused_hour=2, refused_day=2)


def test_what_was_refused_says_when_to_ask_again() -> None:
    key = uuid4()
    passed(key, 2, NOON + timedelta(seconds=30), 2)

    with pytest.raises(RateLimitedError) as refused:
        call_count(key_id=key, limit=2, now=NOON + timedelta(seconds=30))

    # This minute has 30 s left; then 2 * (1 - p) + 1 <= 2 from half of the next one on.
    assert refused.value.extra == {"rate_per_minute": 2, "retry_after_s": 60.0}
    assert passed(key, 2, NOON + timedelta(seconds=89), 1) == 0
    assert passed(key, 2, NOON + timedelta(seconds=90), 1) == 1


def test_the_end_of_an_hour_forgets_no_minute() -> None:
    key, last = uuid4(), NOON + timedelta(minutes=59, seconds=59)

    assert passed(key, 10, last, 10) == 10
    # 1 s later 59/60 of the 10 still count, more than 9.
    assert passed(key, 10, last + timedelta(seconds=2), 10) == 0


def test_where_a_key_stands_is_told() -> None:
    key, now = uuid4(), NOON + timedelta(seconds=15)

    first = call_count(key_id=key, limit=2, now=now)
    second = call_count(key_id=key, limit=2, now=now)

    assert first is not None
    assert second is not None
    assert (first.limit, first.left, first.reset_s) == (2, 1, 45.0)
    assert (second.left, second.reset_s) == (0, 75.0)


def test_without_a_limit_every_call_passes_and_is_counted() -> None:
    key = uuid4()

    assert call_count(key_id=key, limit=None, now=NOON) is None
    assert passed(key, None, NOON, 50) == 50
    assert usage(key, NOON) == KeyUsage(minute=51, hour=51, day=51)


def test_the_calls_of_a_key_without_a_limit_are_told_within_a_second_by_themselves() -> None:
    key, began_s = uuid4(), monotonic()
    passed(key, None, NOON, 2)

    while keys_usage([key], now=NOON) != {key: KeyUsage(minute=2, hour=2, day=2)}:
        assert monotonic() < began_s + 10
        sleep(0.05)


def test_calls_without_a_limit_are_told_in_one_round_trip() -> None:
    sent: list[Mapping[Minute, int]] = []
    one, other = (Minute(uuid4(), uuid4(), number) for number in range(2))
    own = Tally(sent.append)

    for minute in (one, other, one):
        own.note(minute)
    own.tell()

    assert sent == [{one: 2, other: 1}]


def test_many_keys_are_told_before_the_second_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Mapping[Minute, int]] = []
    monkeypatch.setattr(key_tally, "HELD_MOST", 3)
    minutes = [Minute(uuid4(), uuid4(), 0) for _ in range(4)]
    own = Tally(sent.append)

    for minute in minutes:
        own.note(minute)

    assert sent == [dict.fromkeys(minutes[:3], 1)]


def test_a_web_process_that_ends_tells_first() -> None:
    key = uuid4()
    passed(key, None, NOON, 1)

    sent = asyncio.run(lived())

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert keys_usage([key], now=NOON) == {key: KeyUsage(minute=1, hour=1, day=1)}


def test_hour_and_day_are_the_last_sixty_minutes_and_twenty_four_hours() -> None:
    key, now = uuid4(), NOON + timedelta(minutes=30, seconds=20)
    ages_min = (0, 1, 59, 60, 24 * 60 - 1, 24 * 60, 25 * 60)
    for age_min in reversed(ages_min):
        call_count(key_id=key, limit=None, now=now - timedelta(minutes=age_min))

    found = usage(key, now)

    # Of the call a minute ago 40 s are within the last 60 s.
    assert found is not None
    assert found.minute == pytest.approx(1 + 40 / 60)
    assert (found.hour, found.day) == (3, 5)


def test_limits_of_keys_never_meet() -> None:
    full, free = uuid4(), uuid4()
    passed(full, 1, NOON, 2)

    assert passed(free, 1, NOON, 1) == 1


def test_calls_of_several_threads_share_one_limit() -> None:
    key = uuid4()
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(passed(key, 50, NOON, 25))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 50


@pytest.mark.parametrize("second", [0, 7, 31, 59])
def test_the_script_decides_as_the_rule_does(second: int) -> None:
    for limit in (1, 5, 13):
        key, now = uuid4(), NOON + timedelta(minutes=1, seconds=second)
        before = passed(key, None, NOON, 9)
        tally.tell()
        rule = 0
        while not is_full(CallCount(before=before, current=rule, passed=second / 60), limit):
            rule += 1

        assert passed(key, limit, now, 14) == rule


def test_without_a_broker_calls_go_on(settings: Settings) -> None:
    key = uuid4()
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"

    assert passed(key, 1, NOON, 5) == 5
    assert keys_usage([key], now=NOON) is None


def test_a_broker_that_was_away_is_not_asked_by_the_next_call(settings: Settings) -> None:
    key, kept = uuid4(), settings.LIVE_BROKER_URL
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"
    passed(key, 1, NOON, 1)
    settings.LIVE_BROKER_URL = kept

    assert passed(key, 1, NOON, 3) == 3
    assert usage(key, NOON) == KeyUsage()


def test_a_broker_that_lost_everything_counts_from_then_on() -> None:
    key = uuid4()
    passed(key, 2, NOON, 2)
    broker_client().script_flush()

    assert passed(key, 2, NOON, 1) == 0
