"""Where a fleet's events are sent, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from governance.domain.webhooks import DeliveryState
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.refusals import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from governance.models import Fleet

DELIVERIES_AT_ONCE = 100
ENDED_SHOWN = 20


def webhooks_of(*, fleet: Fleet) -> list[WebhookEndpoint]:
    """Return the fleet's endpoints that have not ended, oldest first."""
    return list(WebhookEndpoint.objects.filter(fleet=fleet, ended_at=None).order_by("id"))


def webhooks_ended(*, fleet: Fleet) -> list[WebhookEndpoint]:
    """Return the fleet's endpoints that have ended, the last to end first, at most 20."""
    rows = WebhookEndpoint.objects.filter(fleet=fleet, ended_at__isnull=False)
    return list(rows.order_by("-ended_at")[:ENDED_SHOWN])


def webhooks_ever(*, fleet: Fleet) -> list[WebhookEndpoint]:
    """Return every endpoint the fleet ever had, oldest first."""
    return list(WebhookEndpoint.objects.filter(fleet=fleet).order_by("id"))


def deliveries_waiting(*, endpoints: Collection[WebhookEndpoint]) -> dict[UUID, int]:
    """Return how many messages are on their way to each endpoint; none is left out of it."""
    rows = WebhookDelivery.objects.filter(
        endpoint__in=[each.pk for each in endpoints], state=DeliveryState.PENDING.value
    )
    counts = rows.values_list("endpoint").annotate(waiting=Count("pk"))
    return {each.pk: 0 for each in endpoints} | dict(counts)


def webhook_get(
    *, fleet: Fleet, webhook_id: UUID, lock: bool = False, or_ended: bool = False
) -> WebhookEndpoint:
    """Return an endpoint of the fleet, its row locked if asked.

    Args:
        fleet: whose endpoint it is.
        webhook_id: its id.
        lock: whether its row is locked.
        or_ended: whether one that has ended is found too.

    Raises:
        MissingError: if the fleet has no such endpoint.
    """
    rows = WebhookEndpoint.objects.filter(fleet=fleet)
    rows = rows if or_ended else rows.filter(ended_at=None)
    # NO KEY: deliveries refer to it.
    rows = rows.select_for_update(no_key=True) if lock else rows
    found = rows.filter(pk=webhook_id).first()
    if found is None:
        raise MissingError(
            f"There is no webhook {webhook_id}.",
            code="webhook_unknown",
            field="webhook",
            value=str(webhook_id),
        )
    return found


def deliveries_of(
    *, endpoint: WebhookEndpoint, state: DeliveryState | None = None
) -> list[WebhookDelivery]:
    """Return the latest deliveries of an endpoint, newest event first, at most 100."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).select_related("event")
    if state is not None:
        rows = rows.filter(state=state.value)
    return list(rows.order_by("-event__seq")[:DELIVERIES_AT_ONCE])


def deliveries_batch(
    *, endpoint: WebhookEndpoint, before: WebhookDelivery | None, most: int
) -> list[WebhookDelivery]:
    """Return deliveries of an endpoint, newest event first, after ``before`` in that order."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).select_related("event")
    if before is not None:
        same = Q(event__seq=before.event.seq, pk__lt=before.pk)
        rows = rows.filter(Q(event__seq__lt=before.event.seq) | same)
    return list(rows.order_by("-event__seq", "-pk")[:most])


def delivery_get(*, endpoint: WebhookEndpoint, delivery_id: UUID) -> WebhookDelivery:
    """Return one delivery of an endpoint, its row locked.

    Raises:
        MissingError: if the endpoint has no such delivery.
    """
    rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("event")
    found = rows.filter(endpoint=endpoint, pk=delivery_id).first()
    if found is None:
        raise MissingError(
            f"There is no delivery {delivery_id}.",
            code="delivery_unknown",
            field="delivery",
            value=str(delivery_id),
        )
    return found
