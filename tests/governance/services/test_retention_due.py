"""Records past their time are told of, once a week, and nothing goes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Event, Task
from governance.services.retention import retention_ask
from governance.services.retention_due import retentions_tell
from tests.governance.services.retaining import KEPT_DAYS, lived, policy_keeps

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def test_it_is_told_once_a_week_and_nothing_goes(shop: Orchestrator, clock: Clock) -> None:
    lived(shop, clock)
    policy_keeps(shop.fleet, tasks_days=KEPT_DAYS)

    assert retentions_tell() == 1
    clock.forward(days=6)
    assert retentions_tell() == 0
    clock.forward(days=2)
    assert retentions_tell() == 1

    told = Event.objects.filter(name="retention.due").order_by("seq")
    assert [event.payload for event in told] == [{"rows": {"tasks": 4}}] * 2
    assert Task.objects.count() == 5


def test_nothing_is_told_of_what_is_kept_for_ever(shop: Orchestrator, clock: Clock) -> None:
    lived(shop, clock)

    assert retentions_tell() == 0


def test_nothing_is_told_while_a_removal_goes_on(shop: Orchestrator, clock: Clock) -> None:
    lived(shop, clock)
    policy_keeps(shop.fleet, tasks_days=KEPT_DAYS)
    retention_ask(fleet=shop.fleet, user=shop.crew.adam)

    assert retentions_tell() == 0
