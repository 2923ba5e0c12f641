"""What becomes of messages with time: sent once more, given up, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.domain.webhooks import DeliveryState
from governance.models import Event, WebhookEndpoint
from governance.refusals import ConflictError
from governance.selectors.webhooks import deliveries_of
from governance.services.archiving import fleet_archive
from governance.services.webhook_sending import webhooks_due, webhooks_fan_out
from governance.services.webhook_upkeep import deliveries_forget, deliveries_give_up
from governance.services.webhooks import (
    delivery_replay,
)
from tests.governance.services.far import Far, added, halted, only, sent

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_what_has_waited_for_three_days_is_given_up(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    endpoint = added(fleet, crew, "fleet.*")
    halted(fleet)
    webhooks_fan_out()
    clock.forward(hours=72, seconds=-1)
    assert deliveries_give_up() == 0
    clock.forward(seconds=1)

    assert deliveries_give_up() == 1
    assert only(endpoint).state == DeliveryState.GIVEN_UP


def test_a_message_is_sent_once_more_under_its_id(fleet: Fleet, crew: Crew) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    sent(endpoint, far)
    delivery = only(endpoint)

    delivery_replay(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, delivery_id=delivery.pk)
    with pytest.raises(ConflictError) as caught:
        delivery_replay(
            fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, delivery_id=delivery.pk
        )
    assert caught.value.code == "delivery_pending"
    assert sent(endpoint, far) == 1

    assert len({headers["Countersign-Delivery"] for _, _, headers in far.got}) == 1
    assert len(only(endpoint).log) == 2


def test_a_fleet_that_is_over_lists_nothing_more(fleet: Fleet, crew: Crew) -> None:
    endpoint = added(fleet, crew)
    fleet_archive(fleet=fleet, actor="adam", reason="Over.")

    assert webhooks_fan_out() == 0
    assert deliveries_of(endpoint=endpoint) == []


def test_what_is_on_its_way_when_a_fleet_ends_stays_where_it_is(fleet: Fleet, crew: Crew) -> None:
    endpoint, far = added(fleet, crew), Far()
    halted(fleet)
    webhooks_fan_out()
    fleet_archive(fleet=fleet, actor="adam", reason="Over.")

    assert webhooks_due() == []
    assert sent(endpoint, far) == 0


def test_a_message_asked_for_again_has_its_time_anew(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    sent(endpoint, far)
    clock.forward(hours=100)
    WebhookEndpoint.objects.update(rests_until=clock() + timedelta(hours=1))

    delivery_replay(
        fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, delivery_id=only(endpoint).pk
    )

    assert deliveries_give_up() == 0
    assert sent(endpoint, far) == 1


def test_what_became_of_a_message_is_kept_for_thirty_days(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    sent(endpoint, far)
    clock.forward(days=30, seconds=-1)
    assert deliveries_forget() == 0
    clock.forward(seconds=1)

    assert deliveries_forget() == 1
    assert Event.objects.filter(name="fleet.halted").exists()
