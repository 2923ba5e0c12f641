"""Where events are sent: who says so, and what changes with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from examples.signatures import SignatureError, signature_check
from governance.domain.types import Role
from governance.domain.webhooks import DeliveryState
from governance.models import Event, WebhookEndpoint
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.webhooks import webhook_get, webhooks_of
from governance.services.fleets import fleet_resume
from governance.services.webhook_sending import (
    webhooks_fan_out,
)
from governance.services.webhooks import (
    MOST_ENDPOINTS,
    webhook_change,
    webhook_create,
    webhook_end,
    webhook_rotate,
    webhook_test,
)
from tests.governance.services.far import URL, Far, added, halted, only, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_a_new_secret_signs_at_once_and_the_former_for_a_day_more(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, former = webhook_create(
        fleet=fleet, user=crew.adam, name="SIEM", url=URL, events=["fleet.*"]
    )
    far = Far()
    _, secret = webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)
    halted(fleet)
    sent(endpoint, far)
    clock.forward(hours=24)
    fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    sent(endpoint, far)

    [during, after] = [(body, headers["Countersign-Signature"]) for _, body, headers in far.got]
    for key in (secret, former):
        signature_check(during[1], during[0], key, now_s=clock().timestamp(), recent_s=90_000.0)
    signature_check(after[1], after[0], secret, now_s=clock().timestamp())
    with pytest.raises(SignatureError):
        signature_check(after[1], after[0], former, now_s=clock().timestamp())


def test_another_url_is_tried_at_once(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    WebhookEndpoint.objects.update(rests_until=clock() + timedelta(hours=1), failures=9)

    webhook_change(
        fleet=fleet,
        user=crew.adam,
        webhook_id=endpoint.pk,
        name="SIEM",
        url="https://other.example.org/",
        events=["fleet.*"],
    )

    assert sent(endpoint, far) == 1
    assert far.got[0][0] == "https://other.example.org/"


def test_an_endpoint_that_ended_is_sent_nothing_more(fleet: Fleet, crew: Crew) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    halted(fleet)
    webhooks_fan_out()

    webhook_end(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    assert sent(endpoint, far) == 0
    assert only(endpoint).state == DeliveryState.GIVEN_UP
    assert webhooks_of(fleet=fleet) == []
    with pytest.raises(MissingError):
        webhook_get(fleet=fleet, webhook_id=endpoint.pk)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://siem.example.org/", "must be https"),
        ("http://127.0.0.1:9000/", "must be https"),
        ("https://user@siem.example.org/", "no user"),
        ("siem", "neither https nor http"),
    ],
)
def test_a_url_nothing_could_be_sent_to_is_refused(
    fleet: Fleet, crew: Crew, url: str, why: str
) -> None:
    with pytest.raises(InvalidFieldError, match=why) as caught:
        added(fleet, crew, url=url)

    assert (caught.value.code, caught.value.field) == ("webhook_url_refused", "url")
    assert caught.value.value == url


def test_in_debug_this_machine_may_be_sent_to_in_the_clear(
    fleet: Fleet, crew: Crew, settings: Settings
) -> None:
    settings.DEBUG = True
    endpoint, far = added(fleet, crew, "fleet.*", url="http://127.0.0.1:9000/"), Far()
    halted(fleet)
    sent(endpoint, far)

    assert far.ways[0].plain_here


def test_an_event_that_does_not_exist_is_refused_with_those_that_do(
    fleet: Fleet, crew: Crew
) -> None:
    with pytest.raises(InvalidFieldError, match=r"There is no event breaker\.trip\.") as caught:
        added(fleet, crew, "breaker.trip")

    assert caught.value.code == "event_unknown"
    assert "breaker.tripped" in caught.value.allowed


def test_a_fleet_has_twenty_endpoints_at_most(fleet: Fleet, crew: Crew) -> None:
    for _ in range(MOST_ENDPOINTS):
        added(fleet, crew)

    with pytest.raises(ConflictError) as caught:
        added(fleet, crew)
    assert caught.value.code == "webhooks_full"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.MANAGER])
def test_only_admins_say_where_events_are_sent(fleet: Fleet, crew: Crew, role: Role) -> None:
    user = {Role.REVIEWER: crew.rita, Role.MANAGER: crew.mona}[role]
    endpoint = added(fleet, crew)
    moves: list[Callable[[], object]] = [
        lambda: webhook_create(fleet=fleet, user=user, name="x", url=URL, events=[]),
        lambda: webhook_change(
            fleet=fleet, user=user, webhook_id=endpoint.pk, name="x", url=URL, events=[]
        ),
        lambda: webhook_rotate(fleet=fleet, user=user, webhook_id=endpoint.pk),
        lambda: webhook_end(fleet=fleet, user=user, webhook_id=endpoint.pk),
        lambda: webhook_test(fleet=fleet, user=user, webhook_id=endpoint.pk),
    ]

    for move in moves:
        with pytest.raises(ForbiddenError):
            move()


def test_each_change_is_a_fact_without_the_secret(fleet: Fleet, crew: Crew) -> None:
    endpoint, secret = webhook_create(fleet=fleet, user=crew.adam, name="SIEM", url=URL, events=[])
    webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)
    webhook_end(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    told = list(Event.objects.filter(name="webhook.changed").order_by("seq"))
    assert [event.payload["sentence"].split()[0] for event in told] == ["Events", "It", "It"]
    assert secret not in str([event.payload for event in told])


def test_a_secret_is_not_changed_twice_while_its_receivers_change_over(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    endpoint, first = webhook_create(fleet=fleet, user=crew.adam, name="SIEM", url=URL, events=[])
    webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    with pytest.raises(ConflictError, match=r"signs until 12:00 UTC") as caught:
        webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)
    assert (caught.value.code, caught.value.field) == ("former_signs", "at_once")
    endpoint.refresh_from_db()
    assert endpoint.former_secret == first

    clock.forward(hours=24)
    webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)


def test_a_secret_that_became_known_signs_no_longer(fleet: Fleet, crew: Crew) -> None:
    endpoint, known = webhook_create(
        fleet=fleet, user=crew.adam, name="SIEM", url=URL, events=["fleet.*"]
    )
    far = Far()
    _, secret = webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)
    _, secret = webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, at_once=True)
    halted(fleet)
    sent(endpoint, far)

    [(_, body, headers)] = far.got
    header = headers["Countersign-Signature"]
    signature_check(header, body, secret, recent_s=1e12)
    with pytest.raises(SignatureError, match="another secret"):
        signature_check(header, body, known, recent_s=1e12)


def test_what_follows_the_host_of_a_url_is_told_to_nobody(fleet: Fleet, crew: Crew) -> None:
    endpoint = added(fleet, crew, url="https://hooks.example.org:8443/services/T0/B0/key")
    webhook_change(
        fleet=fleet,
        user=crew.adam,
        webhook_id=endpoint.pk,
        name="Chat",
        url="https://hooks.example.org/services/T0/B0/other",
        events=["fleet.*"],
    )

    told = [each.payload["sentence"] for each in Event.objects.filter(name="webhook.changed")]
    assert sorted(told) == [
        "Events are sent to hooks.example.org:8443 from now on.",
        "It is sent fleet.*, to hooks.example.org.",
    ]
