"""The other side of a webhook, and the steps that lead to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from governance.models import WebhookDelivery, WebhookEndpoint
from governance.outbound.sender import Reply, UnsentError, Way
from governance.services.fleets import fleet_halt
from governance.services.webhook_sending import (
    webhook_send,
    webhooks_fan_out,
)
from governance.services.webhooks import (
    webhook_create,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.models import Fleet
    from tests.escalations.people import Crew

URL = "https://siem.example.org/in"


@dataclass
class Far:
    """The other side: answers as told, the last answer for ever, and keeps what it got."""

    answers: list[int | str] = field(default_factory=lambda: [204])
    got: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], way: Way) -> Reply:
        self.got.append((url, body, headers))
        self.ways.append(way)
        said = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(said, str):
            raise UnsentError(said)
        return Reply(said, "so it is", 12)

    @property
    def names(self) -> list[str]:
        return [json.loads(body)["name"] for _, body, _ in self.got]


def added(fleet: Fleet, crew: Crew, *events: str, url: str = URL) -> WebhookEndpoint:
    return webhook_create(fleet=fleet, user=crew.adam, name="SIEM", url=url, events=events)[0]


def halted(fleet: Fleet) -> None:
    fleet_halt(fleet=fleet, actor="mona", reason="Try.")


def sent(endpoint: WebhookEndpoint, far: Far) -> int:
    webhooks_fan_out()
    return webhook_send(endpoint_id=endpoint.pk, post=far.post)


def only(endpoint: WebhookEndpoint) -> WebhookDelivery:
    return WebhookDelivery.objects.get(endpoint=endpoint)
