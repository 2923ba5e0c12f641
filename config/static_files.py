"""Static files under ASGI: whole answers, because Django gathers a stream before it sends it."""

# mypy: allow-subclassing-any

from __future__ import annotations

from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise with answers that are no streams.

    Its file responses are synchronous streams. Django's ASGI handler reads such a stream to its
    end in a thread, warns of it, and then sends it: slower than reading the file at once.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Return the answer for one file: whole, a range of it, or not modified."""
        found = static_file.get_response(request.method, request.META)
        with closing(found.file or BytesIO()) as file:
            response = HttpResponse(file.read(), status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
