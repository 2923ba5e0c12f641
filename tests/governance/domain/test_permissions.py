from __future__ import annotations

import pytest

from governance.domain.permissions import (
    PERMISSIONS,
    TABLE,
    Action,
    explain,
    permitted,
    why_not,
)
from governance.domain.types import Role


def test_every_action_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Action)


def test_each_role_includes_the_ones_before_it() -> None:
    assert TABLE[Role.REVIEWER] < TABLE[Role.MANAGER] < TABLE[Role.ADMIN] == set(Action)


@pytest.mark.parametrize(
    ("action", "rita", "mona", "adam"),
    [
        (Action.TICKET_DECIDE, True, True, True),
        (Action.AGENT_FREEZE, True, True, True),
        (Action.FLEET_HALT, True, True, True),
        (Action.FLEET_RESUME, False, True, True),
        (Action.TICKET_TAKE_OVER, False, True, True),
        (Action.AGENT_RELEASE_HIGH, False, True, True),
        (Action.TOOL_CONFIRM, False, False, True),
        (Action.POLICY_CHANGE, False, False, True),
        (Action.KEYS_MANAGE, False, False, True),
    ],
)
def test_stopping_is_for_all_and_loosening_for_few(
    action: Action, rita: bool, mona: bool, adam: bool
) -> None:
    may = tuple(permitted(role, action) for role in (Role.REVIEWER, Role.MANAGER, Role.ADMIN))

    assert may == (rita, mona, adam)


@pytest.mark.parametrize("action", list(Action))
def test_otto_the_outsider_may_do_nothing(action: Action) -> None:
    assert not permitted(None, action)


@pytest.mark.parametrize(
    ("role", "action", "sentence"),
    [
        (None, Action.FLEET_HALT, "Only members of this fleet may halt the fleet."),
        (Role.REVIEWER, Action.FLEET_HALT, "As a reviewer you may halt the fleet."),
        (
            Role.REVIEWER,
            Action.FLEET_RESUME,
            "Only a manager or an admin may resume a halted fleet; you are a reviewer.",
        ),
        (
            Role.MANAGER,
            Action.TOOL_CONFIRM,
            "Only an admin may confirm what a tool can do; you are a manager.",
        ),
    ],
)
def test_a_refusal_names_the_rule(role: Role | None, action: Action, sentence: str) -> None:
    assert explain(role, action) == sentence


def test_a_rule_stands_in_the_way_only_of_those_it_bars() -> None:
    rule = "Only a manager or an admin may resume a halted fleet; you are a reviewer."

    assert why_not(Role.REVIEWER, Action.FLEET_RESUME) == rule
    assert why_not(Role.MANAGER, Action.FLEET_RESUME) == ""
