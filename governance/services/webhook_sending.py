"""Events on their way out: one row for each event and endpoint, worked until it is taken.

A row is claimed and that is committed before anything is sent, so that a worker that dies leaves
it to be tried again; then the same message goes out under the same id, by which its receiver knows
it. No lock is held while a message is under way.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, When

from governance.domain.webhooks import (
    DELIVERY_HEADER,
    EVENT_HEADER,
    SIGNATURE_HEADER,
    DeliveryState,
    is_taken,
    is_wanted,
    rest_s,
    retry_s,
    signature,
)
from governance.events import WebhookFailing, WebhookTested
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.outbound.sender import WITHIN_S, UnsentError, Way, message_post
from governance.selectors.clock import clock_now
from governance.selectors.feed import event_plain, events_after
from governance.services.events import events_publish
from governance.services.leasing import lease_free, leased_work
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Event
    from governance.outbound.sender import Reply

logger = logging.getLogger(__name__)

SENDER = "webhooks"
# An attempt nobody has heard of for this long is lost with its worker.
CLAIMED_FOR = timedelta(seconds=1.5 * WITHIN_S)
# One endpoint is sent to for so long at a time, and by one worker.
RUN_FOR = timedelta(seconds=20)
LOGGED_ATTEMPTS = 12


def webhooks_fan_out() -> int:
    """Write a delivery for each event that an endpoint wants and has not been given; count them."""
    behind = WebhookEndpoint.objects.filter(
        ended_at=None, fleet__archived_at=None, fleet__event_seq__gt=F("after_seq")
    )
    ids = list(behind.order_by("id").values_list("pk", flat=True))
    return sum(
        moved_or_logged(partial(_fan_out, pk), "events cannot be listed for webhook %s", pk)
        for pk in ids
    )


def webhooks_due() -> list[UUID]:
    """Return the endpoints that have something to be sent now and that nobody is working on."""
    return list(_due(clock_now()).values_list("endpoint_id", flat=True).distinct())


def webhook_send(*, endpoint_id: UUID, post: Callable[..., Reply] = message_post) -> int:
    """Send what is due to one endpoint, in the events' order; return how many were taken.

    It stops at the first that is not taken, and after 20 s: others wait as well.

    Args:
        endpoint_id: the endpoint; one that ended, rests or is worked on is sent nothing.
        post: sends one message, as `message_post`.
    """
    endpoints = WebhookEndpoint.objects.filter(pk=endpoint_id)

    def send_next() -> int | None:
        claimed = _claim(endpoint_id)
        return 1 if claimed is not None and _attempt(claimed, post) else None

    return leased_work(endpoints, send_next, step=CLAIMED_FOR, run_for=RUN_FOR)


@transaction.atomic
def _fan_out(endpoint_id: UUID) -> bool:
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    endpoint = rows.select_related("fleet").filter(pk=endpoint_id, ended_at=None).first()
    if endpoint is None:
        return False
    events = events_after(fleet=endpoint.fleet, seq=endpoint.after_seq)
    if not events:
        return False
    now = clock_now()
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(endpoint=endpoint, event=event, next_at=now, queued_at=now)
            for event in events
            if _is_for(event, endpoint)
        ],
        ignore_conflicts=True,
    )
    endpoint.after_seq = events[-1].seq
    endpoint.save(update_fields=["after_seq"])
    return True


def _is_for(event: Event, endpoint: WebhookEndpoint) -> bool:
    if event.name == WebhookTested.wire_name:
        return bool(event.ids.get("webhook") == str(endpoint.pk))
    return is_wanted(event.name, endpoint.events)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    return _sendable(now).filter(lease_free(now, prefix="endpoint__"))


def _sendable(now: datetime) -> QuerySet[WebhookDelivery]:
    rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
    return WebhookDelivery.objects.filter(
        rested,
        endpoint__ended_at=None,
        endpoint__fleet__archived_at=None,
        state=DeliveryState.PENDING.value,
        next_at__lte=now,
    )


@transaction.atomic
def _claim(endpoint_id: UUID) -> WebhookDelivery | None:
    """Return the delivery that is next, counted as attempted; None if none is due.

    Somebody waits for a test, and wants to see it fail too: it comes first.
    """
    now = clock_now()
    due = _sendable(now).filter(endpoint=endpoint_id)
    free = due.select_for_update(of=("self",), skip_locked=True)
    is_test = Q(event__name=WebhookTested.wire_name)
    found = free.select_related("event", "endpoint__fleet").order_by(
        Case(When(is_test, then=0), default=1), "event__seq"
    )
    delivery = found.first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_at = now + CLAIMED_FOR
        delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _attempt(delivery: WebhookDelivery, post: Callable[..., Reply]) -> bool:
    """Send a claimed delivery, note what came of it, and return whether it was taken."""
    try:
        reply = _posted(delivery, post)
    except UnsentError as error:
        _note(delivery, None, str(error), None)
        return False
    except Exception:
        # The boundary: what nobody thought of is an attempt that failed like any other.
        logger.exception("message %s could not be sent", delivery.pk)
        _note(delivery, None, "It could not be sent; the log of the courier says why.", None)
        return False
    taken = is_taken(reply.status)
    _note(delivery, reply.status, "Taken." if taken else _refused(reply), reply.took_ms)
    return taken


def _posted(delivery: WebhookDelivery, post: Callable[..., Reply]) -> Reply:
    endpoint = delivery.endpoint
    body = message_of(delivery.event, endpoint.fleet.slug)
    way = Way(
        allowed=[ip_network(network) for network in endpoint.fleet.outbound_networks],
        plain_here=settings.DEBUG,
    )
    return post(endpoint.url, body, _headers(delivery, body, clock_now()), way)


def message_of(event: Event, fleet: str) -> bytes:
    """Return the body of a message: the event as in the feed, and the fleet it is of."""
    return msgspec.json.encode({"fleet": fleet, **event_plain(event)})


def _headers(delivery: WebhookDelivery, body: bytes, now: datetime) -> dict[str, str]:
    endpoint = delivery.endpoint
    signing = [endpoint.secret]
    if endpoint.former_until is not None and endpoint.former_until > now:
        signing.append(endpoint.former_secret)
    return {
        SIGNATURE_HEADER: signature(signing, int(now.timestamp()), body),
        DELIVERY_HEADER: str(delivery.pk),
        EVENT_HEADER: delivery.event.name,
        "User-Agent": "Countersign",
    }


def _refused(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return f"It answered {reply.status}; nobody is redirected."
    told = f": {reply.text}" if reply.text else "."
    return f"It answered {reply.status}{told}"


@transaction.atomic
def _note(
    delivery: WebhookDelivery, status: int | None, sentence: str, took_ms: int | None
) -> None:
    """Write down what came of an attempt, unless the delivery went on without it meanwhile.

    A test that fails says nothing new of how the endpoint is doing.
    """
    endpoints = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint, now = endpoints.get(pk=delivery.endpoint_id), clock_now()
    rows = WebhookDelivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.PENDING.value
    )
    entry = {"at": now.isoformat(), "status": status, "sentence": sentence, "took_ms": took_ms}
    changed: dict[str, Any] = {"log": [*delivery.log, entry][-LOGGED_ATTEMPTS:]}
    taken = is_taken(status)
    wait_s = None if taken else retry_s(delivery.attempts)
    if wait_s is None:
        state = DeliveryState.DELIVERED if taken else DeliveryState.GIVEN_UP
        changed |= {"state": state.value, "next_at": None, "ended_at": now}
    else:
        changed["next_at"] = now + timedelta(seconds=wait_s)
    if rows.update(**changed) and (taken or delivery.event.name != WebhookTested.wire_name):
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
    """Note that a locked endpoint takes messages; what waits after failures is sent at once."""
    if endpoint.failures:
        waiting = WebhookDelivery.objects.filter(
            endpoint=endpoint, state=DeliveryState.PENDING.value
        )
        waiting.update(next_at=now)
    endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
    endpoint.delivered_at = now
    endpoint.save(update_fields=["failures", "failing_since", "rests_until", "delivered_at"])
