"""What came of an attempt to send: noted on the message, and counted for its endpoint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from governance.domain.webhooks import DeliveryState, is_taken, rest_s, retry_s
from governance.events import WebhookFailing, WebhookTested
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.selectors.clock import clock_now
from governance.services.counted import told_counted
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

SENDER = "webhooks"
LOGGED_ATTEMPTS = 12


@transaction.atomic
def attempt_note(
    delivery: WebhookDelivery, status: int | None, sentence: str, took_ms: int | None
) -> None:
    """Write down what came of an attempt, unless the delivery went on without it meanwhile.

    A test that fails says nothing new of how the endpoint is doing.
    """
    endpoints = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint, now = endpoints.get(pk=delivery.endpoint_id), clock_now()
    entry = {"at": now.isoformat(), "status": status, "sentence": sentence, "took_ms": took_ms}
    changed: dict[str, Any] = {"log": [*delivery.log, entry][-LOGGED_ATTEMPTS:]}
    taken = is_taken(status)
    wait_s = None if taken else retry_s(delivery.attempts)
    if wait_s is None:
        state = DeliveryState.DELIVERED if taken else DeliveryState.GIVEN_UP
        changed |= {"state": state.value, "next_at": None, "ended_at": now}
    else:
        changed["next_at"] = now + timedelta(seconds=wait_s)
    transaction.on_commit(lambda: told_counted("webhook", taken=taken))
    if _open(delivery).update(**changed) and (
        taken or delivery.event.name != WebhookTested.wire_name
    ):
        _judge(endpoint, status, now)


def _judge(endpoint: WebhookEndpoint, status: int | None, now: datetime) -> None:
    """Count an attempt; let a locked endpoint rest that has failed too often in a row."""
    if is_taken(status):
        _recover(endpoint, now)
        return
    if not endpoint.failures:
        endpoint.failing_since = now
    endpoint.failures += 1
    pause_s = rest_s(endpoint.failures)
    endpoint.rests_until = now + timedelta(seconds=pause_s) if pause_s else None
    endpoint.save(update_fields=["failures", "failing_since", "rests_until"])
    if pause_s:
        # What the other side says is for those who may look at the log alone.
        last = "no answer" if status is None else f"answer {status}"
        told = f"{endpoint.failures} failures in a row, the last with {last}"
        failing = WebhookFailing(
            fleet_id=endpoint.fleet_id,
            actor=SENDER,
            webhook_id=endpoint.pk,
            name=endpoint.name,
            failures=endpoint.failures,
            rest_s=pause_s,
            sentence=f"{told}; nothing is sent for {pause_s} s.",
        )
        events_publish(failing, now=now)


def _recover(endpoint: WebhookEndpoint, now: datetime) -> None:
    """Note that a locked endpoint takes messages; what waits after failures is sent at once.

    One URL of callbacks that works says nothing of another, unless the whole host was let rest.
    """
    if endpoint.failures and (not endpoint.callback_host or endpoint.rests_until is not None):
        waiting = WebhookDelivery.objects.filter(
            endpoint=endpoint, state=DeliveryState.PENDING.value
        )
        waiting.update(next_at=now)
    endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
    endpoint.delivered_at = now
    endpoint.save(update_fields=["failures", "failing_since", "rests_until", "delivered_at"])


def attempt_drop(delivery: WebhookDelivery, why: str) -> int:
    """Give a delivery up that may not be sent any more, and say why in its log; return 0.

    It says nothing of how the endpoint is doing.
    """
    now = clock_now()
    entry = {"at": now.isoformat(), "status": None, "sentence": why, "took_ms": None}
    _open(delivery).update(
        log=[*delivery.log, entry][-LOGGED_ATTEMPTS:],
        state=DeliveryState.GIVEN_UP.value,
        next_at=None,
        ended_at=now,
    )
    return 0


def _open(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """Return the row of a delivery that has not gone on without this attempt."""
    return WebhookDelivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.PENDING.value
    )
