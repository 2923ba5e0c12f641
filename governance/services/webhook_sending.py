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
from typing import TYPE_CHECKING

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
    signature,
)
from governance.events import WebhookTested
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.outbound.sender import WITHIN_S, UnsentError, Way, message_post
from governance.selectors.clock import clock_now
from governance.selectors.feed import event_plain, events_after
from governance.services.callbacks import callback_refusal, callback_urls
from governance.services.leasing import lease_free, leased_work
from governance.services.sweeping import moved_or_logged
from governance.services.webhook_attempts import attempt_drop, attempt_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Event
    from governance.outbound.sender import Reply

logger = logging.getLogger(__name__)

# An attempt nobody has heard of for this long is lost with its worker.
CLAIMED_FOR = timedelta(seconds=1.5 * WITHIN_S)
# One endpoint is sent to for so long at a time, and by one worker.
RUN_FOR = timedelta(seconds=20)


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
        return None if claimed is None else _attempt(claimed, post)

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
            WebhookDelivery(
                endpoint=endpoint, event=event, callback_url=url, next_at=now, queued_at=now
            )
            for event, url in _wanted(events, endpoint)
        ],
        ignore_conflicts=True,
    )
    endpoint.after_seq = events[-1].seq
    endpoint.save(update_fields=["after_seq"])
    return True


def _wanted(events: Sequence[Event], endpoint: WebhookEndpoint) -> list[tuple[Event, str]]:
    """Return the events for an endpoint, each with the URL of its own if it is a callback."""
    if endpoint.callback_host:
        urls = callback_urls(events=events, endpoint=endpoint)
        return [(event, urls[event.pk]) for event in events if event.pk in urls]
    return [(event, "") for event in events if _is_for(event, endpoint)]


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


def _attempt(delivery: WebhookDelivery, post: Callable[..., Reply]) -> int | None:
    """Send a claimed delivery and note what came of it; return 1 if it was taken, else None.

    A callback that may not be sent any more is dropped: 0, and the next may go.
    """
    refused = delivery.callback_url and callback_refusal(
        delivery.callback_url, delivery.endpoint.fleet
    )
    if refused:
        return attempt_drop(delivery, refused)
    try:
        reply = _posted(delivery, post)
    except UnsentError as error:
        attempt_note(delivery, None, str(error), None)
        return None
    except Exception:
        # The boundary: what nobody thought of is an attempt that failed like any other.
        logger.exception("message %s could not be sent", delivery.pk)
        attempt_note(delivery, None, "It could not be sent; the log of the courier says why.", None)
        return None
    taken = is_taken(reply.status)
    attempt_note(delivery, reply.status, "Taken." if taken else _refused(reply), reply.took_ms)
    return 1 if taken else None


def _posted(delivery: WebhookDelivery, post: Callable[..., Reply]) -> Reply:
    endpoint = delivery.endpoint
    body = message_of(delivery.event, endpoint.fleet.slug)
    way = Way(
        allowed=[ip_network(network) for network in endpoint.fleet.outbound_networks],
        plain_here=settings.DEBUG,
    )
    return post(
        delivery.callback_url or endpoint.url, body, _headers(delivery, body, clock_now()), way
    )


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
