from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Refresh, RefreshShare
from governance.services.refresh import fleet_refresh, fleets_refresh

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator

# A refresh reads what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)


def test_class_rates_change_only_at_a_refresh(shop: Orchestrator) -> None:
    other = shop.agent_new("other-bot")
    shop.load(["failure"] * 30, agent="other-bot")
    before = shop.work().expected

    fleet_refresh(fleet_id=shop.fleet.pk)
    after = shop.work().expected

    # 3 of 30 by the prior; then 30 failures of the other agent more, less 0.01 % forgotten each.
    assert before == pytest.approx(0.1)
    assert after == pytest.approx(33 / 60, abs=0.001)
    assert RefreshShare.objects.filter(agent=other).count() == 1


def test_an_agent_is_not_judged_by_its_own_failures(shop: Orchestrator) -> None:
    shop.load(["failure", "success"] * 30)

    fleet_refresh(fleet_id=shop.fleet.pk)

    assert shop.work().expected == pytest.approx(0.1)


def test_a_refresh_counts_each_outcome_once(shop: Orchestrator) -> None:
    shop.load(["failure"] * 10)
    fleet_refresh(fleet_id=shop.fleet.pk)
    shop.load(["failure"] * 12)

    fleet_refresh(fleet_id=shop.fleet.pk)

    failures, outcomes, events = Refresh.objects.get(number=2).totals["stateless:LOW"]
    assert events == 12
    assert failures == pytest.approx(outcomes)


def test_a_refresh_without_new_outcomes_is_not_made(shop: Orchestrator) -> None:
    shop.work()

    made = fleets_refresh(), fleets_refresh()

    assert made == (1, 0)
    assert [refresh.number for refresh in Refresh.objects.order_by("number")] == [0, 1]
