"""What events about keys and tokens say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dashboard.display.durations import day_time


def _rotated(payload: Mapping[str, Any], _: object) -> str:
    said = f"The API key {payload['name']} was rotated"
    try:
        until = day_time(datetime.fromisoformat(payload["until"]))
    except ValueError:
        return f"{said}."
    return f"{said}; the former one signs in until {until} UTC."


KEY_WORDS: Mapping[str, Callable[[Mapping[str, Any], Any], str]] = {
    "key.changed": lambda payload, _: f"The API key {payload['name']}: {payload['sentence']}",
    "key.created": lambda payload, _: f"The API key {payload['name']} was made.",
    "key.revoked": lambda payload, _: f"The API key {payload['name']} no longer signs in.",
    "key.rotated": _rotated,
    "token.created": lambda payload, _: f"The personal token {payload['name']} was made.",
    "token.revoked": lambda payload, _: f"The personal token {payload['name']} was revoked.",
}
