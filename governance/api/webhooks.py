"""``/api/v1/webhooks``: where events are sent, what became of each, and sending them again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from governance.api.answers import answer
from governance.api.callers import Person, permission_require, person_required
from governance.api.endpoints import ApiView
from governance.domain.permissions import Action
from governance.domain.types import Scope
from governance.domain.webhooks import DeliveryState
from governance.refusals import InvalidFieldError
from governance.selectors.webhooks import deliveries_of, webhook_get, webhooks_of
from governance.services.schemas import RotateBody, WebhookBody
from governance.services.webhooks import (
    delivery_replay,
    webhook_change,
    webhook_create,
    webhook_end,
    webhook_rotate,
    webhook_test,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.api.shown_webhooks import DeliveryShown, WebhookSecretShown, WebhookShown
    from governance.models import WebhookDelivery, WebhookEndpoint


class WebhooksView(ApiView):
    """All endpoints of the fleet, and new ones."""

    http_method_names = ["get", "head", "post"]

    def get(self, _request: Request) -> HttpResponse:
        """Return every endpoint that has not ended, oldest first."""
        caller = self.caller
        permission_require(caller, Action.WEBHOOKS_VIEW, scope=Scope.READ)
        shown = [webhook_shown(each) for each in webhooks_of(fleet=caller.fleet)]
        return answer({"webhooks": shown})

    def post(self, _request: Request) -> HttpResponse:
        """Add an endpoint and return it with its secret, this once."""
        person, body = person_required(self.caller), self.body(WebhookBody)

        def call() -> HttpResponse:
            made = webhook_create(
                fleet=person.fleet,
                user=person.user,
                name=body.name,
                url=body.url,
                events=body.events,
            )
            return answer(_with_secret(*made), 201)

        return self.once(call)


class WebhookView(ApiView):
    """One endpoint."""

    http_method_names = ["get", "head", "put"]

    def get(self, _request: Request, webhook_id: UUID) -> HttpResponse:
        """Return the endpoint and how it is doing."""
        caller = self.caller
        permission_require(caller, Action.WEBHOOKS_VIEW, scope=Scope.READ)
        return answer(webhook_shown(webhook_get(fleet=caller.fleet, webhook_id=webhook_id)))

    def put(self, _request: Request, webhook_id: UUID) -> HttpResponse:
        """Give the endpoint another name, URL or choice of events."""
        person, body = person_required(self.caller), self.body(WebhookBody)
        endpoint = webhook_change(
            fleet=person.fleet,
            user=person.user,
            webhook_id=webhook_id,
            name=body.name,
            url=body.url,
            events=body.events,
        )
        return answer(webhook_shown(endpoint))


class WebhookMoveView(ApiView):
    """A move of one endpoint."""

    http_method_names = ["post"]


class WebhookRotateView(WebhookMoveView):
    """``POST webhooks/{id}/rotate``: a new secret."""

    def post(self, _request: Request, webhook_id: UUID) -> HttpResponse:
        """Return the endpoint with its new secret, this once."""
        person, at_once = person_required(self.caller), self.body(RotateBody).at_once

        def call() -> HttpResponse:
            rotated = webhook_rotate(
                fleet=person.fleet, user=person.user, webhook_id=webhook_id, at_once=at_once
            )
            return answer(_with_secret(*rotated))

        return self.once(call)


class WebhookTestView(WebhookMoveView):
    """``POST webhooks/{id}/test``: one message, to see it arrive."""

    def post(self, _request: Request, webhook_id: UUID) -> HttpResponse:
        """Send the message within seconds and return the endpoint."""
        return self.once(partial(_moved, webhook_test, person_required(self.caller), webhook_id))


class WebhookEndView(WebhookMoveView):
    """``POST webhooks/{id}/end``: nothing is sent to it any more."""

    def post(self, _request: Request, webhook_id: UUID) -> HttpResponse:
        """End the endpoint and return it."""
        return self.once(partial(_moved, webhook_end, person_required(self.caller), webhook_id))


class DeliveriesView(ApiView):
    """``GET webhooks/{id}/deliveries``: the latest messages to one endpoint."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, webhook_id: UUID) -> HttpResponse:
        """Return the latest 100 messages, newest event first; ``?state=`` narrows them."""
        caller = self.caller
        permission_require(caller, Action.WEBHOOKS_VIEW, scope=Scope.READ)
        endpoint = webhook_get(fleet=caller.fleet, webhook_id=webhook_id)
        state = _state(request.GET.get("state"))
        found = deliveries_of(endpoint=endpoint, state=state)
        return answer({"deliveries": [delivery_shown(each) for each in found]})


class DeliveryReplayView(WebhookMoveView):
    """``POST webhooks/{id}/deliveries/{delivery}/replay``: the same message once more."""

    def post(self, _request: Request, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
        """Put the message on its way again and return it."""
        person = person_required(self.caller)

        def call() -> HttpResponse:
            delivery = delivery_replay(
                fleet=person.fleet,
                user=person.user,
                webhook_id=webhook_id,
                delivery_id=delivery_id,
            )
            return answer(delivery_shown(delivery))

        return self.once(call)


def _moved(move: Callable[..., WebhookEndpoint], person: Person, webhook_id: UUID) -> HttpResponse:
    endpoint = move(fleet=person.fleet, user=person.user, webhook_id=webhook_id)
    return answer(webhook_shown(endpoint))


def webhook_shown(endpoint: WebhookEndpoint) -> WebhookShown:
    """Return an endpoint as callers see it: without its secret."""
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "url": endpoint.url,
        "callback_host": endpoint.callback_host or None,
        "events": endpoint.events,
        "failures": endpoint.failures,
        "failing_since": endpoint.failing_since,
        "rests_until": endpoint.rests_until,
        "delivered_at": endpoint.delivered_at,
        "created_by": endpoint.created_by,
        "created_at": endpoint.created_at,
        "ended_at": endpoint.ended_at,
    }


def delivery_shown(delivery: WebhookDelivery) -> DeliveryShown:
    """Return one message with every attempt that is on record."""
    return {
        "id": delivery.pk,
        "event": delivery.event.name,
        "seq": delivery.event.seq,
        "callback_url": delivery.callback_url or None,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "log": delivery.log,
        "ended_at": delivery.ended_at,
    }


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> WebhookSecretShown:
    return {**webhook_shown(endpoint), "secret": secret}


def _state(text: str | None) -> DeliveryState | None:
    if not text:
        return None
    try:
        return DeliveryState(text)
    except ValueError as error:
        allowed = ", ".join(DeliveryState)
        raise InvalidFieldError(
            f"state must be one of {allowed}.", field="state", value=text, allowed=allowed
        ) from error
