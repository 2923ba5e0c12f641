"""Files that are sent while they are read, so that their length costs no memory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from django.http import HttpRequest

Piece = TypeVar("Piece", str, bytes)


def file_streamed(
    request: HttpRequest, lines: Iterator[str], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """Return an answer that a browser saves as a file, read while it is sent."""
    # Django collects a plain iterator whole before it sends the first byte under ASGI.
    body = _read_apart(lines) if isinstance(request, ASGIRequest) else lines
    response = StreamingHttpResponse(body, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def bytes_streamed(
    request: HttpRequest, pieces: Iterator[bytes], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """Return the same of a file that is no text."""
    body = _read_apart(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _read_apart(lines: Iterator[Piece]) -> AsyncIterator[Piece]:
    """Yield lines that are read in the request's own thread, where its connection is."""
    read_next = sync_to_async(partial(next, lines, None))
    while (line := await read_next()) is not None:
        yield line
