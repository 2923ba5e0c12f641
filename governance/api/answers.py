"""JSON answers: decimals as text, times with their zone, never cached."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse

# Built once; an encoder per answer costs more than encoding it.
_encoder = msgspec.json.Encoder(decimal_format="string")


def answer(payload: Any, status: int = 200) -> HttpResponse:
    """Return ``payload`` as an answer; structs, dataclasses, times, UUIDs and decimals are fine."""
    response = HttpResponse(
        _encoder.encode(payload), status=status, content_type="application/json"
    )
    response["Cache-Control"] = "no-store"
    return response
