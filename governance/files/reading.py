"""Reading a file of records, CSV with a header or JSON Lines, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

import msgspec

Advance = Callable[[int], None]
Row = TypeVar("Row", bound=msgspec.Struct)
_TELL_EVERY = 20_000


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read as the records it should hold."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: its line, counted from 1, and why; of several files, which."""

    line: int
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFormat(Generic[Row]):
    """What a file holds: its rows, the columns it must have, and in words what some may hold."""

    row: type[Row]
    required: tuple[str, ...]
    allowed: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read; others are ignored."""
        return self.row.__struct_fields__

    def reason_of(self, message: str, given: Any = None) -> str:
        """Return why a row was refused, in words: the column, what it holds, what is allowed.

        Args:
            message: what the decoder said.
            given: the row's values by column, where the file's format tells them.
        """
        problem, _, path = message.partition(" - at `$.")
        column = path.rstrip("`")
        missing = problem.removeprefix("Object missing required field ")
        if missing != problem:
            return f"{missing.strip('`')} is missing"
        if not column:
            return _begun_small(problem).replace("`", "")
        value = given.get(column) if isinstance(given, dict) else None
        got = "" if value is None else f", got {str(value)[:60]!r}"
        if column in self.allowed:
            return f"{column} must be {self.allowed[column]}{got}"
        return f"{column}: {_begun_small(problem).replace('`', '')}{got}"


def rows_read(
    path: Path, form: RowFormat[Row], *, told: Advance
) -> Iterator[tuple[int, Row | Refused]]:
    """Yield each row of the file with its line number; a bad row comes as its refusal.

    Args:
        path: the file, UTF-8; JSON Lines if its first character is a brace, CSV otherwise.
        form: what it holds.
        told: called now and then with the bytes read so far.

    Raises:
        UnreadableFileError: if it is empty, or its header lacks a required column.
        OSError: if it cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableFileError(f"{path} is empty")
    return _json_lines(path, form, told) if start.startswith(b"{") else _csv(path, form, told)


def _begun_small(sentence: str) -> str:
    """Return a sentence to go on in another; an abbreviation keeps its capitals."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def is_text(value: str) -> bool:
    """Return whether ``value`` was UTF-8 in the file."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_lines(
    path: Path, form: RowFormat[Row], told: Advance
) -> Iterator[tuple[int, Row | Refused]]:
    decode = msgspec.json.Decoder(form.row, strict=False).decode
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
                yield line, Refused(line, form.reason_of(str(error), _given(content)))


def _given(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _csv(path: Path, form: RowFormat[Row], told: Advance) -> Iterator[tuple[int, Row | Refused]]:
    # Bytes that are no UTF-8 become characters that no row may hold, so only their row is lost.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        names = _header(path, form, reader)
        known = [place for place, name in enumerate(names) if name in form.columns]
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
                yield begins, convert(given, form.row, strict=False)
            except msgspec.ValidationError as error:
                yield begins, Refused(begins, form.reason_of(str(error), given))


def _header(path: Path, form: RowFormat[Row], reader: Any) -> list[str]:
    try:
        names = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise UnreadableFileError(f"{path} has no header: {error}") from error
    missing = [name for name in form.required if name not in names]
    if missing:
        raise UnreadableFileError(f"{path} lacks the columns {', '.join(missing)} in its header")
    doubled = sorted({name for name in names if name in form.columns and names.count(name) > 1})
    if doubled:
        raise UnreadableFileError(f"{path} has the columns {', '.join(doubled)} twice")
    return names


def _place(file: TextIO) -> int:
    return file.buffer.tell()
