"""Where a fleet's events are sent: admins say it, and each change is a fact of the fleet."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from governance.domain.outbound import DestinationError, destination_of
from governance.domain.permissions import Action
from governance.domain.webhooks import DeliveryState, names_unknown
from governance.events import REGISTRY, WebhookChanged, WebhookTested
from governance.models import WebhookDelivery, WebhookEndpoint
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.selectors.webhooks import delivery_get, webhook_get, webhooks_of
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.models import Fleet

MOST_ENDPOINTS = 20
# How long a former secret signs beside the new one, for its receiver to change over.
CHANGE_OVER = timedelta(hours=24)
SECRET_MARK = "whsec_"  # noqa: S105
_URL_FORM = "https://<host>/..., without user name, password or fragment, at most 500 characters"


@transaction.atomic
def webhook_create(
    *, fleet: Fleet, user: User, name: str, url: str, events: Sequence[str]
) -> tuple[WebhookEndpoint, str]:
    """Return a new endpoint and its secret, which is never shown again.

    It is sent what happens from now on.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: webhook_url_refused, event_unknown.
        ConflictError: webhooks_full, for a fleet that has 20.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    _url_check(url)
    _events_check(events)
    now, locked = clock_now(), fleet_lock(fleet.pk)
    own = [each for each in webhooks_of(fleet=locked) if not each.callback_host]
    if len(own) >= MOST_ENDPOINTS:
        raise ConflictError(
            f"A fleet has at most {MOST_ENDPOINTS} webhooks; end one first.", code="webhooks_full"
        )
    endpoint = WebhookEndpoint.objects.create(
        fleet=locked,
        name=name,
        url=url,
        events=list(events),
        secret=secret_new(),
        after_seq=locked.event_seq,
        created_by=user.get_username(),
        created_at=now,
    )
    _publish(endpoint, user, f"Events are sent to {_host(url)} from now on.", now)
    return endpoint, endpoint.secret


@transaction.atomic
def webhook_change(
    *, fleet: Fleet, user: User, webhook_id: UUID, name: str, url: str, events: Sequence[str]
) -> WebhookEndpoint:
    """Return an endpoint with another name, URL or choice of events.

    Another URL is tried at once, however the one before has failed.

    Raises:
        ForbiddenError, InvalidFieldError: as `webhook_create`.
        MissingError: webhook_unknown.
        ConflictError: callback_webhook, for one that stands for callbacks.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    _url_check(url)
    _events_check(events)
    endpoint = webhook_get(fleet=fleet, webhook_id=webhook_id, lock=True)
    _callbacks_refuse(endpoint, "changed")
    if (endpoint.name, endpoint.url, endpoint.events) == (name, url, list(events)):
        return endpoint
    now = clock_now()
    if endpoint.url != url:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        _pending(endpoint).update(next_at=now)
    endpoint.name, endpoint.url, endpoint.events = name, url, list(events)
    endpoint.save(
        update_fields=["name", "url", "events", "failures", "failing_since", "rests_until"]
    )
    told = ", ".join(events) or "all events"
    _publish(endpoint, user, f"It is sent {told}, to {_host(url)}.", now)
    return endpoint


@transaction.atomic
def webhook_rotate(
    *, fleet: Fleet, user: User, webhook_id: UUID, at_once: bool = False
) -> tuple[WebhookEndpoint, str]:
    """Return an endpoint and its new secret; for 24 h both secrets sign, then the new one alone.

    ``at_once`` is for a secret that became known: the new one signs alone from now on.

    Raises:
        ForbiddenError, MissingError: as `webhook_change`.
        ConflictError: former_signs, while the secret before this one signs as well.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    endpoint, now = webhook_get(fleet=fleet, webhook_id=webhook_id, lock=True), clock_now()
    former_until = endpoint.former_until
    if not at_once and former_until is not None and former_until > now:
        # Its receivers may know that one alone.
        raise ConflictError(
            f"The secret was changed already; the former one signs until {former_until:%H:%M} UTC.",
            code="former_signs",
            field="at_once",
            value=False,
            allowed=f"true, or any value from {former_until.isoformat()} on",
        )
    endpoint.former_secret = "" if at_once else endpoint.secret
    endpoint.former_until = None if at_once else now + CHANGE_OVER
    endpoint.secret = secret_new()
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    told = "signs no longer" if at_once else "signs for 24 h more"
    _publish(endpoint, user, f"It has a new secret; the former one {told}.", now)
    return endpoint, endpoint.secret


