"""The pure modules of the fleet page, called in a real browser with worked lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]


def listed(*keys: str, **signs: str) -> list[dict[str, str]]:
    return [{"key": key, "sign": signs.get(key, "as before")} for key in keys]


def test_a_changed_row_is_redrawn_and_moves_nothing(call: Call) -> None:
    plan = call("fleet_policy", "agentPlan", listed("a", "b"), listed("a", "b", b="frozen"))

    assert plan == {"redraw": ["b"], "refetch": [], "moved": 0}


def test_one_agent_that_jumps_to_the_top_is_one_that_moved(call: Call) -> None:
    plan = call("fleet_policy", "agentPlan", listed("a", "b", "c", "d"), listed("d", "a", "b", "c"))

    assert plan["moved"] == 1


def test_agents_that_come_and_go_count_as_moved(call: Call) -> None:
    plan = call("fleet_policy", "agentPlan", listed("a", "b"), listed("b", "c"))

    assert plan == {"redraw": [], "refetch": ["a"], "moved": 2}


def test_a_reversed_list_keeps_one_agent_in_its_place(call: Call) -> None:
    plan = call("fleet_policy", "agentPlan", listed("a", "b", "c"), listed("c", "b", "a"))

    assert plan["moved"] == 2


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "Show 1 agent in its new place"), (3, "Show 3 agents in their new place")],
)
def test_the_button_counts_agents(call: Call, count: int, words: str) -> None:
    assert call("fleet_policy", "showMovedText", count) == words


@pytest.mark.parametrize(
    ("in_force", "then", "told"),
    [
        (
            True,
            "3 running tasks told to stop.",
            "In force since 12:03:04, 0.2\u00a0s after you asked. 3 running tasks told to stop.",
        ),
        (True, "", "In force since 12:03:04, 0.2\u00a0s after you asked."),
        (False, "The reason is on record.", "Recorded 12:03:04. The reason is on record."),
    ],
)
def test_an_effect_says_since_when_and_how_soon(
    call: Call, in_force: bool, then: str, told: str
) -> None:
    answer = {"recorded_at": "2026-11-22T12:03:04Z", "then": then, "in_force": in_force}

    assert call("effect", "effectText", answer, 243.0) == told
