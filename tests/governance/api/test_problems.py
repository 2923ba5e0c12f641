"""Whatever goes wrong leaves as a problem document."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import OperationalError

from governance.api.problems import (
    EVERY_KIND,
    KINDS,
    kind_of,
    problem,
    problem_document,
    problem_of,
)
from governance.refusals import ConflictError, InvalidFieldError, RefusalError, TooEarlyError
from governance.selectors import clock as clock_module
from governance.selectors.clock import clock_now
from tests.governance.api.http import Api

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.governance.services.orchestrator import Orchestrator

CALLS = [("GET", "tasks/t-1"), ("GET", "events"), ("GET", "agents/a"), ("POST", "tasks")]


class NewRefusalError(RefusalError):
    """A refusal of which the table of kinds knows nothing."""


class OwnConflictError(ConflictError):
    """A refusal whose parent the table knows."""


def clock_breaks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken() -> datetime:
        raise error

    monkeypatch.setattr(clock_module, "source", broken)


def test_the_clock_of_these_tests_can_break(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_breaks(monkeypatch, OperationalError("gone"))

    with pytest.raises(OperationalError):
        clock_now()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_a_database_nothing_is_decided(
    api: Api, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    clock_breaks(monkeypatch, OperationalError("the server closed the connection"))

    answered = api.send(method, path, {})

    assert (answered.status_code, answered.json()["code"]) == (503, "unavailable")
    assert answered["Retry-After"] == "1"
    assert "closed" not in answered.content.decode()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_defect_is_logged_and_tells_its_caller_nothing_of_the_inside(
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
) -> None:
    clock_breaks(monkeypatch, ZeroDivisionError("a secret of the code"))

    with caplog.at_level(logging.ERROR):
        answered = api.send(method, path, {})

    assert (answered.status_code, answered.json()["code"]) == (500, "internal")
    assert "secret" not in answered.content.decode()
    assert "a secret of the code" in caplog.text


def test_an_operator_may_set_a_lower_limit_of_size(
    shop: Orchestrator, api: Api, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    answered = api.post("tasks", {"agent": "shop-bot"})

    assert (answered.status_code, answered.json()["code"]) == (413, "body_too_large")


def test_a_refusal_of_an_unknown_class_is_a_conflict() -> None:
    assert kind_of(NewRefusalError("No.")).status == 409
    assert kind_of(OwnConflictError("No.")).status == 409


def test_every_kind_has_its_own_name() -> None:
    names = [kind.name for kind in EVERY_KIND]

    assert len(set(names)) == len(names) == len(KINDS) + 1


def test_what_a_refusal_carries_never_replaces_a_standard_member() -> None:
    document = problem_document(
        ConflictError("Denied.", code="denied", status="PENDING", title="mine", state="DENIED")
    )

    assert (document["status"], document["code"]) == (409, "denied")
    assert msgspec.to_builtins(document)["state"] == "DENIED"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        ("x" * 201, "x" * 200 + "…"),
        (["a"], ["a"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00+00:00"),
        (["x" * 300], '["' + "x" * 198 + "…"),
    ],
)
def test_a_value_is_repeated_but_never_as_a_flood(value: object, shown: object) -> None:
    document = problem_document(InvalidFieldError("No.", field="f", value=value))

    assert document["value"] == shown


@pytest.mark.parametrize(
    ("extra", "seconds"),
    [({}, "1"), ({"retry_after_s": 9.2}, "10"), ({"retry_after_s": None}, "1")],
)
def test_too_early_says_when_to_come_back(extra: dict[str, Any], seconds: str) -> None:
    answered = problem_of(TooEarlyError("Not yet.", **extra))

    assert (answered.status_code, answered["Retry-After"]) == (425, seconds)


def test_a_page_may_answer_with_a_problem_of_its_own() -> None:
    answered = problem(
        403,
        "csrf_failed",
        "This page is too old",
        "Load it again.",
        field="token",
        value="abc",
        allowed="a fresh one",
        why="the cookie is gone",
    )

    document = msgspec.json.decode(answered.content)
    assert document == {
        "why": "the cookie is gone",
        "type": "/api/docs/problems/#forbidden",
        "title": "This page is too old",
        "status": 403,
        "detail": "Load it again.",
        "code": "csrf_failed",
        "field": "token",
        "value": "abc",
        "allowed": "a fresh one",
    }
