"""The form that adds or changes a webhook, and the moves of one, as one person sees them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.webhooks import EventArea, WebhookForm, WebhookMove
from governance.domain.permissions import Action, why_not
from governance.events import REGISTRY, WebhookTested

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from dashboard.forms.webhook import WebhookTyped
    from dashboard.pages.controls import Seat
    from governance.models import WebhookEndpoint

# The move that was refused, the message it is about, and why.
TypedMove = tuple[str, "UUID | None", str]
NO_MOVE: TypedMove = ("", None, "")


def webhook_form(
    seat: Seat,
    *,
    endpoint: WebhookEndpoint | None = None,
    typed: WebhookTyped | None = None,
    problem: str = "",
    wrong: str = "",
) -> WebhookForm:
    """Return the form that changes a webhook, or adds one where ``endpoint`` is None.

    Args:
        seat: who looks.
        endpoint: the webhook it changes.
        typed: a form that was not recorded.
        problem: why it was not.
        wrong: the field at fault.
    """
    slug = {"fleet": seat.fleet.slug}
    name, target, events = ("", "", ()) if endpoint is None else _of(endpoint)
    off = why_not(seat.role, Action.WEBHOOKS_MANAGE)
    sign = "|".join([off, name, target, *events])
    if typed is not None:
        name, target, events = typed.name, typed.url, typed.events
    url = (
        reverse("webhook-add", kwargs=slug)
        if endpoint is None
        else reverse("webhook-change", kwargs=slug | {"webhook_id": endpoint.pk})
    )
    return WebhookForm(
        url=url,
        why_not=off,
        idempotency_key=str(uuid4()),
        name=name,
        target=target,
        areas=_areas(events),
        singles=sum(not each.endswith(".*") for each in events),
        problem=problem,
        wrong=wrong,
        sign=sign,
    )


def webhook_move(
    seat: Seat, endpoint: WebhookEndpoint, name: str, typed: TypedMove = NO_MOVE
) -> WebhookMove:
    """Return a move of a webhook: ``test``, ``end`` or ``rotate``."""
    label, icon, says = _MOVES[name]
    refused, _, problem = typed
    kwargs = {"fleet": seat.fleet.slug, "webhook_id": endpoint.pk}
    return WebhookMove(
        name=name,
        label=label,
        icon=icon,
        url=reverse(f"webhook-{name}", kwargs=kwargs),
        says=says,
        why_not=why_not(seat.role, Action.WEBHOOKS_MANAGE),
        idempotency_key=str(uuid4()),
        problem=problem if refused == name else "",
    )


def replay_move(
    seat: Seat, endpoint: WebhookEndpoint, delivery_id: UUID, typed: TypedMove = NO_MOVE
) -> WebhookMove:
    """Return the move that sends a message once more."""
    refused, about, problem = typed
    kwargs = {"fleet": seat.fleet.slug, "webhook_id": endpoint.pk, "delivery_id": delivery_id}
    return WebhookMove(
        name="replay",
        label="Send again",
        icon="undo",
        url=reverse("delivery-replay", kwargs=kwargs),
        says="",
        why_not=why_not(seat.role, Action.WEBHOOKS_MANAGE),
        idempotency_key=str(uuid4()),
        problem=problem if (refused, about) == ("replay", delivery_id) else "",
    )


_MOVES = {
    "test": (
        "Send a test",
        "out",
        "One event webhook.tested, to this webhook only, within seconds even while it rests.",
    ),
    "end": (
        "End this webhook",
        "x",
        "Nothing is sent to it any more, and what is on its way is given up. Its log stays.",
    ),
    "rotate": (
        "Give it a new secret",
        "lock",
        "For 24 h both secrets sign, so that the receiver can change over; then the new one alone.",
    ),
}


def _of(endpoint: WebhookEndpoint) -> tuple[str, str, Collection[str]]:
    return endpoint.name, endpoint.url, endpoint.events


def _areas(chosen: Collection[str]) -> tuple[EventArea, ...]:
    """Return every event that can be chosen; a test is sent to whoever asks for it alone."""
    names = sorted(set(REGISTRY) - {WebhookTested.wire_name})
    return tuple(
        EventArea(
            label=area,
            every=f"{area}.*",
            is_chosen=f"{area}.*" in chosen,
            names=tuple((name, name in chosen) for name in each),
        )
        for area, each in groupby(names, lambda name: name.partition(".")[0])
    )
