from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
import redis
from django.conf import settings as current

from governance import feed
from governance.feed import Notice, hub, notices_push

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

NOTICE = Notice(fleet="shop", seq=1, name="ticket.opened", ids={})


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """The address of a broker that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_push_gives_up_on_a_broker_that_does_not_answer(
    settings: Settings, silent_broker: str
) -> None:
    settings.LIVE_BROKER_URL = silent_broker

    with pytest.raises(redis.TimeoutError):
        notices_push([NOTICE])


def test_a_push_says_when_the_broker_is_away(settings: Settings) -> None:
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"

    with pytest.raises(redis.ConnectionError):
        notices_push([NOTICE])


def test_a_push_takes_a_new_connection_where_the_broker_closed_the_old() -> None:
    notices_push([NOTICE])
    connections_cut("normal")

    notices_push([NOTICE])


def test_a_lost_subscription_is_taken_up_again_and_said() -> None:
    async def heard() -> tuple[int, Notice]:
        stands, notices = asyncio.Queue[None](), asyncio.Queue[Notice]()
        with hub().listening(notices.put_nowait), hub().resuming(lambda: stands.put_nowait(None)):
            await stands.get()
            await asyncio.to_thread(connections_cut, "pubsub")
            await stands.get()
            await asyncio.to_thread(notices_push, [NOTICE])
            return stands.qsize(), await notices.get()

    assert asyncio.run(asyncio.wait_for(heard(), 10)) == (0, NOTICE)


def test_a_broker_that_falls_silent_is_given_up(
    settings: Settings,
    silent_broker: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(feed, "SILENT_S", 0.05)
    monkeypatch.setattr(feed, "RETRY_S", 0.05)
    settings.LIVE_BROKER_URL = silent_broker

    async def a_while() -> None:
        with hub().listening(lambda _: None):
            await asyncio.sleep(0.3)

    asyncio.run(a_while())

    assert caplog.text.count("live feed lost its broker, trying again") >= 2


def test_a_listener_that_fails_ends_the_feed_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def heard_twice() -> list[list[int]]:
        stands, mistaken, other = asyncio.Event(), asyncio.Queue[int](), asyncio.Queue[int]()

        def fail_once(notice: Notice) -> None:
            mistaken.put_nowait(notice["seq"])
            if notice["seq"] == 1:
                raise RuntimeError("a listener with a mistake")

        with (
            hub().listening(fail_once),
            hub().listening(lambda notice: other.put_nowait(notice["seq"])),
            hub().resuming(stands.set),
        ):
            await stands.wait()
            await asyncio.to_thread(notices_push, [NOTICE])
            await asyncio.to_thread(notices_push, [{**NOTICE, "seq": 2}])
            return [[await heard.get(), await heard.get()] for heard in (mistaken, other)]

    assert asyncio.run(asyncio.wait_for(heard_twice(), 10)) == [[1, 2], [1, 2]]
    assert "a listener with a mistake" in caplog.text


def test_what_is_pushed_the_wrong_way_round_is_heard_in_order() -> None:
    async def heard() -> list[int]:
        stands, seqs = asyncio.Event(), asyncio.Queue[int]()
        with (
            hub().listening(lambda notice: seqs.put_nowait(notice["seq"])),
            hub().resuming(stands.set),
        ):
            await stands.wait()
            for seq in (1, 3, 2, 5):
                await asyncio.to_thread(notices_push, [{**NOTICE, "seq": seq}])
            return [await seqs.get() for _ in range(4)]

    # The fifth waits in vain for the fourth, and goes without it.
    assert asyncio.run(asyncio.wait_for(heard(), 10)) == [1, 2, 3, 5]


def connections_cut(kind: str) -> None:
    """Let the broker close all connections of a kind, as a restart does."""
    with redis.Redis.from_url(current.LIVE_BROKER_URL) as client:
        client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
