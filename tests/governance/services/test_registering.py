from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
)
from governance.services.tools import tool_confirm

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def test_the_same_description_of_an_agent_changes_nothing(shop: Orchestrator) -> None:
    before = Event.objects.count()

    shop.agent_new("shop-bot")

    assert Event.objects.count() == before


def test_a_changed_mandate_is_an_event_that_names_it(shop: Orchestrator) -> None:
    shop.agent_new("shop-bot", mandate={"level": "CRITICAL"}, budget_usd=None)

    changed = Event.objects.get(name="agent.changed")
    assert changed.payload["fields_changed"] == [
        "budget_usd",
        "mandate_environments",
        "mandate_level",
        "mandate_tools",
    ]


def test_an_agents_owner_is_a_member(shop: Orchestrator) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        shop.agent_new("other", owner="otto")

    assert (refused.value.field, refused.value.value) == ("owner", "otto")


def test_a_bound_key_registers_no_agents(shop: Orchestrator) -> None:
    shop.key = shop.key_new(agents=[shop.agent.pk])

    with pytest.raises(ForbiddenError):
        shop.agent_new("other")


def test_a_key_bound_to_one_agent_does_not_change_another(shop: Orchestrator) -> None:
    shop.key = shop.key_new(agents=[shop.agent_new("other-bot").pk])

    with pytest.raises(ForbiddenError):
        shop.agent_new("shop-bot")


def test_a_changed_tool_waits_while_what_was_confirmed_stays(shop: Orchestrator) -> None:
    tool = shop.tool_propose("read", {"write": "D", "reversibility": "I", "reach": "O"})

    assert tool.status == "pending"
    assert tool.confirmed is not None
    assert tool.confirmed["write"] == "N"


def test_a_tool_changed_back_needs_nobody(shop: Orchestrator) -> None:
    before = dict(shop.letters["read"])
    shop.tool_propose("read", {"write": "D", "reversibility": "I", "reach": "O"})

    tool = shop.tool_propose("read", before)

    assert tool.status == "confirmed"


def test_only_an_admin_confirms_a_tool(shop: Orchestrator) -> None:
    with pytest.raises(ForbiddenError, match="Only an admin may confirm"):
        tool_confirm(fleet=shop.fleet, user=shop.crew.mona, name="read", sha256="")


def test_an_admin_confirms_what_was_read(shop: Orchestrator) -> None:
    with pytest.raises(ConflictError) as refused:
        tool_confirm(fleet=shop.fleet, user=shop.crew.adam, name="read", sha256="0" * 64)
    with pytest.raises(MissingError):
        tool_confirm(fleet=shop.fleet, user=shop.crew.adam, name="none", sha256="0" * 64)

    assert refused.value.code == "tool_changed"
