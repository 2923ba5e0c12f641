from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from django.core.asgi import get_asgi_application
from django.test import RequestFactory
from whitenoise.responders import StaticFile

from config.static_files import StaticFiles

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import Settings

SHEET = b"p { color: teal }"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "page.css"
    path.write_bytes(SHEET)
    return path


def served(path: Path, method: str = "GET", **headers: str) -> HttpResponse:
    request = RequestFactory().generic(method, "/static/page.css", headers=headers)
    return StaticFiles.serve(StaticFile(str(path), [("Content-Type", "text/css")]), request)


async def sent_to_get(path: str) -> tuple[int, bytes]:
    """Return status and body of one GET request to a new application, as an ASGI server asks."""
    sent: list[dict[str, Any]] = []
    asked = [{"type": "http.request", "body": b"", "more_body": False}]
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }

    async def receive() -> dict[str, Any]:
        if not asked:
            await asyncio.Event().wait()  # The client stays.
        return asked.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await get_asgi_application()(scope, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])


def test_a_file_is_sent_under_asgi_without_a_warning(sheet: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = sheet.parent

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = async_to_sync(sent_to_get)("/static/page.css")

    assert answer == (200, SHEET)


def test_a_whole_file_comes_with_its_headers(sheet: Path) -> None:
    response = served(sheet)

    assert (response.status_code, response.content) == (200, SHEET)
    assert response["Content-Type"] == "text/css"
    assert response["Content-Length"] == "17"


def test_a_range_is_that_part_of_the_file(sheet: Path) -> None:
    response = served(sheet, Range="bytes=4-8")

    assert (response.status_code, response.content) == (206, b"color")
    assert response["Content-Range"] == "bytes 4-8/17"


def test_a_file_that_the_page_has_is_not_sent_again(sheet: Path) -> None:
    response = served(sheet, **{"If-None-Match": served(sheet)["ETag"]})

    assert (response.status_code, response.content) == (304, b"")


def test_asking_for_the_headers_sends_no_file(sheet: Path) -> None:
    response = served(sheet, method="HEAD")

    assert (response.status_code, response.content) == (200, b"")
