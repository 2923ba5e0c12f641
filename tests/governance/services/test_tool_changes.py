from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from governance.models import Event, Tool
from governance.refusals import ForbiddenError, InvalidFieldError
from governance.services.tool_imports import tools_import
from tests.governance.services.orchestrator import READ

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def test_a_stricter_change_counts_before_anybody_confirms_it(shop: Orchestrator) -> None:
    shop.tool_propose("read", {**READ, "write": "D"})

    assert "W:D" in shop.ask("read").decision.vector


def test_a_milder_change_counts_only_once_it_is_confirmed(shop: Orchestrator) -> None:
    milder = {**READ, "data": "N"}
    shop.tool_propose("read", milder)
    waiting = shop.ask("read").decision.vector

    shop.tool_new("read", milder)

    assert "D:I" in waiting
    assert "D:N" in shop.ask("read").decision.vector


def test_a_tool_that_joins_a_task_counts_by_its_stricter_change_too(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)
    shop.tool_new("note", READ)
    shop.tool_propose("note", {**READ, "write": "D", "reversibility": "I"})

    assert shop.beat(task, tools_used=["note"]).verdict == "stop"


def test_an_import_waits_and_a_second_one_changes_nothing(shop: Orchestrator) -> None:
    text = json.dumps({"tools": [{"name": "files.read", "annotations": {"readOnlyHint": True}}]})

    first = tools_import(fleet=shop.fleet, user=shop.crew.adam, text=text)
    second = tools_import(fleet=shop.fleet, user=shop.crew.adam, text=text)

    assert (first.new, second.unchanged) == (("files.read",), ("files.read",))
    tool = Tool.objects.get(name="files.read")
    assert (tool.status, tool.proposed["write"], tool.proposed["reach"]) == ("pending", "N", "O")
    assert Event.objects.filter(name="tool.proposed").latest("seq").actor == "adam"


def test_an_import_leaves_the_letters_of_a_known_tool_and_brings_its_hints(
    shop: Orchestrator,
) -> None:
    text = json.dumps([{"name": "read", "annotations": {"destructiveHint": True}}])

    found = tools_import(fleet=shop.fleet, user=shop.crew.adam, text=text)

    tool = Tool.objects.get(name="read")
    assert found.changed == ("read",)
    assert tool.proposed["write"] == "N"
    assert tool.status == "pending"
    assert "W:N" in shop.ask("read").decision.vector


def test_only_admins_import_and_only_lists(shop: Orchestrator) -> None:
    with pytest.raises(ForbiddenError):
        tools_import(fleet=shop.fleet, user=shop.crew.mona, text="[]")
    with pytest.raises(InvalidFieldError, match="not JSON"):
        tools_import(fleet=shop.fleet, user=shop.crew.adam, text="nothing")
