"""A start is a question of its own; only a lost answer to it is asked for again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from examples.client import (
    Countersign,
    RefusedError,
    Started,
    Task,
    TooEarlyError,
    UnavailableError,
)
from tests.flaky_server import Flaky, flaky_running

GO = json.dumps({"arguments": {"order": 7}, "spend_cap_usd": None, "edited": True}).encode()
IN_FLIGHT = json.dumps({"code": "idempotency_key_in_flight"}).encode()
FINISHED = json.dumps({"code": "already_finished", "detail": "It has finished."}).encode()
TASK = Task(id="t-1", state="READY", action_digest="d")
STARTED = Started(task_id="t-1", arguments={"order": 7}, edited=True)


@pytest.fixture
def flaky() -> Iterator[Flaky]:
    with flaky_running() as server:
        yield server


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UnavailableError, "usual_s", 0.0)
    monkeypatch.setattr(TooEarlyError, "usual_s", 0.0)


def test_what_people_ask_back_is_answered_while_it_waits(flaky: Flaky) -> None:
    waiting = _task("PENDING", question={"id": "q-1", "text": "Paid twice?"})
    flaky.answers = [_ok(waiting), _ok({}), _ok(_task("READY"))]
    questions: list[str] = []

    def asked(question: str) -> str:
        questions.append(question)
        return "Yes."

    ready = Countersign(flaky.url, "cs_a_b").wait(
        Task(id="t-1", state="PENDING", action_digest="d"), asked=asked
    )

    assert (ready.state, questions) == ("READY", ["Paid twice?"])


def test_a_question_that_the_program_cannot_answer_is_left_to_people(flaky: Flaky) -> None:
    waiting = _task("PENDING", question={"id": "q-1", "text": "Paid twice?"})
    flaky.answers = [_ok(waiting), _ok(_task("READY"))]

    ready = Countersign(flaky.url, "cs_a_b").wait(
        Task(id="t-1", state="PENDING", action_digest="d")
    )

    assert ready.state == "READY"
    assert flaky.keys == [None, None]


def _task(state: str, *, question: dict[str, str] | None = None) -> dict[str, object]:
    ticket = {"id": "0198", "question": question}
    return {"id": "t-1", "state": state, "action_digest": "d", "ticket": ticket}


def _ok(answer: dict[str, object]) -> tuple[int, bytes, int]:
    body = json.dumps(answer).encode()
    return (200, body, len(body))


def test_two_starts_have_two_keys(flaky: Flaky) -> None:
    flaky.answers = [(200, GO, len(GO)), (409, FINISHED, len(FINISHED))]
    gate = Countersign(flaky.url, "cs_a_b")

    first = gate.start(TASK)
    with pytest.raises(RefusedError, match=r"It has finished\.") as refused:
        gate.start(TASK)

    assert first == STARTED
    assert refused.value.code == "already_finished"
    assert len(set(flaky.keys)) == 2


@pytest.mark.parametrize(
    "lost",
    [(200, GO[:9], len(GO)), (503, b"{}", 2), (409, IN_FLIGHT, len(IN_FLIGHT)), (425, b"{}", 2)],
    ids=["broken off", "nothing decided", "still being answered", "too early"],
)
def test_a_lost_answer_is_asked_for_with_the_same_key(
    flaky: Flaky, lost: tuple[int, bytes, int]
) -> None:
    flaky.answers = [lost, (200, GO, len(GO))]

    started = Countersign(flaky.url, "cs_a_b").start(TASK)

    assert started == STARTED
    assert flaky.keys[0] == flaky.keys[1]


def test_after_five_tries_it_says_that_nobody_answers(flaky: Flaky) -> None:
    flaky.answers = [(503, b"{}", 2)] * 6

    with pytest.raises(UnavailableError):
        Countersign(flaky.url, "cs_a_b").start(TASK)

    assert len(flaky.keys) == 5


def test_a_key_of_the_callers_own_is_sent_as_it_is(flaky: Flaky) -> None:
    flaky.answers = [(200, GO, len(GO))]

    Countersign(flaky.url, "cs_a_b").start(TASK, idempotency_key="start-t-1")

    assert flaky.keys == ["start-t-1"]
