"""Every address of the URL conf has a row in the access matrix, and every row an address."""

from __future__ import annotations

from collections import Counter

from tests.access.table import NOTHING_THERE, ROWS
from tests.access.walking import routes

ADD = (
    "say who may use it: add a row such as `page(name, MEMBERS)`, `form(name, ADMINS, sends=...)` or"
    " `call(name, get=by(MEMBERS, 'read'))` to the table of its area, tests/access/pages_*.py or"
    " api_*.py (words: tests/access/rows.py; what stands in an address: tests/access/world.py)"
)


def test_every_route_has_a_row() -> None:
    without = {
        name: route.path
        for name, route in routes().items()
        if name not in {*NOTHING_THERE, *(row.name for row in ROWS)}
    }

    assert not without, f"no row for {without}: {ADD}"


def test_every_row_has_a_route() -> None:
    gone = {row.name for row in ROWS} - routes().keys()

    assert not gone, f"the URL conf has no route called {gone}: take the rows away"


def test_no_route_has_two_rows() -> None:
    twice = [name for name, count in Counter(row.name for row in ROWS).items() if count > 1]

    assert not twice
