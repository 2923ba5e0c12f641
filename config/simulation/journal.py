"""The journal: what was asked and what came back, one JSON line each, kept by the asking side.

A line is written before a call is sent and another when its final answer is there. After any
number of killed processes it says what must be in the database once, and what may be.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

ASKED, ANSWERED = "asked", "answered"


class Journal(Protocol):
    """Where calls are noted."""

    def asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> str:
        """Note a call before it is sent; return the id that its answer names."""

    def answered(self, call: str, *, ok: bool, code: str, answer: Mapping[str, Any]) -> None:
        """Note the final answer to a call: a success, or a refusal with its code."""


class NoJournal:
    """Notes nothing."""

    def asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> str:  # noqa: ARG002
        """Note nothing."""
        return ""

    def answered(self, call: str, *, ok: bool, code: str, answer: Mapping[str, Any]) -> None:
        """Note nothing."""


class FileJournal:
    """Appends to a file, a whole line at a time, from any number of threads."""

    def __init__(self, path: Path) -> None:
        """Open ``path`` to append to; several runs may follow each other in one file."""
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._numbers = itertools.count(1)
        self._run = secrets.token_hex(4)
        self._lock = threading.Lock()
        # A line that a killed run left half written must not swallow the first of this one.
        if not _ends_whole(path):
            os.write(self._file, b"\n")

    def asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> str:
        """Note a call before it is sent; return the id that its answer names."""
        call = f"{self._run}-{next(self._numbers)}"
        self._line({"call": call, "what": ASKED, "method": method, "path": path, "body": body})
        return call

    def answered(self, call: str, *, ok: bool, code: str, answer: Mapping[str, Any]) -> None:
        """Note the final answer to a call."""
        self._line({"call": call, "what": ANSWERED, "ok": ok, "code": code, "answer": answer})

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _line(self, entry: dict[str, Any]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(), **entry}, default=str) + "\n"
        # One write for one line: a killed process loses the end of the file and nothing else.
        with self._lock:
            os.write(self._file, line.encode())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as journal:
        size = journal.seek(0, os.SEEK_END)
        journal.seek(max(0, size - 1))
        return journal.read() in {b"", b"\n"}


def journal_read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of a journal in order, without a line that was cut off by a kill."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            yield entry
