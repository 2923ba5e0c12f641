from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from dashboard.consumers import live, pulse
from governance.selectors.sequences import sequences_now
from tests.dashboard.live_socket import NOTICE, Socket, connected, push, session_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from pytest_django.fixtures import Settings

    from tests.dashboard.people import People

pytestmark = pytest.mark.django_db(transaction=True)


@async_to_sync
async def beat_heard(user: User, path: str = "/ws/f/shop/") -> dict[str, Any]:
    """Return what a page hears first after its greeting, where nothing happens meanwhile."""
    async with connected(user, path) as socket:
        await socket.message()
        return await socket.message()


@async_to_sync
async def code_of_refusal(path: str, **kwargs: str) -> int | None:
    """Return how the server closed a socket that it did not want."""
    socket = Socket(path, **kwargs)
    await socket.open()
    code = await socket.closed_with()
    await socket.leave()
    return code


def failing_once(error: Exception) -> Callable[[], dict[str, int]]:
    """Return a reading of the sequence numbers that fails the first time."""
    asked = count()

    def sequences() -> dict[str, int]:
        if next(asked) == 0:
            raise error
        return {"shop": 7}

    return sequences


def test_a_page_is_greeted_with_the_numbers_of_its_fleets(people: People) -> None:
    @async_to_sync
    async def greeting() -> Any:
        async with connected(people.rita, "/ws/queue/") as socket:
            return await socket.message()

    hello = greeting()

    assert hello == {"hello": {"shop": sequences_now()["shop"]}, "release": ""}


def test_a_member_hears_an_event_of_the_fleet(people: People) -> None:
    @async_to_sync
    async def heard() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            await push(NOTICE)
            return await socket.event()

    assert heard() == NOTICE


def test_a_member_never_hears_another_fleet(people: People) -> None:
    @async_to_sync
    async def heard() -> Any:
        async with connected(people.rita, "/ws/queue/") as socket:
            await socket.message()
            await push({**NOTICE, "fleet": "elsewhere"}, NOTICE)
            return await socket.event()

    assert heard()["fleet"] == "shop"


@pytest.mark.parametrize("path", ["/ws/f/shop/", "/ws/f/nowhere/"])
def test_an_outsider_is_told_the_same_as_for_a_fleet_that_does_not_exist(
    people: People, path: str
) -> None:
    assert code_of_refusal(path, cookie=session_of(people.otto)) == live.CloseCode.NOT_FOUND


def test_a_stranger_is_told_to_sign_in(people: People) -> None:
    assert code_of_refusal("/ws/queue/") == 4401


def test_whoever_owes_a_second_step_hears_nothing(people: People, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    assert code_of_refusal("/ws/queue/", cookie=session_of(people.rita)) == 4401


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:9000", "null", "http://localhost:8000.evil.example"],
)
def test_a_foreign_page_cannot_open_a_socket(people: People, origin: str) -> None:
    @async_to_sync
    async def answer() -> Any:
        cookie = await sync_to_async(session_of)(people.rita)
        return await Socket("/ws/queue/", cookie=cookie, origin=origin).open()

    assert answer() == {"type": "websocket.close"}


def test_an_unknown_path_is_refused(people: People) -> None:
    @async_to_sync
    async def answer() -> Any:
        return await Socket("/ws/elsewhere/", cookie="").open()

    assert answer() == {"type": "websocket.close", "code": 4404}


def test_what_comes_together_travels_together_and_in_order(people: People) -> None:
    @async_to_sync
    async def heard() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            await push(*({**NOTICE, "seq": seq} for seq in range(100, 103)))
            first = await socket.event()
            return [first["seq"], *(message["seq"] for message in socket.heard)]

    assert heard() == [100, 101, 102]


def test_a_page_that_falls_behind_is_closed_so_that_it_starts_afresh(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "WAITING_MOST", 2)

    @async_to_sync
    async def code() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            # One message to all listeners: the writer gets no turn in between.
            await push(*({**NOTICE, "seq": seq} for seq in range(100, 110)))
            return await socket.closed_with()

    assert code() == live.CloseCode.RESYNC


