"""Reading a file of recorded outcomes, CSV with a header or JSON Lines, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import msgspec

from governance.replay.rows import COLUMNS, REQUIRED, ReplayRow, reason_of

Advance = Callable[[int], None]
_TELL_EVERY = 20_000


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read as recorded outcomes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: its line, counted from 1, and why."""

    line: int
    reason: str


def outcomes_read(path: Path, *, told: Advance) -> Iterator[tuple[int, ReplayRow | Refused]]:
    """Yield each row of the file with its line number; a bad row comes as its refusal.

    Args:
        path: the file, UTF-8; JSON Lines if its first character is a brace, CSV otherwise.
        told: called now and then with the bytes read so far.

    Raises:
        UnreadableFileError: if it is empty, or its header lacks a required column.
        OSError: if it cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableFileError(f"{path} is empty")
    return _json_lines(path, told) if start.startswith(b"{") else _csv(path, told)


def _json_lines(path: Path, told: Advance) -> Iterator[tuple[int, ReplayRow | Refused]]:
    decode = msgspec.json.Decoder(ReplayRow, strict=False).decode
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            if line % _TELL_EVERY == 0:
                told(file.tell())
            content = text.removeprefix(b"\xef\xbb\xbf") if line == 1 else text
            if not content.strip():
                continue
            try:
                yield line, decode(content)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                yield line, Refused(line, reason_of(str(error), _given(content)))


def _given(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _csv(path: Path, told: Advance) -> Iterator[tuple[int, ReplayRow | Refused]]:
    # Bytes that are no UTF-8 become characters that no row may hold, so only their row is lost.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        names = _header(path, reader)
        known = [place for place, name in enumerate(names) if name in COLUMNS]
        columns = tuple(names[place] for place in known)
        pick = itemgetter(*known)
        convert, width = msgspec.convert, len(names)
        line = reader.line_num
        while True:
            begins = line + 1
            try:
                fields = next(reader, None)
            except csv.Error as error:
                line = reader.line_num
                yield begins, Refused(begins, str(error))
                continue
            if fields is None:
                return
            line = reader.line_num
            if line % _TELL_EVERY == 0:
                told(_place(file))
            if not fields:
                continue
            if len(fields) != width:
                reason = f"has {len(fields)} columns, the header has {width}"
                yield begins, Refused(begins, reason)
                continue
            given = {
                name: value for name, value in zip(columns, pick(fields), strict=True) if value
            }
            try:
                yield begins, convert(given, ReplayRow, strict=False)
            except msgspec.ValidationError as error:
                yield begins, Refused(begins, reason_of(str(error), given))


def _header(path: Path, reader: Any) -> list[str]:
    try:
        names = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise UnreadableFileError(f"{path} has no header: {error}") from error
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableFileError(f"{path} lacks the columns {', '.join(missing)} in its header")
    doubled = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if doubled:
        raise UnreadableFileError(f"{path} has the columns {', '.join(doubled)} twice")
    return names


def _place(file: TextIO) -> int:
    return file.buffer.tell()
