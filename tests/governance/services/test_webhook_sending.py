"""Events on their way to a webhook: what goes out, and what becomes of each message."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from examples.signatures import signature_check
from governance.domain.webhooks import RETRIES_S, DeliveryState
from governance.models import Event, WebhookDelivery, WebhookEndpoint
from governance.outbound.sender import Reply, UnsentError
from governance.services.fleets import fleet_resume
from governance.services.webhook_sending import webhook_send, webhooks_due, webhooks_fan_out
from governance.services.webhooks import (
    webhook_create,
    webhook_test,
)
from tests.governance.services.far import URL, Far, added, halted, only, sent

if TYPE_CHECKING:
    from uuid import UUID

    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_an_event_goes_out_as_the_feed_shows_it_and_signed(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, secret = webhook_create(
        fleet=fleet, user=crew.adam, name="SIEM", url=URL, events=["fleet.*"]
    )
    far = Far()
    halted(fleet)

    assert sent(endpoint, far) == 1

    [(url, body, headers)] = far.got
    event, delivery = Event.objects.get(name="fleet.halted"), only(endpoint)
    assert url == URL
    assert json.loads(body) == {
        "fleet": "shop",
        "seq": event.seq,
        "id": str(event.pk),
        "name": "fleet.halted",
        "at": event.created_at.isoformat().replace("+00:00", "Z"),
        "actor": "mona",
        "ids": {},
        "payload": {"reason": "Try."},
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
    assert headers["Countersign-Delivery"] == str(delivery.pk)
    assert headers["Countersign-Event"] == "fleet.halted"
    signature_check(
        headers["Countersign-Signature"], body, secret, now_s=clock().timestamp(), recent_s=1.0
    )
    assert delivery.state == DeliveryState.DELIVERED
    assert delivery.log == [
        {"at": clock().isoformat(), "status": 204, "sentence": "Taken.", "took_ms": 12}
    ]
    endpoint.refresh_from_db()
    assert endpoint.delivered_at == clock()


def test_what_was_before_or_is_not_wanted_is_not_sent(fleet: Fleet, crew: Crew) -> None:
    halted(fleet)
    endpoint, far = added(fleet, crew, "fleet.resumed"), Far()
    fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    halted(fleet)

    assert sent(endpoint, far) == 1
    assert far.names == ["fleet.resumed"]


def test_an_event_is_listed_once_however_often_it_is_looked_for(fleet: Fleet, crew: Crew) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    webhooks_fan_out()
    WebhookEndpoint.objects.update(after_seq=0)

    assert sent(endpoint, far) == 1
    assert sent(endpoint, far) == 0
    assert far.names == ["fleet.halted"]


def test_messages_keep_the_order_of_their_events_and_wait_behind_one_that_fails(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far(answers=[503, 204])
    halted(fleet)
    fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")

    assert sent(endpoint, far) == 0
    assert far.names == ["fleet.halted"]
    clock.forward(seconds=RETRIES_S[0])

    assert sent(endpoint, far) == 2
    assert far.names == ["fleet.halted", "fleet.halted", "fleet.resumed"]
    assert far.got[0][2]["Countersign-Delivery"] == far.got[1][2]["Countersign-Delivery"]


def test_a_message_that_is_never_taken_is_given_up_with_its_log(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.halted"), Far(answers=[500, "No answer.", 302, 500])
    halted(fleet)
    waits = []
    while only_state(endpoint) is DeliveryState.PENDING:
        before = clock()
        sent(endpoint, far)
        delivery = WebhookDelivery.objects.filter(endpoint=endpoint).first()
        if delivery is not None and delivery.next_at is not None:
            waits.append((delivery.next_at - before).total_seconds())
            clock.forward(seconds=waits[-1])
            WebhookEndpoint.objects.update(rests_until=None)

    assert waits == list(RETRIES_S)
    log = only(endpoint).log
    assert [entry["status"] for entry in log] == [500, None, 302, *([500] * 6)]
    assert [entry["sentence"] for entry in log[:3]] == [
        "It answered 500: so it is",
        "No answer.",
        "It answered 302; nobody is redirected.",
    ]
    assert only(endpoint).state == DeliveryState.GIVEN_UP


def only_state(endpoint: WebhookEndpoint) -> DeliveryState:
    found = WebhookDelivery.objects.filter(endpoint=endpoint).first()
    return DeliveryState.PENDING if found is None else DeliveryState(found.state)


def test_an_endpoint_that_fails_five_times_rests_and_says_so(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far(answers=[500])
    for _ in range(6):
        halted(fleet)
        fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    for _ in range(5):
        sent(endpoint, far)

    endpoint.refresh_from_db()
    assert endpoint.rests_until == clock() + timedelta(seconds=60)
    told = Event.objects.get(name="webhook.failing").payload
    assert (told["failures"], told["rest_s"]) == (5, 60)
    assert told["sentence"] == (
        "5 failures in a row, the last with answer 500; nothing is sent for 60 s."
    )
    assert webhooks_due() == []
    assert sent(endpoint, far) == 0
    assert len(far.got) == 5

    clock.forward(seconds=60)
    assert webhooks_due() == [endpoint.pk]
    sent(endpoint, far)
    endpoint.refresh_from_db()
    assert endpoint.rests_until == clock() + timedelta(seconds=120)

    clock.forward(seconds=120)
    far.answers = [204]
    assert sent(endpoint, far) > 0
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
    assert endpoint.rests_until is None


def test_a_worker_that_dies_leaves_its_message_to_be_tried_again(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    webhooks_fan_out()

    def dies(*_: Any) -> Reply:
        raise SystemExit

    with pytest.raises(SystemExit):
        webhook_send(endpoint_id=endpoint.pk, post=dies)

    clock.forward(seconds=14)
    assert sent(endpoint, far) == 0
    clock.forward(seconds=1)
    assert sent(endpoint, far) == 1
    assert only(endpoint).attempts == 2


def test_a_killed_worker_holds_an_endpoint_for_no_longer_than_one_message_takes(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint = added(fleet, crew, "fleet.*")
    for _ in range(3):
        halted(fleet)
        fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    webhooks_fan_out()
    left: list[timedelta] = []

    def takes_its_time(*_: Any) -> Reply:
        endpoint.refresh_from_db()
        assert endpoint.worked_until is not None
        left.append(endpoint.worked_until - clock())
        clock.forward(seconds=6)
        return Reply(204, "", 6_000)

    webhook_send(endpoint_id=endpoint.pk, post=takes_its_time)

    assert left == [timedelta(seconds=15)] * 4


def test_who_comes_back_too_late_changes_nothing(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    """An attempt counted as lost was made again and taken; its own end must not undo that."""
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    webhooks_fan_out()

    def slow(*_: Any) -> Reply:
        clock.forward(seconds=50)
        meanwhile.append(webhook_send(endpoint_id=endpoint.pk, post=far.post))
        raise UnsentError("No answer within 10 s.")

    meanwhile: list[int] = []
    webhook_send(endpoint_id=endpoint.pk, post=slow)

    assert meanwhile == [1]
    assert only(endpoint).state == DeliveryState.DELIVERED
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_a_test_reaches_one_endpoint_only_even_while_it_rests(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, other = added(fleet, crew, "fleet.*"), added(fleet, crew)
    far, elsewhere = Far(), Far()
    WebhookEndpoint.objects.update(rests_until=clock() + timedelta(hours=1), failures=9)

    webhook_test(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    assert sent(endpoint, far) == 1
    assert far.names == ["webhook.tested"]
    sent(other, elsewhere)
    assert "webhook.tested" not in elsewhere.names


def test_the_networks_an_admin_allows_travel_with_the_message(
    fleet: Fleet, crew: Crew, settings: Settings
) -> None:
    fleet.outbound_networks = ["10.1.0.0/16"]
    fleet.save(update_fields=["outbound_networks"])
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    sent(endpoint, far)

    [way] = far.ways
    assert [str(network) for network in way.allowed] == ["10.1.0.0/16"]
    assert not way.plain_here


def test_what_nobody_thought_of_is_an_attempt_that_failed(fleet: Fleet, crew: Crew) -> None:
    fleet.outbound_networks = ["10.0.0.1/8"]
    fleet.save(update_fields=["outbound_networks"])
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)

    assert sent(endpoint, far) == 0
    assert far.got == []
    assert [entry["sentence"] for entry in only(endpoint).log] == [
        "It could not be sent; the log of the courier says why."
    ]
    endpoint.refresh_from_db()
    assert endpoint.failures == 1


def test_one_worker_at_a_time_sends_to_an_endpoint(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    webhooks_fan_out()

    def slow(*_: Any) -> Reply:
        fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
        webhooks_fan_out()
        meanwhile.append((webhooks_due(), webhook_send(endpoint_id=endpoint.pk, post=far.post)))
        raise UnsentError("Down.")

    meanwhile: list[tuple[list[UUID], int]] = []
    webhook_send(endpoint_id=endpoint.pk, post=slow)

    assert meanwhile == [([], 0)]
    assert far.got == []
    assert webhooks_due() == [endpoint.pk]
    assert sent(endpoint, far) == 2


def test_a_worker_stops_after_twenty_seconds_for_others_to_have_their_turn(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint = added(fleet, crew, "fleet.*")
    for _ in range(3):
        halted(fleet)
        fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    webhooks_fan_out()

    def slow(*_: Any) -> Reply:
        clock.forward(seconds=9)
        return Reply(204, "", 9_000)

    assert webhook_send(endpoint_id=endpoint.pk, post=slow) == 3
    assert webhooks_due() == [endpoint.pk]


def test_once_an_endpoint_takes_a_message_all_that_waits_follows(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far(answers=[500, 500, 204])
    halted(fleet)
    fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    sent(endpoint, far)
    sent(endpoint, far)
    WebhookDelivery.objects.update(next_at=clock() + timedelta(hours=12))
    halted(fleet)

    assert sent(endpoint, far) == 3


def test_a_test_comes_before_all_that_waits_and_counts_for_nothing_where_it_fails(
    fleet: Fleet, crew: Crew
) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far(answers=[500, 204])
    halted(fleet)
    webhook_test(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    sent(endpoint, far)

    assert far.names == ["webhook.tested"]
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
