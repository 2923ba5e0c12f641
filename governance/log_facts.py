"""What every log line of a request or a job says of it: one set of facts, shared by its threads.

The facts are noted where they become known, a key when it has signed in, a task when named, and
stand on every line from then on, and on the line that tells how the request ended. Only ids, slugs
and numbers are noted: never a body, a name or a secret.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Facts = dict[str, str | int]

REQUEST_ID = "request_id"
REQUEST_HEADER = "X-Request-Id"
# What a caller may send to be found again: nothing that could break a line or a query.
_VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
# As long as ids and slugs of ours are; what callers name may be longer.
LONGEST = 80

_facts: ContextVar[Facts | None] = ContextVar("countersign_log_facts", default=None)


def request_id_from(sent: str) -> str:
    """Return the id that a caller sent if it is valid, up to 64 letters, digits and ``. _ : -``;
    else a new one."""
    return sent if _VALID_ID.fullmatch(sent) else uuid4().hex


@contextmanager
def facts_begin(**facts: str | int) -> Iterator[Facts]:
    """Begin the facts of a request or a job; they end with the block."""
    own: Facts = dict(facts)
    token = _facts.set(own)
    try:
        yield own
    finally:
        _facts.reset(token)


def facts_note(**facts: object) -> None:
    """Add facts to those of the present request or job; empty ones are none.

    Outside a request or job nothing happens.
    """
    own = _facts.get()
    if own is not None:
        for name, value in facts.items():
            if value == "":
                continue
            own[name] = value if isinstance(value, int) else _on_one_line(str(value)[:LONGEST])


def _on_one_line(text: str) -> str:
    """Return a text of an address as it may stand in a line: callers write what they like there."""
    return "".join(each if each.isprintable() and each not in " []" else "?" for each in text)


def facts_now() -> Mapping[str, str | int]:
    """Return the facts of the present request or job, none outside one."""
    return _facts.get() or {}


def request_id_now() -> str:
    """Return the id of the present request, empty outside one."""
    return str(facts_now().get(REQUEST_ID, ""))