@transaction.atomic
def webhook_end(*, fleet: Fleet, user: User, webhook_id: UUID) -> WebhookEndpoint:
    """End an endpoint: what is still on its way to it is given up. Its log stays in the database.

    Raises:
        ForbiddenError, MissingError: as `webhook_change`.
        ConflictError: callback_webhook, while the host of its callbacks is listed.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    endpoint, now = webhook_get(fleet=fleet, webhook_id=webhook_id, lock=True), clock_now()
    if endpoint.callback_host in {str(host).lower() for host in fleet.callback_hosts}:
        _callbacks_refuse(endpoint, f"ended while {endpoint.callback_host} is listed")
    endpoint.ended_at = now
    endpoint.save(update_fields=["ended_at"])
    given_up = _pending(endpoint).update(
        state=DeliveryState.GIVEN_UP.value, next_at=None, ended_at=now
    )
    _publish(endpoint, user, f"It has ended; {given_up} undelivered.", now)
    return endpoint


@transaction.atomic
def webhook_test(*, fleet: Fleet, user: User, webhook_id: UUID) -> WebhookEndpoint:
    """Send a message to one endpoint only, for people to see it arrive, and return the endpoint.

    It is tried at once, even where the endpoint is let rest.

    Raises:
        ForbiddenError, MissingError: as `webhook_change`.
        ConflictError: callback_webhook, for one that stands for callbacks.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    endpoint, now = webhook_get(fleet=fleet, webhook_id=webhook_id, lock=True), clock_now()
    _callbacks_refuse(endpoint, "tested")
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
    tested = WebhookTested(
        fleet_id=fleet.pk, actor=user.get_username(), webhook_id=endpoint.pk, name=endpoint.name
    )
    events_publish(tested, now=now)
    return endpoint


@transaction.atomic
def delivery_replay(
    *, fleet: Fleet, user: User, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """Return a delivery on its way once more: the same message under the same id.

    It is tried at once, even where the endpoint is let rest.

    Raises:
        ForbiddenError, MissingError: as `webhook_change`; delivery_unknown.
        ConflictError: delivery_pending, while it is on its way anyway.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    endpoint, now = webhook_get(fleet=fleet, webhook_id=webhook_id, lock=True), clock_now()
    delivery = delivery_get(endpoint=endpoint, delivery_id=delivery_id)
    if delivery.state == DeliveryState.PENDING:
        raise ConflictError("This message is on its way already.", code="delivery_pending")
    delivery.state, delivery.attempts = DeliveryState.PENDING.value, 0
    delivery.next_at, delivery.queued_at, delivery.ended_at = now, now, None
    delivery.save(update_fields=["state", "attempts", "next_at", "queued_at", "ended_at"])
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
    _publish(endpoint, user, f"Event {delivery.event.seq} is sent once more.", now)
    return delivery


def _callbacks_refuse(endpoint: WebhookEndpoint, moved: str) -> None:
    if endpoint.callback_host:
        raise ConflictError(
            f"{endpoint.name} go to the URLs that tasks name: this webhook cannot be {moved}. "
            "The hosts of callbacks say what may be sent to.",
            code="callback_webhook",
            field="webhook",
            value=str(endpoint.pk),
            allowed="a webhook that is not of callbacks",
        )


def _pending(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING.value)


def _host(url: str) -> str:
    """Return the part of a URL that everybody may know; what follows it is often a secret."""
    destination = destination_of(url)
    port = "" if destination.is_usual_port else f":{destination.port}"
    return f"{destination.host}{port}"


def _url_check(url: str) -> None:
    """Refuse a URL nothing could be sent to; what its host stands for is checked on sending."""
    try:
        destination = destination_of(url)
    except DestinationError as error:
        raise _url_refusal(url, f"url: {error}.") from error
    if not destination.is_secure(plain_here=settings.DEBUG):
        raise _url_refusal(url, f"url must be https, got {url}.")


def _url_refusal(url: str, sentence: str) -> InvalidFieldError:
    return InvalidFieldError(
        sentence, code="webhook_url_refused", field="url", value=url, allowed=_URL_FORM
    )


def _events_check(wanted: Sequence[str]) -> None:
    known = sorted(REGISTRY)
    unknown = names_unknown(wanted, known)
    if unknown:
        raise InvalidFieldError(
            f"There is no event {unknown[0]}.",
            code="event_unknown",
            field="events",
            value=unknown[0],
            allowed=f"{', '.join(known)}; or all of an area, like task.*",
        )


def secret_new() -> str:
    """Return a secret to sign messages with: 256 bits."""
    return f"{SECRET_MARK}{secrets.token_hex(32)}"


def _publish(endpoint: WebhookEndpoint, user: User, sentence: str, now: datetime) -> None:
    events_publish(
        WebhookChanged(
            fleet_id=endpoint.fleet_id,
            actor=user.get_username(),
            webhook_id=endpoint.pk,
            name=endpoint.name,
            sentence=sentence,
        ),
        now=now,
    )
