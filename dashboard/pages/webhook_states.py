"""How a webhook and a message are doing, as a mark and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import reverse

from dashboard.cards.webhooks import WebhookLine
from dashboard.display.durations import moment_time
from dashboard.display.wording import Mark
from governance.domain.phrases import count_words
from governance.domain.webhooks import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import WebhookDelivery, WebhookEndpoint

_DELIVERIES = {
    DeliveryState.PENDING: Mark("On its way", "clock", "line"),
    DeliveryState.DELIVERED: Mark("Taken", "check"),
    DeliveryState.GIVEN_UP: Mark("Given up", "x", "bad"),
}


def webhook_line(endpoint: WebhookEndpoint, slug: str, waiting: int, now: datetime) -> WebhookLine:
    """Return one webhook as a list shows it.

    Args:
        endpoint: the webhook.
        slug: of its fleet.
        waiting: how many messages are on their way to it.
        now: when it is looked at.
    """
    mark, state = webhook_state(endpoint, now)
    return WebhookLine(
        name=endpoint.name,
        page_url=reverse("webhook", kwargs={"fleet": slug, "webhook_id": endpoint.pk}),
        host=endpoint.callback_host or urlsplit(endpoint.url).netloc,
        events=", ".join(endpoint.events) or "every event",
        mark=mark,
        state=state,
        waiting=f"{count_words(waiting, 'message')} on the way" if waiting else "",
    )


def webhook_state(endpoint: WebhookEndpoint, now: datetime) -> tuple[Mark, str]:
    """Return how a webhook is doing: ended, resting, failing, working or not tried yet."""

    def at(moment: datetime) -> str:
        return f"{moment_time(moment, now=now)} UTC"

    taken = f" Last taken {at(endpoint.delivered_at)}." if endpoint.delivered_at else ""
    since = f" since {at(endpoint.failing_since)}" if endpoint.failing_since else ""
    failed = f"{count_words(endpoint.failures, 'failure')} in a row{since}"
    if endpoint.ended_at is not None:
        return Mark("Ended", "minus"), f"Nothing is sent since {at(endpoint.ended_at)}."
    if endpoint.rests_until is not None and endpoint.rests_until > now:
        until = at(endpoint.rests_until)
        return Mark("Resting", "pause", "amber"), f"{failed}; rests until {until}.{taken}"
    if endpoint.failures:
        return Mark("Failing", "warn", "bad"), f"{failed}; it is tried again.{taken}"
    if endpoint.delivered_at is not None:
        return Mark("Working", "check"), taken.strip()
    words = "." if endpoint.callback_host else "; send a test."
    return Mark("Not tried yet", "clock", "line"), f"Nothing was sent to it so far{words}"


def delivery_mark(delivery: WebhookDelivery) -> Mark:
    """Return how far a message has come."""
    return _DELIVERIES[DeliveryState(delivery.state)]


def delivery_then(delivery: WebhookDelivery, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Return what becomes of a message next, or when it came to its end."""
    if delivery.ended_at is not None:
        return f"at {moment_time(delivery.ended_at, now=now)}"
    # A message that is due waits for those before it, and for its webhook's rest.
    moments = [delivery.next_at, endpoint.rests_until]
    due = max((each for each in moments if each is not None), default=now)
    return "within seconds" if due <= now else f"next try {moment_time(due, now=now)}"
