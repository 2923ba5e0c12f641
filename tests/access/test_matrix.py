"""Each caller at each address, with each method: exactly what the row says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.judging import said, wanted
from tests.access.rows import Kind, Said, Who
from tests.access.table import ROWS

if TYPE_CHECKING:
    from tests.access.callers import Caller
    from tests.access.rows import Row
    from tests.access.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def asking(world: World, row: Row) -> list[Caller]:
    """Return everybody; who runs every fleet asks only what is about all of them."""
    about_all = any(use.who in {Who.SOME_FLEET, Who.ALL_FLEETS} for use in row.uses.values())
    return [each for each in world.callers.values() if about_all or not each.runs_all]


def surprises(world: World, row: Row) -> dict[str, str]:
    """Return who heard what instead of what the row says."""
    return {
        f"{method} by {caller.name}": f"{found.value} ({found_status}), but the row says {right.value}"
        for method, use in row.uses.items()
        for caller in asking(world, row)
        for response in [world.ask(caller, row, method)]
        for found, found_status in [(said(response), response.status_code)]
        for right in [wanted(row, use, caller)]
        if found is not right
    }


def owner(world: World, row: Row) -> Caller:
    """Return somebody who may use the address with every method that it has."""
    if row.kind is Kind.CALL:
        return world.callers["the token of amy"]
    is_strange = any(use.who is Who.STRANGERS for use in row.uses.values())
    return world.callers["a stranger" if is_strange else "amy"]


def others(row: Row) -> list[str]:
    return [method for method in METHODS if method not in row.uses]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_hears_what_the_row_says(world: World, row: Row) -> None:
    assert surprises(world, row) == {}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_other_method_is_refused(world: World, row: Row) -> None:
    found = {each: said(world.ask(owner(world, row), row, each)) for each in others(row)}

    assert found == dict.fromkeys(others(row), Said.NO_METHOD)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "GET" in row.uses], ids=lambda row: row.name
)
def test_head_is_answered_as_get(world: World, row: Row) -> None:
    caller = world.callers["adam"]

    head = world.ask(caller, row, "HEAD")

    assert said(head) is wanted(row, row.uses["GET"], caller)
    assert not getattr(head, "content", b"")
