from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.collusion.states import RingState
from governance.models import Agent, CollusionRing
from governance.selectors.clock import clock_now
from tests.governance.services.colluding import colluding, full_scan, members_set

if TYPE_CHECKING:
    from tests.governance.api.http import Api
    from tests.governance.services.orchestrator import Orchestrator


def test_an_agent_is_shown_with_what_a_confirmed_ring_imposes(api: Api, shop: Orchestrator) -> None:
    shop.load(["success"] * 100)
    before = api.get("agents/shop-bot").json()
    colluding(shop.fleet)
    full_scan(shop.fleet)
    ring = CollusionRing.objects.get()
    members_set(ring, shop.agent)
    until = clock_now() + timedelta(days=14)
    record = {"agents": [str(shop.agent.pk)], "until": until.isoformat()}
    CollusionRing.objects.update(state=RingState.CONFIRMED.value, penalties=[record])
    Agent.objects.filter(pk=shop.agent.pk).update(penal_until=until, penal_budget_share=0.5)

    after = api.get("agents/shop-bot").json()

    assert (before["tier"], before["penalty"]) == ("high", None)
    assert before["limits"]["stateless"]["preset"] == "aggressive"
    assert after["tier"] == "low"
    assert after["penalty"] == {
        "until": "2026-03-16T12:00:00Z",
        "budget_share": 0.5,
        "ring_id": str(ring.pk),
    }
    assert after["limits"]["stateless"]["preset"] == "conservative"
    # What it has earned stays on record.
    assert after["trust"] == before["trust"]
