"""The log of decisions as a file: all rows that match, not one page of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dashboard.display.durations import wire_time
from dashboard.display.sheets import sheet_line
from escalations.selectors.ended_records import FIELDS, ended_records
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from escalations.selectors.ended import EndedQuery


def decided_csv(*, fleet_ids: Collection[UUID], query: EndedQuery) -> Iterator[str]:
    """Yield the header, then one line for each record; times in UTC."""
    yield sheet_line(FIELDS)
    for record in ended_records(fleet_ids=fleet_ids, query=query, now=clock_now()):
        yield sheet_line(_plain(record[name]) for name in FIELDS)


def decided_json(*, fleet_ids: Collection[UUID], query: EndedQuery) -> Iterator[str]:
    """Yield a JSON array of one object for each record, one a line; times in UTC."""
    opening = "["
    for record in ended_records(fleet_ids=fleet_ids, query=query, now=clock_now()):
        plain = {name: _plain(record[name]) for name in FIELDS}
        yield f"{opening}\n{json.dumps(plain, ensure_ascii=False)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def file_name(fleet: str, ending: str) -> str:
    """Return what the file is called: of which fleet, as of when."""
    return f"decided-{fleet or 'all-fleets'}-{clock_now():%Y%m%dT%H%M%SZ}.{ending}"


def _plain(value: Any) -> Any:
    return wire_time(value) if isinstance(value, datetime) else value
