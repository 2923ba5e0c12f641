"""What time does to messages: they are given up, and in the end forgotten."""

from __future__ import annotations

from datetime import timedelta

from governance.domain.webhooks import GIVEN_UP_AFTER_H, DeliveryState
from governance.models import WebhookDelivery
from governance.selectors.clock import clock_now
from governance.selectors.retention import retentions


def deliveries_give_up() -> int:
    """Give up what has waited for 72 h, however few attempts it had; return how many."""
    now = clock_now()
    waiting = WebhookDelivery.objects.filter(state=DeliveryState.PENDING.value)
    return waiting.filter(queued_at__lte=now - timedelta(hours=GIVEN_UP_AFTER_H)).update(
        state=DeliveryState.GIVEN_UP.value, next_at=None, ended_at=now
    )


def deliveries_forget() -> int:
    """Delete what came to an end longer ago than its fleet keeps it; return how many.

    The event itself stays.
    """
    now = clock_now()
    return sum(
        WebhookDelivery.objects.filter(
            endpoint__fleet=fleet, ended_at__lte=now - timedelta(days=kept.deliveries_days)
        ).delete()[0]
        for fleet, kept in retentions()
    )
