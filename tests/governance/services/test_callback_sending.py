"""A task's callback: what goes out to the URL it named, and what becomes of each message."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from examples.signatures import SignatureError, signature_check
from governance.domain.webhooks import RETRIES_S, DeliveryState
from governance.models import Event, Fleet, Task, WebhookDelivery, WebhookEndpoint
from governance.refusals import ConflictError, ForbiddenError
from governance.services.breakers import agent_freeze
from governance.services.callbacks import CALLBACK_EVENTS
from governance.services.cancelling import task_cancel
from governance.services.outbound import outbound_set
from governance.services.webhook_sending import webhook_send, webhooks_due, webhooks_fan_out
from governance.services.webhooks import (
    MOST_ENDPOINTS,
    delivery_replay,
    webhook_change,
    webhook_end,
    webhook_rotate,
    webhook_test,
)
from tests.escalations.answering import approve, deny
from tests.factories import FleetFactory
from tests.governance.services.far import Far, added, only, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.outbound.sender import Reply
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

HOST = "hooks.example.org"
URL = f"https://{HOST}/done?id=1"


def listed(fleet: Fleet, crew: Crew, *hosts: str) -> None:
    outbound_set(
        fleet=fleet, user=crew.adam, networks=[], callback_hosts=hosts, reason="Agents wait there."
    )


@pytest.fixture
def endpoint(fleet: Fleet, crew: Crew) -> WebhookEndpoint:
    listed(fleet, crew, HOST)
    return WebhookEndpoint.objects.get(callback_host=HOST)


def asked(shop: Orchestrator, url: str | None = URL, **fields: Any) -> Task:
    task = shop.ask("refund", callback_url=url, **fields).task
    assert task.state == "PENDING"
    return task


def denied(shop: Orchestrator, crew: Crew, url: str | None = URL) -> Task:
    task = asked(shop, url)
    assert task.escalation is not None
    deny(Ticket.objects.get(pk=task.escalation["id"]), crew.rita)
    return task


def test_an_answer_goes_to_the_url_of_its_task_signed_and_thin(
    shop: Orchestrator, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    task, far = denied(shop, crew), Far()
    asked(shop)

    assert sent(endpoint, far) == 1

    [(url, body, headers)] = far.got
    event, told = Event.objects.get(name="task.resolved"), json.loads(body)
    assert url == URL
    assert (told["fleet"], told["name"], told["seq"]) == ("shop", "task.resolved", event.seq)
    assert told["ids"]["task"] == str(task.pk)
    assert told["payload"] == {"state": "DENIED"}
    delivery = only(endpoint)
    assert headers["Countersign-Delivery"] == str(delivery.pk)
    assert (delivery.state, delivery.callback_url) == (DeliveryState.DELIVERED, URL)
    signature_check(
        headers["Countersign-Signature"], body, endpoint.secret, now_s=clock().timestamp()
    )


def test_whatever_changes_whether_a_task_may_run_is_told(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    withdrawn, superseded = asked(shop), asked(shop, external_id="former")
    task_cancel(key=shop.key, task_id=withdrawn.pk, reason="Not wanted.")
    asked(shop, None, supersedes="former")
    approved = asked(shop)
    assert approved.escalation is not None
    for person in (crew.rita, crew.mona):
        approve(Ticket.objects.get(pk=approved.escalation["id"]), person)
    approved.refresh_from_db()
    clock.forward(minutes=5)
    shop.start(approved)
    agent_freeze(fleet=fleet, agent_external_id="shop-bot", actor="mona", reason="Stop.")
    far = Far()

    while sent(endpoint, far):
        pass

    told = [(each["name"], each["ids"]["task"]) for each in map(json.loads, bodies(far))]
    for found in (
        ("task.cancelled", withdrawn),
        ("task.superseded", superseded),
        ("task.resolved", approved),
        ("task.stop_requested", approved),
    ):
        assert told.count((found[0], str(found[1].pk))) == 1
    assert {name for name, _ in told} <= set(CALLBACK_EVENTS)


def bodies(far: Far) -> list[bytes]:
    return [body for _, body, _ in far.got]


def test_nothing_goes_out_for_a_task_that_names_no_url_or_another_host(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    listed(fleet, crew, HOST, "agents.example.org:8443")
    denied(shop, crew, None)
    denied(shop, crew, "https://agents.example.org:8443/x")
    far, other = Far(), WebhookEndpoint.objects.get(callback_host="agents.example.org:8443")

    assert sent(endpoint, far) == 0
    assert sent(other, far) == 1
    assert [url for url, _, _ in far.got] == ["https://agents.example.org:8443/x"]


def test_an_event_is_one_message_however_often_the_workers_run(
    shop: Orchestrator, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    denied(shop, crew)
    webhooks_fan_out()
    WebhookEndpoint.objects.update(after_seq=0)
    far = Far()

    assert sent(endpoint, far) == 1
    assert sent(endpoint, far) == 0
    assert WebhookDelivery.objects.filter(endpoint=endpoint).count() == len(far.got) == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (503, "It answered 503: so it is"),
        (302, "It answered 302; nobody is redirected."),
        ("10.0.0.1 is a private address", "10.0.0.1 is a private address"),
    ],
)
def test_what_is_not_taken_is_tried_again_and_changes_nothing_of_the_task(
    shop: Orchestrator,
    crew: Crew,
    endpoint: WebhookEndpoint,
    clock: Clock,
    answer: int | str,
    sentence: str,
) -> None:
    task, far = denied(shop, crew), Far(answers=[answer, 204])
    before = Task.objects.values().get(pk=task.pk)

    assert sent(endpoint, far) == 0
    assert only(endpoint).log[0]["sentence"] == sentence
    assert sent(endpoint, far) == 0
    clock.forward(seconds=RETRIES_S[0])
    assert sent(endpoint, far) == 1

    assert far.got[0][2]["Countersign-Delivery"] == far.got[1][2]["Countersign-Delivery"]
    assert Task.objects.values().get(pk=task.pk) == before


def test_a_host_that_fails_rests_alone(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    listed(fleet, crew, HOST, "agents.example.org")
    other = WebhookEndpoint.objects.get(callback_host="agents.example.org")
    for _ in range(5):
        denied(shop, crew)
    denied(shop, crew, "https://agents.example.org/x")
    far = Far(answers=[500])
    for _ in range(5):
        sent(endpoint, far)

    endpoint.refresh_from_db()
    assert endpoint.rests_until == clock() + timedelta(seconds=60)
    assert webhooks_due() == [other.pk]
    assert sent(other, Far()) == 1
    failing = Event.objects.get(name="webhook.failing").payload
    assert failing["name"] == f"Callbacks to {HOST}"

    clock.forward(seconds=60)
    assert sent(endpoint, Far()) == 5


def test_one_url_that_works_does_not_hurry_another_that_fails(
    shop: Orchestrator, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    denied(shop, crew)
    sent(endpoint, Far(answers=[404]))
    due = only(endpoint).next_at
    denied(shop, crew, f"https://{HOST}/well")

    assert sent(endpoint, Far()) == 1
    assert WebhookDelivery.objects.get(state="pending").next_at == due


def test_what_goes_to_a_host_taken_off_the_list_is_dropped_with_the_reason(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    denied(shop, crew)
    denied(shop, crew)
    webhooks_fan_out()
    listed(fleet, crew)
    far = Far()

    assert sent(endpoint, far) == 0

    assert far.got == []
    dropped = WebhookDelivery.objects.filter(endpoint=endpoint)
    assert {(each.state, each.log[-1]["sentence"]) for each in dropped} == {
        (
            "given_up",
            f"{HOST} is not a callback host of fleet shop; an admin lists them.",
        )
    }
    assert dropped.count() == 2
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
    assert webhooks_due() == []


def test_a_host_taken_off_while_a_message_is_under_way_ends_it_at_the_next_try(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    denied(shop, crew)
    far = Far(answers=[500, 204])

    def meanwhile(*sent_to: Any) -> Reply:
        listed(fleet, crew)
        return far.post(*sent_to)

    webhooks_fan_out()
    webhook_send(endpoint_id=endpoint.pk, post=meanwhile)
    clock.forward(seconds=RETRIES_S[0])

    assert sent(endpoint, far) == 0
    assert (len(far.got), only(endpoint).state) == (1, "given_up")


def test_each_host_and_each_fleet_has_a_secret_of_its_own(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    listed(fleet, crew, HOST, "agents.example.org")
    other = WebhookEndpoint.objects.get(callback_host="agents.example.org")
    elsewhere = WebhookEndpoint.objects.create(
        fleet=FleetFactory(slug="other"), name="Callbacks", callback_host=HOST, url=URL,
        events=list(CALLBACK_EVENTS), secret="whsec_other", after_seq=0, created_by="adam",
        created_at=clock(),
    )  # fmt: skip
    denied(shop, crew)
    far = Far()

    assert sent(elsewhere, far) == 0
    assert sent(endpoint, far) == 1
    [(_, body, headers)] = far.got
    for secret in (other.secret, elsewhere.secret):
        with pytest.raises(SignatureError, match="another secret"):
            signature_check(
                headers["Countersign-Signature"], body, secret, now_s=clock().timestamp()
            )


def test_a_new_secret_is_shown_and_both_sign_for_a_day(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint, clock: Clock
) -> None:
    former = endpoint.secret
    with pytest.raises(ForbiddenError):
        webhook_rotate(fleet=fleet, user=crew.mona, webhook_id=endpoint.pk)

    _, secret = webhook_rotate(fleet=fleet, user=crew.adam, webhook_id=endpoint.pk)

    denied(shop, crew)
    far = Far()
    sent(endpoint, far)
    [(_, body, headers)] = far.got
    for each in (secret, former):
        signature_check(headers["Countersign-Signature"], body, each, now_s=clock().timestamp())
    assert secret != former


def test_the_host_alone_says_where_it_leads(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    named: dict[str, Any] = {"fleet": fleet, "user": crew.adam, "webhook_id": endpoint.pk}
    moves: list[Callable[[], object]] = [
        lambda: webhook_change(**named, name="Mine", url="https://evil.test/", events=[]),
        lambda: webhook_test(**named),
        lambda: webhook_end(**named),
    ]
    fleet.refresh_from_db()
    for move in moves:
        with pytest.raises(ConflictError) as caught:
            move()
        assert caught.value.code == "callback_webhook"

    listed(fleet, crew)
    fleet.refresh_from_db()
    assert webhook_end(**named).ended_at is not None


def test_listed_again_after_its_end_a_host_has_another_secret(
    fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    listed(fleet, crew)
    webhook_end(fleet=Fleet.objects.get(), user=crew.adam, webhook_id=endpoint.pk)
    listed(fleet, crew, HOST)
    again = WebhookEndpoint.objects.get(callback_host=HOST, ended_at=None)

    assert again.secret not in {endpoint.secret, ""}


def test_callbacks_take_no_room_from_webhooks(
    fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    for _ in range(MOST_ENDPOINTS):
        added(fleet, crew)
    with pytest.raises(ConflictError, match="at most 20"):
        added(fleet, crew)


def test_a_host_listed_by_an_older_release_is_served_from_the_first_task_on(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    fleet.callback_hosts = [HOST.upper()]
    fleet.save(update_fields=["callback_hosts"])
    denied(shop, crew)
    far = Far()

    assert sent(WebhookEndpoint.objects.get(callback_host=HOST), far) == 1


def test_a_message_is_sent_again_to_the_same_url(
    shop: Orchestrator, fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    denied(shop, crew)
    far = Far()
    sent(endpoint, far)
    delivery_replay(
        fleet=fleet, user=crew.adam, webhook_id=endpoint.pk, delivery_id=only(endpoint).pk
    )

    assert sent(endpoint, far) == 1
    assert [url for url, _, _ in far.got] == [URL, URL]


def test_a_url_that_cannot_be_read_any_more_holds_up_nothing(
    shop: Orchestrator, crew: Crew, endpoint: WebhookEndpoint
) -> None:
    stored = denied(shop, crew)
    Task.objects.filter(pk=stored.pk).update(callback_url="https://[::1")
    denied(shop, crew)
    far = Far()

    assert sent(endpoint, far) == 1
    assert [url for url, _, _ in far.got] == [URL]
