"""What callers are told about webhooks and what became of each message."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID


class WebhookShown(TypedDict):
    """An endpoint and how it is doing: failures in a row and since when, rest, the last taken.

    ``callback_host`` is the host whose callbacks it stands for, null for any other.
    """

    id: UUID
    name: str
    url: str
    callback_host: str | None
    events: list[str]
    failures: int
    failing_since: datetime | None
    rests_until: datetime | None
    delivered_at: datetime | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None


class WebhookSecretShown(WebhookShown):
    """An endpoint with its secret, which is shown this once."""

    secret: str


class WebhooksShown(TypedDict):
    """All endpoints of the fleet, oldest first."""

    webhooks: list[WebhookShown]


class AttemptShown(TypedDict):
    """One attempt: when, the status or null where no answer came, and what it came to."""

    at: datetime
    status: int | None
    sentence: str
    took_ms: int | None


class DeliveryShown(TypedDict):
    """One event on its way to one endpoint; ``id`` is the header Countersign-Delivery.

    ``callback_url`` is where a callback goes, null for what goes to the URL of the endpoint.
    """

    id: UUID
    event: str
    seq: int
    callback_url: str | None
    state: str
    attempts: int
    next_at: datetime | None
    log: list[AttemptShown]
    ended_at: datetime | None


class DeliveriesShown(TypedDict):
    """The latest messages to one endpoint, newest event first."""

    deliveries: list[DeliveryShown]


class OutboundShown(TypedDict):
    """What may be sent to beside the public internet, and to which hosts callbacks go."""

    networks: list[str]
    callback_hosts: list[str]
    warnings: list[str]
