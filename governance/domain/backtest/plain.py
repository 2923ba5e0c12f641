"""The report of a backtest as JSON values, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from governance.domain.backtest.report import BacktestReport


def report_to_plain(report: BacktestReport) -> dict[str, Any]:
    """Return the report as nested dictionaries and lists of JSON values."""
    plain: dict[str, Any] = _plain(report)
    return plain


def report_from_plain(plain: Mapping[str, Any]) -> BacktestReport:
    """Return the report that `report_to_plain` described.

    A figure that an earlier version did not count has its default.

    Raises:
        KeyError, TypeError, ValueError: if it describes none.
    """
    report: BacktestReport = _reader(BacktestReport)(plain)
    return report


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads a value of a declared type."""
    if is_dataclass(kind):
        return _record_reader(kind)
    if get_origin(kind) is tuple:
        each = _reader(get_args(kind)[0])
        return lambda plain: tuple(each(one) for one in plain)
    if isinstance(kind, UnionType):
        return _union_reader(kind)
    return kind if isinstance(kind, type) and issubclass(kind, (StrEnum, UUID)) else _as_it_is


def _record_reader(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}
    later = {each.name for each in fields(kind) if each.default is not MISSING}
    return lambda plain: kind(
        **{
            name: read(plain[name])
            for name, read in readers.items()
            if name in plain or name not in later
        }
    )


def _union_reader(kind: UnionType) -> Callable[[Any], Any]:
    """Return what reads one type or None, or any JSON value that is not nested."""
    some = [one for one in get_args(kind) if one is not type(None)]
    read = _reader(some[0]) if len(some) == 1 else _as_it_is
    return lambda plain: None if plain is None else read(plain)


def _as_it_is(plain: Any) -> Any:
    return plain
