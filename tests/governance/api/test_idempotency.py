"""One effect and one answer for each Idempotency-Key."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import connection
from django.http import HttpResponse, JsonResponse

from governance.api.idempotency import answer_once, body_sha256
from governance.models import StoredAnswer, Task
from governance.refusals import ConflictError, InvalidFieldError
from tests.governance.api.http import Api, key_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

EMPTY = body_sha256(b"")


def once(call: Callable[[], HttpResponse], key: str = "k-1", sha256: str = EMPTY) -> HttpResponse:
    return answer_once(
        principal="key:1", route="POST /api/v1/tasks", key=key, body_sha256=sha256, call=call
    )


class Counter:
    """A call that counts how often it was made."""

    def __init__(self, status: int = 201) -> None:
        self.calls, self.status = 0, status

    def __call__(self) -> HttpResponse:
        self.calls += 1
        return JsonResponse({"call": self.calls}, status=self.status)


def ask(shop: Orchestrator, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(shop.body("read", **fields))
    return found


def test_the_same_key_gives_the_first_answer(api: Api, shop: Orchestrator) -> None:
    body = ask(shop)

    first = api.post("tasks", body, Idempotency_Key="k-1")
    again = api.post("tasks", body, Idempotency_Key="k-1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Task.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(api: Api, shop: Orchestrator) -> None:
    api.post("tasks", ask(shop), Idempotency_Key="k-1")

    answered = api.post("tasks", ask(shop), Idempotency_Key="k-1")

    assert answered.status_code == 422
    assert answered.json()["code"] == "idempotency_key_reused"
    assert answered.json()["field"] == "Idempotency-Key"
    assert Task.objects.count() == 1


def test_keys_of_different_callers_never_meet(api: Api, shop: Orchestrator, fleet: Fleet) -> None:
    other = key_api(fleet)
    api.post("tasks", ask(shop), Idempotency_Key="k-1")

    answered = other.post("tasks", ask(shop), Idempotency_Key="k-1")

    assert answered.status_code == 201


def test_a_key_is_new_on_another_route(api: Api, shop: Orchestrator) -> None:
    task = api.post("tasks", ask(shop), Idempotency_Key="k-1").json()

    answered = api.post(f"tasks/{task['id']}/cancel", {"reason": "Enough."}, Idempotency_Key="k-1")

    assert answered.json()["state"] == "CANCELLED"


def test_a_key_is_new_again_after_a_day(db: None, clock: Clock) -> None:
    call = Counter()
    once(call)
    clock.forward(hours=23, minutes=59)
    once(call)
    clock.forward(minutes=1)

    answered = once(call, sha256=body_sha256(b"another body"))

    assert answered.status_code == 201
    assert call.calls == 2


def test_a_refusal_is_not_kept(db: None, clock: Clock) -> None:
    def refuse() -> HttpResponse:
        raise ConflictError("Not yet.", code="not_approved_yet")

    with pytest.raises(ConflictError):
        once(refuse)

    assert once(Counter()).status_code == 201


def test_what_a_refused_call_wrote_on_purpose_stays(db: None, clock: Clock) -> None:
    def refuse() -> HttpResponse:
        StoredAnswer.objects.create(
            principal="p", route="r", idempotency_key="x", body_sha256=EMPTY, created_at=clock.now
        )
        raise ConflictError("It has expired, and that was written.", code="expired")

    with pytest.raises(ConflictError):
        once(refuse)

    assert StoredAnswer.objects.get().idempotency_key == "x"


def test_a_problem_that_is_returned_is_not_kept(db: None, clock: Clock) -> None:
    call = Counter(status=409)

    once(call)
    once(call)

    assert call.calls == 2


def test_a_crash_leaves_the_key_unlocked(db: None, clock: Clock) -> None:
    def crash() -> HttpResponse:
        raise RuntimeError("power failure")

    with pytest.raises(RuntimeError):
        once(crash)

    assert once(Counter()).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "schlüssel"])
def test_an_unusable_key_is_refused(db: None, clock: Clock, key: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        once(Counter(), key=key)

    assert refused.value.allowed == "1 to 200 printable ASCII characters"


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_is_told_so_and_later_gets_the_answer(clock: Clock) -> None:
    inside, go_on = threading.Event(), threading.Event()
    answers: list[HttpResponse] = []

    def slow() -> HttpResponse:
        inside.set()
        assert go_on.wait(10)
        return JsonResponse({"call": "slow"}, status=201)

    def first() -> None:
        answers.append(once(slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)

    with pytest.raises(ConflictError) as refused:
        once(Counter())
    go_on.set()
    thread.join()

    assert refused.value.code == "idempotency_key_in_flight"
    assert once(Counter()).content == answers[0].content
