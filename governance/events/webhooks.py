"""Facts about where a fleet's events are sent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(FleetEvent, wire_name="webhook.changed"):
    """An endpoint was added, changed or ended, or given a new secret; the sentence says which."""

    webhook_id: UUID
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class WebhookTested(FleetEvent, wire_name="webhook.tested"):
    """Somebody wants to see a message arrive; only the endpoint it names is sent it."""

    webhook_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class WebhookFailing(FleetEvent, wire_name="webhook.failing"):
    """An endpoint failed so often in a row that it is let rest."""

    webhook_id: UUID
    name: str
    failures: int
    rest_s: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CourierLate(FleetEvent, wire_name="courier.late"):
    """Messages to webhooks are overdue, and nobody sends them; told once each time."""

    waiting: int
    late_s: int
    sentence: str
