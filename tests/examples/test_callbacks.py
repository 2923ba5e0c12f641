"""An agent that waits to be called back, over a real connection and by the real sender."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from examples.callbacks import MOST_BYTES, Callbacks
from governance.domain.webhooks import signature
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.services.webhook_sending import webhook_send, webhooks_fan_out
from governance.services.webhooks import delivery_replay, webhook_rotate
from tests.escalations.answering import deny
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.clock import Clock

BODY = b'{"ids":{"task":"t-1"},"name":"task.resolved"}'


def test_an_agent_is_called_back_once_and_asks_for_the_answer(
    db: None, clock: Clock, settings: Settings
) -> None:
    settings.DEBUG = True
    # The receiver judges by the time of its own machine.
    clock.forward(seconds=time.time() - clock().timestamp())
    fleet = FleetFactory(slug="shop")
    crew = crew_of(fleet)
    shop = Orchestrator(fleet, crew)
    with Callbacks("not yet known") as callbacks:
        url = f"http://127.0.0.1:{callbacks.port}/done"
        task = shop.ask("refund", callback_url=url).task
        endpoint = WebhookEndpoint.objects.get(callback_host=f"127.0.0.1:{callbacks.port}")
        _, callbacks.secret = webhook_rotate(
            fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, at_once=True
        )
        deny(Ticket.objects.get(), crew.rita)
        webhooks_fan_out()

        assert webhook_send(endpoint_id=endpoint.pk) == 1

        told = callbacks.wait(str(task.pk), within_s=20.0)
        assert told is not None
        assert (told["name"], told["payload"]) == ("task.resolved", {"state": "DENIED"})
        delivery = WebhookDelivery.objects.get(endpoint=endpoint)
        delivery_replay(
            fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, delivery_id=delivery.pk
        )
        assert webhook_send(endpoint_id=endpoint.pk) == 1
        assert callbacks.wait(str(task.pk), within_s=0.0) is None


@pytest.mark.parametrize(
    ("secret", "age_s", "body", "status"),
    [
        ("whsec_1", 0, BODY, 204),
        ("whsec_2", 0, BODY, 400),
        ("whsec_1", 600, BODY, 400),
        ("whsec_1", 0, BODY + b" " * MOST_BYTES, 400),
    ],
)
def test_only_what_is_signed_lately_and_small_is_believed(
    secret: str, age_s: int, body: bytes, status: int
) -> None:
    with Callbacks("whsec_1") as callbacks:
        connection = http.client.HTTPConnection("127.0.0.1", callbacks.port, timeout=20.0)
        mark = signature([secret], int(time.time()) - age_s, body)
        headers = {"Countersign-Signature": mark, "Countersign-Delivery": "d-1"}
        connection.request("POST", "/done", body, headers)

        assert connection.getresponse().status == status
        connection.close()
        told = callbacks.wait("t-1", within_s=0.0)
        assert (told is not None) == (status == 204)
