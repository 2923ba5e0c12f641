"""Long polls: they end with news, at the right moment, and cost nothing meanwhile."""

from __future__ import annotations

import asyncio
import math
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

from escalations.models import Ticket
from governance.api import waits
from governance.api.waits import Look, look_until_news
from governance.feed import Notice, hub, notices_push
from tests.escalations.answering import approve, deny
from tests.escalations.holders import answer_as, ask, claim
from tests.governance.api.asgi import Answered, call, get
from tests.governance.api.http import Api, key_api, person_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Task
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 20
_asleep = waits._sleep


@pytest.fixture
def only_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks again by himself, so only news can end a wait in time."""
    monkeypatch.setattr(waits, "LOOK_AGAIN_S", 3600.0)


@pytest.fixture
def waiting_task(shop: Orchestrator) -> Task:
    return shop.ask("refund", external_id="t-9").task


def while_waiting(path: str, token: str | None, act: Callable[[], object]) -> Answered:
    """Return the answer to a waiting call; ``act`` is done once it waits."""

    async def both() -> Answered:
        waiting = asyncio.create_task(get(path, token))
        await listening(1)
        await asyncio.to_thread(_and_close, act)
        return await asyncio.wait_for(waiting, PATIENCE_S)

    return asyncio.run(both())


async def listening(many: int) -> None:
    """Return once ``many`` calls have looked and wait for news, and the feed is subscribed to."""
    heard = asyncio.Event()

    def hear(notice: Notice) -> None:
        if notice["fleet"] == "nobody's":
            heard.set()

    notice = Notice(fleet="nobody's", seq=0, name="", ids={})
    with hub().listening(hear):
        for _ in range(PATIENCE_S * 50):
            if heard.is_set() and Sleepers.count >= many:
                return
            await asyncio.to_thread(notices_push, [notice])
            await asyncio.sleep(0.02)
    raise AssertionError(f"{Sleepers.count} calls wait, not {many}")


class Sleepers:
    """Counts the calls that wait for news, by passing their sleep through."""

    count = 0

    @staticmethod
    async def sleep(news: asyncio.Event, seconds: float) -> None:
        Sleepers.count += 1
        try:
            await _asleep(news, seconds)
        finally:
            Sleepers.count -= 1


@pytest.fixture(autouse=True)
def counted_sleepers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "_sleep", Sleepers.sleep)


def _and_close(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connections.close_all()


def test_a_wait_ends_when_people_deny(
    shop: Orchestrator, api: Api, waiting_task: Task, only_news: None
) -> None:
    ticket = Ticket.objects.get(task=waiting_task)

    answered = while_waiting("tasks/t-9?wait=60", api.token, lambda: deny(ticket, shop.crew.rita))

    assert answered.json()["state"] == "DENIED"
    assert answered.json()["resolution"]["answer"] == "denied"
    assert answered.json()["resolution"]["reason_text"] == "The order is paid back."


def test_a_wait_ends_when_people_ask_and_when_they_are_answered(
    shop: Orchestrator, api: Api, waiting_task: Task, only_news: None
) -> None:
    ticket = Ticket.objects.get(task=waiting_task)
    claim(ticket, shop.crew.rita)

    asked = while_waiting(
        "tasks/t-9?wait=60", api.token, lambda: ask(ticket, shop.crew.rita, "Paid twice?")
    ).json()
    question = ticket.notes.get()
    answered = while_waiting(
        "tasks/t-9?wait=60", api.token, lambda: answer_as(shop.crew.lena, question)
    ).json()

    assert (asked["state"], asked["ticket"]["question"]["text"]) == ("PENDING", "Paid twice?")
    assert asked["ticket"]["question"]["id"] == str(question.pk)
    assert asked["answer_by"] == asked["ticket"]["decide_by"].replace("+00:00", "Z")
    assert answered["ticket"]["question"] is None


def test_a_wait_ends_when_people_approve_and_again_when_it_is_usable(
    shop: Orchestrator, api: Api, clock: Clock, waiting_task: Task, only_news: None
) -> None:
    ticket = Ticket.objects.get(task=waiting_task)
    approve(ticket, shop.crew.rita)
    ticket.refresh_from_db()

    approved = while_waiting(
        "tasks/t-9?wait=60", api.token, lambda: approve(ticket, shop.crew.mona)
    ).json()
    clock.forward(seconds=9.9)
    usable = while_waiting(
        "tasks/t-9?wait=60", api.token, lambda: clock.forward(seconds=0.1)
    ).json()

    assert (approved["state"], approved["usable_from"]) == ("READY", "2026-03-02T12:00:10Z")
    assert usable["state"] == "READY"


def test_a_wait_ends_when_the_caller_withdraws(
    api: Api, waiting_task: Task, only_news: None
) -> None:
    answered = while_waiting(
        "tasks/t-9?wait=60",
        api.token,
        lambda: api.post("tasks/t-9/cancel", {"reason": "Enough."}),
    )

    assert answered.json()["resolution"]["answer"] == "withdrawn"


def test_a_task_nobody_answered_is_expired_when_it_is_read(
    api: Api, clock: Clock, waiting_task: Task
) -> None:
    clock.forward(hours=5)

    answered = asyncio.run(get("tasks/t-9?wait=60", api.token)).json()

    assert (answered["state"], answered["resolution"]["answer"]) == ("EXPIRED", "expired")


def test_what_has_an_answer_is_not_waited_for(api: Api, shop: Orchestrator) -> None:
    shop.ask("read", external_id="t-1")

    answered = asyncio.run(get("tasks/t-1?wait=60", api.token))

    assert answered.json()["state"] == "READY"
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["x-content-type-options"] == "nosniff"


def test_a_lost_push_is_found_by_looking_again(
    api: Api, waiting_task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LOOK_AGAIN_S", 0.05)

    answered = while_waiting(
        "tasks/t-9?wait=60",
        api.token,
        lambda: type(waiting_task).objects.filter(pk=waiting_task.pk).update(state="DENIED"),
    )

    assert answered.json()["state"] == "DENIED"


def test_the_feed_waits_for_the_next_event(api: Api, shop: Orchestrator, only_news: None) -> None:
    last = api.get("events").json()["next"]

    answered = while_waiting(
        f"events?after={last}&wait=60",
        api.token,
        lambda: api.post("fleet/halt", {"reason": "A leak."}),
    )

    assert [event["name"] for event in answered.json()["events"]] == ["fleet.halted"]
    assert answered.json()["next"] == last + 1


def test_a_person_waits_for_events_with_a_token(shop: Orchestrator, only_news: None) -> None:
    rita = person_api(shop.crew.rita)
    last = rita.get("events").json()["next"]

    answered = while_waiting(
        f"events?after={last}&wait=60&fleet=shop",
        rita.token,
        lambda: rita.post("fleet/halt", {"reason": "A leak."}),
    )

    assert answered.json()["events"][0]["actor"] == "rita"


@pytest.mark.parametrize(
    ("path", "token", "code"),
    [
        ("tasks/t-9?wait=5", "cs_0_0", "key_unknown"),
        ("tasks/t-9?wait=5", "nonsense", "key_malformed"),
        ("tasks/t-9?wait=90", "cs_0_0", "invalid_field"),
        ("events?wait=5&after=x", "csp_0_0", "token_unknown"),
        ("tasks/t-9?wait=5", None, "key_missing"),
    ],
)
def test_a_waiting_call_is_refused_as_any_other(
    shop: Orchestrator, path: str, token: str | None, code: str
) -> None:
    answered = asyncio.run(get(path, token))

    assert answered.json()["code"] == code
    assert answered.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["agents/shop-bot?wait=5", "healthz?wait=5"])
def test_calls_that_never_wait_are_left_to_django(api: Api, shop: Orchestrator, path: str) -> None:
    plain = asyncio.run(get(path.partition("?")[0], api.token))

    asked_to_wait = asyncio.run(get(path, api.token))

    # Each answer has the id of its own request.
    assert {**asked_to_wait.json(), "request_id": ""} == {**plain.json(), "request_id": ""}


def test_a_key_revoked_while_it_waits_is_told_nothing(
    shop: Orchestrator, waiting_task: Task, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LOOK_AGAIN_S", 0.05)
    api = key_api(shop.fleet)

    answered = while_waiting(
        "tasks/t-9?wait=60",
        api.token,
        lambda: shop.fleet.keys.filter(prefix=(api.token or "").split("_")[1]).update(
            revoked_at=clock.now
        ),
    )

    assert (answered.status, answered.json()["code"]) == (401, "key_revoked")


def test_a_client_that_leaves_ends_its_wait(api: Api, waiting_task: Task, only_news: None) -> None:
    async def leave() -> tuple[Answered, int]:
        gone = asyncio.Event()
        waiting = asyncio.create_task(call("tasks/t-9?wait=60", api.token, gone))
        await listening(1)
        gone.set()
        answered = await asyncio.wait_for(waiting, PATIENCE_S)
        await asyncio.sleep(0)
        return answered, Sleepers.count

    answered, still_waiting = asyncio.run(leave())

    assert (answered.status, still_waiting) == (0, 0)


def test_sixty_waits_hold_no_connection_and_no_thread_each(
    api: Api, shop: Orchestrator, waiting_task: Task, only_news: None
) -> None:
    ticket = Ticket.objects.get(task=waiting_task)

    async def many() -> tuple[int, int, set[str]]:
        waiting = [asyncio.create_task(get("tasks/t-9?wait=60", api.token)) for _ in range(60)]
        await listening(60)
        threads = threading.active_count()
        open_now = await asyncio.to_thread(_and_close, _connections_open)
        await asyncio.to_thread(_and_close, lambda: deny(ticket, shop.crew.rita))
        answers = await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE_S)
        return threads, int(str(open_now)), {answered.json()["state"] for answered in answers}

    idle_threads, idle_connections = threading.active_count(), _connections_open()
    threads, open_now, states = asyncio.run(many())

    assert states == {"DENIED"}
    # The pool that reads has at most 32 threads, whoever waits.
    assert threads <= idle_threads + 32
    # One more is the counting itself; one left by an earlier test may have closed meanwhile.
    assert open_now <= idle_connections + 1


def _connections_open() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def _about(_: Notice) -> bool:
    return True


def test_a_wait_that_is_over_tells_what_is_there() -> None:
    looks: list[Look] = []

    async def look() -> Look:
        looks.append(Look(payload=len(looks), mark="same", waits_s=math.inf, concerns=_about))
        return looks[-1]

    seen = asyncio.run(look_until_news(look, wait_s=1))

    assert seen.mark == "same"
    assert len(looks) == 2


def test_without_a_wait_one_look_is_enough() -> None:
    looks: list[Look] = []

    async def look() -> Look:
        looks.append(Look(payload=1, mark="same", waits_s=math.inf, concerns=_about))
        return looks[-1]

    asyncio.run(look_until_news(look, wait_s=0))

    assert len(looks) == 1
