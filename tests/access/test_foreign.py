"""What belongs to one fleet is not there by the address of another, for its admin either."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.judging import said
from tests.access.rows import Kind, Said, Who
from tests.access.table import ROWS
from tests.access.walking import routes

if TYPE_CHECKING:
    from tests.access.rows import Row
    from tests.access.world import World

# What names nothing that a fleet has: moves, and numbers that every fleet counts for itself from 1.
NAMES_NOTHING = {"fleet", "rest", "move", "level"}
# The event 1 and the policy 1 that this names are the other fleet's own.
OWN_NUMBERS = {"fleet-event", "fleet-policy-back"}


def names_an_object(row: Row) -> bool:
    """Return whether its address names a fleet, and something of it that people may ask about."""
    parts = set(routes()[row.name].parts)
    of_fleet = "fleet" in parts or row.kind is Kind.CALL
    return of_fleet and bool(parts - NAMES_NOTHING) and row.name not in OWN_NUMBERS


NAMED = [
    (row, method)
    for row in ROWS
    if names_an_object(row)
    for method, use in row.uses.items()
    if use.who not in {Who.NOBODY, Who.EVERYBODY}
]


def asked_by(*names: str, is_call: bool) -> list[tuple[Row, str, str]]:
    return [
        (row, method, name)
        for row, method in NAMED
        for name in names
        if (row.kind is Kind.CALL) is is_call
    ]


@pytest.mark.parametrize(
    ("row", "method", "name"),
    # amy is admin of both fleets, otto of the other one alone.
    [*asked_by("otto", "amy", is_call=False), *asked_by("otto", "the token of otto", is_call=True)],
    ids=lambda value: getattr(value, "name", value),
)
def test_an_admin_of_another_fleet_finds_nothing_of_this_one_there(
    world: World, row: Row, method: str, name: str
) -> None:
    """`elsewhere` has none of what `shop` has, by whatever name or id it is asked for."""
    answer = world.ask(world.callers[name], row, method, fleet="elsewhere")

    assert said(answer) is Said.HIDDEN


def test_objects_of_every_kind_are_asked_for() -> None:
    asked = {part for row, _ in NAMED for part in routes()[row.name].parts}

    assert asked >= {
        "number", "external_id", "agent_id", "cascade_id", "task_id", "incident_id", "ring_id",
        "webhook_id", "delivery_id", "key_id", "invitation_id", "backtest_id", "trial_id",
        "team_id", "tool_id", "channel_id", "ticket_id",
    }  # fmt: skip
