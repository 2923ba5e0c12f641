from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.agent_state import state_from_plain
from governance.domain.beginnings import Inheritance
from governance.models import Agent, Beginning, Event, Refresh
from governance.selectors.histories import history_begun
from governance.services.breakers import agent_freeze
from governance.services.refresh import fleet_refresh

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

TOOLS = {"tools": ["*"], "environments": ["production"], "level": "MEDIUM"}


def _froze(shop: Orchestrator) -> None:
    shop.load(["failure"] * 10 + ["success"] * 10)
    _freeze(shop, "shop-bot")


def _freeze(shop: Orchestrator, name: str) -> None:
    agent_freeze(fleet=shop.fleet, agent_external_id=name, actor="mona", reason="It repays twice.")


def _begun(agent: Agent) -> Beginning:
    return Beginning.objects.get(agent=agent)


def test_an_agent_without_kin_starts_as_any_of_the_fleet(shop: Orchestrator) -> None:
    begun = _begun(shop.agent_new("other"))

    assert begun.sentence == "Its trust starts at 0.90, as for any agent of the fleet."
    assert (begun.inherited, begun.predecessor) == ({}, None)


def test_a_look_alike_of_a_frozen_agent_inherits_half_of_its_record(shop: Orchestrator) -> None:
    _froze(shop)
    before = state_from_plain(Agent.objects.get(pk=shop.agent.pk).standing.state)

    again = shop.agent_new("shop-bot-2")

    inherited = Inheritance.from_plain(_begun(again).inherited)
    state = state_from_plain(Agent.objects.get(pk=again.pk).standing.state)
    assert _begun(again).predecessor == shop.agent
    assert inherited.evidence == before.trust.evidence.scaled(0.5)
    assert state.trust.evidence == inherited.evidence
    assert state.breaker.level == before.breaker.level
    told = Event.objects.get(name="agent.inherited")
    assert told.payload["sentence"].startswith(
        "It has the owner, template and tools of shop-bot, which was frozen 0 s ago, within 30 days"
    )


def test_a_re_fold_starts_from_what_was_inherited(shop: Orchestrator) -> None:
    _froze(shop)

    again = shop.agent_new("shop-bot-2")

    standing = Agent.objects.get(pk=again.pk).standing
    assert history_begun(again).state == state_from_plain(standing.state)
    assert standing.facts == 0


@pytest.mark.parametrize(
    "other",
    [{"template": "clerk"}, {"mandate": {**TOOLS, "tools": ["read"]}}, {"owner": "mona"}],
)
def test_an_agent_of_another_kind_inherits_nothing(
    shop: Orchestrator, other: dict[str, object]
) -> None:
    _froze(shop)

    assert _begun(shop.agent_new("other", **other)).inherited == {}


def test_the_order_of_tools_makes_no_other_agent(shop: Orchestrator) -> None:
    first = shop.agent_new("one", mandate={**TOOLS, "tools": ["read", "refund"]})
    _freeze(shop, "one")

    again = shop.agent_new("two", mandate={**TOOLS, "tools": ["refund", "read"]})

    assert _begun(again).predecessor == first


def test_after_thirty_days_nothing_is_inherited(shop: Orchestrator, clock: Clock) -> None:
    _froze(shop)
    clock.forward(days=30, seconds=1)

    assert _begun(shop.agent_new("shop-bot-2")).predecessor is None


def test_registering_a_frozen_agent_itself_again_changes_nothing(shop: Orchestrator) -> None:
    _froze(shop)

    shop.agent_new("shop-bot")

    assert Event.objects.filter(name="agent.inherited").count() == 0
    assert Beginning.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_new_agent_starts_from_what_its_kin_did(shop: Orchestrator) -> None:
    shop.load(["failure"] * 20)
    fleet_refresh(fleet_id=shop.fleet.pk)
    shop.key.fleet.refresh_from_db()

    begun = _begun(shop.agent_new("other", template="clerk"))

    # 20 failures where 2 were expected: (2 + 20) / (2 + 2) = 5.5, and at most 3 is assumed.
    assert begun.prior["ratio"] == 3.0
    assert begun.prior["owner"] == [1, pytest.approx(5.5, rel=0.01)]
    assert begun.sentence == (
        "Its trust starts at 0.75, because 1 other agent of the same owner fails 5.5 times as often"
        " as the fleet on the same work."
    )


@pytest.mark.django_db(transaction=True)
def test_a_refresh_knows_what_tasks_of_a_class_are_worth(shop: Orchestrator) -> None:
    for _ in range(20):
        shop.report(shop.ask().task, value_usd="64")
    fleet_refresh(fleet_id=shop.fleet.pk)

    trivial = shop.report(shop.ask().task, value_usd="1")

    # ln 2 / ln 67.84: the middle of the bin from 64 stands for it.
    assert Refresh.objects.get(number=1).value_medians == {
        "stateless:LOW": pytest.approx(64 * 2 ** (1 / 16))
    }
    assert trivial.weight == pytest.approx(0.1638, abs=1e-3)
