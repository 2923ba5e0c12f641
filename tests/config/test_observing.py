"""What stands around every request: id, facts, and the line that tells how it ended."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from django.conf import settings

from config.log_lines import FactsFilter, LineFormatter, logging_settings
from config.observing import RequestObserver
from governance.api.problems import problem_of
from governance.api.sending import ROUTE
from governance.log_facts import facts_begin, facts_note, facts_now
from governance.refusals import MissingError


def scope_of(*headers: tuple[bytes, bytes], kind: str = "http") -> dict[str, Any]:
    return {"type": kind, "method": "GET", "path": "/f/shop/", "headers": list(headers)}


def answered(scope: dict[str, Any], *, route: str = "fleet-queue") -> list[dict[str, Any]]:
    """Return what is sent for a request that is answered with 200 by ``route``."""
    sent: list[dict[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        scope[ROUTE] = route
        facts_note(user=7)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": str(dict(facts_now())).encode()})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    asyncio.run(RequestObserver(inner)(scope, receive, send))
    return sent


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "countersign.access"]


def test_the_id_that_was_sent_comes_back_and_is_known_inside() -> None:
    start, body = answered(scope_of((b"x-request-id", b"r-1")))

    assert start["headers"] == [(b"a", b"b"), (b"x-request-id", b"r-1")]
    assert body["body"] == b"{'request_id': 'r-1', 'user': 7}"


@pytest.mark.parametrize("sent", [b"", b"a\r\nSet-Cookie: x=1", "ä".encode(), b"\xff", b"0" * 65])
def test_an_id_that_is_none_is_replaced(sent: bytes) -> None:
    start, _ = answered(scope_of((b"x-request-id", sent)))

    assert len(dict(start["headers"])[b"x-request-id"]) == 32


def test_a_request_has_one_line_with_its_route_and_not_its_path(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ACCESS_LOG", True)
    with caplog.at_level(logging.INFO, logger="countersign.access"):
        answered(scope_of())

    (line,) = lines(caplog)
    assert line.startswith("GET fleet-queue 200 in ")
    assert line.endswith(" ms")
    assert "/f/shop/" not in line


@pytest.mark.parametrize("route", ["healthz", "readyz", "metrics"])
def test_who_asks_all_day_has_no_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    monkeypatch.setattr(settings, "ACCESS_LOG", True)
    with caplog.at_level(logging.INFO, logger="countersign.access"):
        answered(scope_of(), route=route)

    assert lines(caplog) == []


def test_without_access_log_no_request_has_a_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ACCESS_LOG", False)
    with caplog.at_level(logging.INFO, logger="countersign.access"):
        answered(scope_of())

    assert lines(caplog) == []


def test_a_socket_has_an_id_too_and_other_events_pass() -> None:
    seen: list[object] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["type"], len(str(facts_now().get("request_id", "")))))

    for kind in ("websocket", "lifespan"):
        asyncio.run(RequestObserver(inner)(scope_of(kind=kind), None, None))  # type: ignore[arg-type]

    assert seen == [("websocket", 32), ("lifespan", 0)]


def test_a_problem_document_names_its_request() -> None:
    with facts_begin(request_id="r-1"):
        inside = json.loads(problem_of(MissingError("There is none.")).content)
    outside = json.loads(problem_of(MissingError("There is none.")).content)

    assert inside == {**outside, "request_id": "r-1"}


def record_with(**facts: str | int) -> logging.LogRecord:
    record = logging.LogRecord("shop", logging.ERROR, __file__, 1, "it %s", ("broke",), None)
    with facts_begin(**facts):
        FactsFilter().filter(record)
    return record


def test_a_line_has_the_facts_in_brackets_where_there_are_any() -> None:
    formatter = LineFormatter("{levelname} {name} {message}{told}", style="{")

    assert formatter.format(record_with(request_id="r-1", user=7)) == (
        "ERROR shop it broke [request_id=r-1 user=7]"
    )
    assert formatter.format(record_with()) == "ERROR shop it broke"


def test_a_line_of_json_is_one_object_with_the_facts_by_name() -> None:
    made = logging_settings(is_json=True)["formatters"]["json"]
    formatter = made["()"](**{name: value for name, value in made.items() if name != "()"})

    told = json.loads(formatter.format(record_with(request_id="r-1", message="never")))

    assert told.pop("at").startswith("20")
    assert told == {
        "level": "error",
        "logger": "shop",
        "message": "it broke",
        "request_id": "r-1",
    }


def test_a_trace_is_part_of_the_object() -> None:
    made = logging_settings(is_json=True)["formatters"]["json"]
    formatter = made["()"](**{name: value for name, value in made.items() if name != "()"})
    record = record_with()
    try:
        raise ValueError("of a test")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)

    line = formatter.format(record)

    assert "\n" not in line
    assert "ValueError: of a test" in json.loads(line)["exception"]
