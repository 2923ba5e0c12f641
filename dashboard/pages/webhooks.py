"""The pages of webhooks: where a fleet's events are sent, and what became of each message."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards.webhooks import AttemptLine, DeliveryLine, WebhookPage, WebhooksPage
from dashboard.display.durations import NBSP, day_time, span_text
from dashboard.pages.files import file_links
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.webhook_forms import NO_MOVE, replay_move, webhook_form, webhook_move
from dashboard.pages.webhook_states import delivery_mark, delivery_then, webhook_line
from governance.domain.permissions import Action, why_not
from governance.domain.webhooks import DeliveryState
from governance.selectors.courier import COURIER_LATE, courier_lag
from governance.selectors.webhooks import (
    deliveries_of,
    deliveries_waiting,
    webhook_get,
    webhooks_ended,
    webhooks_of,
)

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard.cards.webhooks import SecretCard, WebhookForm
    from dashboard.pages.controls import Seat
    from dashboard.pages.webhook_forms import TypedMove
    from governance.models import WebhookDelivery, WebhookEndpoint


def webhooks_page(seat: Seat, *, form: WebhookForm | None = None) -> WebhooksPage:
    """Return the webhooks of a fleet; the fleet was read before them.

    Args:
        seat: who looks; whoever may not see where events are sent is told so.
        form: one that was not recorded.
    """
    fleet, slug = seat.fleet, seat.fleet.slug
    unseen = why_not(seat.role, Action.WEBHOOKS_VIEW)
    current = [] if unseen else webhooks_of(fleet=fleet)
    ended = [] if unseen else webhooks_ended(fleet=fleet)
    waiting = deliveries_waiting(endpoints=[*current, *ended])
    lines = {
        each.pk: webhook_line(each, slug, waiting[each.pk], seat.now) for each in (*current, *ended)
    }
    return WebhooksPage(
        fleet_name=fleet.name,
        fleet_slug=slug,
        seq=fleet.event_seq,
        now=seat.now,
        parts_url=reverse("fleet-webhooks-parts", kwargs={"fleet": slug}),
        outbound_url=reverse("fleet-outbound", kwargs={"fleet": slug}),
        lines=tuple(lines[each.pk] for each in current),
        ended=tuple(lines[each.pk] for each in ended),
        form=None if unseen else form or webhook_form(seat),
        unseen=unseen,
        late="" if unseen else _late(seat.now),
    )


def _late(now: datetime) -> str:
    lag = courier_lag(now=now)
    if lag <= COURIER_LATE:
        return ""
    return (
        f"The courier is {span_text(lag.total_seconds())} late: messages wait and nobody sends"
        " them. None is lost. Tell whoever runs the stack."
    )


def webhook_page(
    seat: Seat,
    webhook_id: UUID,
    *,
    form: WebhookForm | None = None,
    typed: TypedMove = NO_MOVE,
    secret: SecretCard | None = None,
) -> WebhookPage:
    """Return one webhook with its latest messages; the fleet was read before it.

    Args:
        seat: who looks, and may.
        webhook_id: the webhook, ended or not.
        form: a change that was not recorded.
        typed: a move that was not.
        secret: what is shown this once.

    Raises:
        MissingError: webhook_unknown.
    """
    fleet, slug = seat.fleet, seat.fleet.slug
    endpoint = webhook_get(fleet=fleet, webhook_id=webhook_id, or_ended=True)
    waiting = deliveries_waiting(endpoints=[endpoint])[endpoint.pk]
    has_ended, is_callbacks = endpoint.ended_at is not None, bool(endpoint.callback_host)
    by = actor_words(endpoint.created_by, names_of([endpoint.created_by]))
    return WebhookPage(
        fleet_slug=slug,
        seq=fleet.event_seq,
        now=seat.now,
        parts_url=reverse("webhook-parts", kwargs={"fleet": slug, "webhook_id": endpoint.pk}),
        list_url=reverse("fleet-webhooks", kwargs={"fleet": slug}),
        line=webhook_line(endpoint, slug, waiting, seat.now),
        target=endpoint.url,
        outbound_url=reverse("fleet-outbound", kwargs={"fleet": slug}) if is_callbacks else "",
        callbacks=_callbacks(seat, endpoint),
        added=f"Added {day_time(endpoint.created_at)} UTC by {by}.",
        former=_former(endpoint, seat.now),
        deliveries=tuple(
            _delivery(each, endpoint, seat, typed) for each in deliveries_of(endpoint=endpoint)
        ),
        moves=tuple(webhook_move(seat, endpoint, name, typed) for name in _moves(seat, endpoint)),
        rotate=None if has_ended else webhook_move(seat, endpoint, "rotate", typed),
        form=None if has_ended or is_callbacks else form or webhook_form(seat, endpoint=endpoint),
        secret=secret,
        files=file_links("webhook-deliveries", "messages", fleet=slug, webhook_id=endpoint.pk),
    )


def _is_listed(seat: Seat, endpoint: WebhookEndpoint) -> bool:
    return endpoint.callback_host in {str(host).lower() for host in seat.fleet.callback_hosts}


def _moves(seat: Seat, endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Return what can be done to a webhook; one of callbacks ends once its host is not listed."""
    if endpoint.ended_at is not None:
        return ()
    if endpoint.callback_host:
        return () if _is_listed(seat, endpoint) else ("end",)
    return ("test", "end")


def _callbacks(seat: Seat, endpoint: WebhookEndpoint) -> str:
    """Return what a webhook of callbacks sends, and whether it still may; empty for any other."""
    if not endpoint.callback_host:
        return ""
    listed = (
        "Agents may name URLs there."
        if _is_listed(seat, endpoint)
        else "It is not among the hosts of callbacks: what a task names there is dropped."
    )
    return f"To the URLs on {endpoint.callback_host} that tasks name. {listed}"


def _former(endpoint: WebhookEndpoint, now: datetime) -> str:
    if endpoint.former_until is None or endpoint.former_until <= now:
        return ""
    return f"The former secret signs too until {day_time(endpoint.former_until)} UTC."


def _delivery(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, seat: Seat, typed: TypedMove
) -> DeliveryLine:
    log = tuple(_attempt(entry) for entry in reversed(delivery.log))
    can_replay = delivery.state != DeliveryState.PENDING and endpoint.ended_at is None
    return DeliveryLine(
        delivery_id=str(delivery.pk),
        event=delivery.event.name,
        seq=delivery.event.seq,
        target=delivery.callback_url,
        mark=delivery_mark(delivery),
        attempts=delivery.attempts,
        answer=log[0].status if log else "",
        why=log[0].sentence if log else "",
        then=delivery_then(delivery, endpoint, seat.now),
        log=log,
        replay=replay_move(seat, endpoint, delivery.pk, typed) if can_replay else None,
    )


def _attempt(entry: dict[str, Any]) -> AttemptLine:
    status, took_ms = entry["status"], entry["took_ms"]
    return AttemptLine(
        at=datetime.fromisoformat(entry["at"]),
        status="" if status is None else str(status),
        sentence=entry["sentence"],
        took="" if took_ms is None else f"{took_ms}{NBSP}ms",
    )