def test_a_page_is_closed_after_its_lifetime(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LIFETIME_S", 0.2)

    @async_to_sync
    async def code() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            return await socket.closed_with()

    assert code() == live.CloseCode.RESYNC


def test_a_beat_tells_how_far_the_fleets_have_come(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVERY_S", 0.2)

    assert beat_heard(people.rita, "/ws/queue/") == {"beat": {"shop": sequences_now()["shop"]}}


def test_without_a_database_there_is_no_beat_until_it_answers_again(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pulse, "EVERY_S", 0.2)
    refused = OperationalError("connection refused")
    monkeypatch.setattr(pulse, "sequences_now", failing_once(refused))

    assert beat_heard(people.rita) == {"beat": {"shop": 7}}
    assert "no pulse, the database does not answer: connection refused" in caplog.text


@pytest.mark.parametrize(
    "error", [InterfaceError("connection already closed"), RuntimeError("out of order")]
)
def test_a_beat_that_failed_does_not_end_the_pulse(
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    monkeypatch.setattr(pulse, "EVERY_S", 0.2)
    monkeypatch.setattr(pulse, "sequences_now", failing_once(error))

    assert beat_heard(people.rita) == {"beat": {"shop": 7}}
    assert str(error) in caplog.text


def test_a_page_that_fails_at_a_beat_takes_it_from_no_other(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: pulse.Beat) -> None:
        raise RuntimeError("this page is broken")

    monkeypatch.setattr(pulse, "EVERY_S", 0.2)
    stranger = pulse.Viewer(user_key="0", session_key="")

    @async_to_sync
    async def beats() -> Any:
        with pulse.pulse().listening(failing, stranger):
            async with connected(people.rita) as socket:
                await socket.message()
                return [await socket.message(), await socket.message()]

    assert beats() == [{"beat": {"shop": sequences_now()["shop"]}}] * 2
    assert "this page is broken" in caplog.text


def test_a_pulse_that_ended_begins_again_with_the_next_page(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVERY_S", 0.2)

    @async_to_sync
    async def beat() -> Any:
        beating = pulse.pulse()
        with beating.listening(lambda _: None, pulse.Viewer(user_key="0", session_key="")):
            (task,) = [each for each in asyncio.all_tasks() if "_beat_forever" in repr(each)]
            task.cancel()
            await asyncio.wait([task])
            async with connected(people.rita) as socket:
                await socket.message()
                return await socket.message()

    assert beat() == {"beat": {"shop": sequences_now()["shop"]}}


def test_a_connected_page_costs_no_query_for_an_event(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: pulse.Pulse) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(pulse.Pulse, "_rest", never)
    with CaptureQueriesContext(connection) as queries:

        @async_to_sync
        async def counts() -> Any:
            async with connected(people.rita) as socket:
                await socket.message()
                before = await sync_to_async(len)(queries)
                await push(NOTICE)
                await socket.event()
                return before, await sync_to_async(len)(queries)

        before, after = counts()

    assert before == after > 0


def test_a_page_that_was_idle_for_12_s_still_hears(people: People) -> None:
    # Regression: the broker's client closes idle connections after 5 s unless told otherwise.
    @async_to_sync
    async def heard() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            await asyncio.sleep(12)
            await push(NOTICE)
            return await socket.event()

    assert heard() == NOTICE


def test_what_a_page_sends_changes_nothing(people: People) -> None:
    @async_to_sync
    async def heard() -> Any:
        async with connected(people.rita) as socket:
            await socket.message()
            decision = json.dumps({"choice": "approve", "ticket": "t1"})
            await socket.wire.send_input({"type": "websocket.receive", "text": decision})
            await push(NOTICE)
            return await socket.event()

    assert heard() == NOTICE
