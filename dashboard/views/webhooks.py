"""Webhooks: the list, one with its log, and what admins do to them.

A secret is shown on the page that answers the form which made it; sent again with the same key,
the form is answered with the same secret, and nothing is done twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.webhooks import SecretCard
from dashboard.forms.control import control_read
from dashboard.forms.webhook import rotate_read, webhook_read, webhook_typed
from dashboard.pages.shell import shell_for
from dashboard.pages.webhook_forms import NO_MOVE, webhook_form
from dashboard.pages.webhooks import webhook_page, webhooks_page
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.domain.permissions import Action, permitted
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, role_require
from governance.selectors.webhooks import webhook_get
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

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards import Shell
    from dashboard.cards.webhooks import WebhookForm
    from dashboard.pages.controls import Seat
    from dashboard.pages.webhook_forms import TypedMove
    from dashboard.views.access import PersonRequest
    from dashboard.views.posting import Refuser
    from governance.models import Fleet

_THEN = {
    "test": "The log shows it within seconds.",
    "end": "Nothing is sent to it any more.",
    "replay": "The log shows it within seconds.",
}
_ADDED = "Events are sent to it from now on. Send a test to see one arrive."
_CHANGED_OVER = "The former secret signs beside it for 24 h; put the new one into the receiver now."
_CHANGED = "The former secret signs no longer: until the receiver has this one, it refuses."


@require_safe
@page
def webhooks(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show where the fleet's events are sent; who may not see it is told so."""
    seat = seated(request, fleet)
    return _list(request, seat)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    seat = seated(request, fleet)
    role_require(seat.role, Action.WEBHOOKS_VIEW)
    return render(request, "webhooks/list.html", {"webhooks": webhooks_page(seat)})


@require_safe
@page
def webhook(request: PersonRequest, fleet: str, webhook_id: UUID) -> HttpResponse:
    """Show one webhook with its log."""
    seat = seated(request, fleet)
    return _one(request, seat, webhook_id)


@require_safe
@fragment
def webhook_parts(request: PersonRequest, fleet: str, webhook_id: UUID) -> HttpResponse:
    """Draw one webhook alone, as a fresh snapshot for an open page."""
    seat = seated(request, fleet)
    role_require(seat.role, Action.WEBHOOKS_VIEW)
    card = webhook_page(seat, webhook_id)
    return render(request, "webhooks/body.html", {"webhook": card})


@form_only
def add(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Add a webhook and show its secret, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = webhook_read(person)

        def call() -> JsonResponse:
            endpoint, secret = webhook_create(
                fleet=found, user=person.user, name=typed.name, url=typed.url, events=typed.events
            )
            return JsonResponse({"webhook": str(endpoint.pk), "secret": secret, "then": _ADDED})

        return _with_secret(person, fleet, made_once(person, typed.sha256, call))

    refuse = _form_refuser(fleet, None)
    return posted(request, page=_address(fleet), make=make, refuse=refuse, stays=True)


@form_only
def change(request: HttpRequest, fleet: str, webhook_id: UUID) -> HttpResponseBase:
    """Give a webhook another name, URL or choice of events, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = webhook_read(person)

        def call() -> JsonResponse:
            webhook_change(
                fleet=found,
                user=person.user,
                webhook_id=webhook_id,
                name=typed.name,
                url=typed.url,
                events=typed.events,
            )
            return effect(clock_now(), "It counts from now on.", in_force=False)

        return made_once(person, typed.sha256, call)

    refuse = _form_refuser(fleet, webhook_id)
    return posted(request, page=_address(fleet, webhook_id), make=make, refuse=refuse)


@form_only
def rotate(request: HttpRequest, fleet: str, webhook_id: UUID) -> HttpResponseBase:
    """Give a webhook a new secret and show it, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = rotate_read(person)

        def call() -> JsonResponse:
            endpoint, secret = webhook_rotate(
                fleet=found, user=person.user, webhook_id=webhook_id, at_once=typed.at_once
            )
            then = _CHANGED if typed.at_once else _CHANGED_OVER
            return JsonResponse({"webhook": str(endpoint.pk), "secret": secret, "then": then})

        return _with_secret(person, fleet, made_once(person, typed.sha256, call))

    refuse = _move_refuser(fleet, webhook_id, "rotate")
    address = _address(fleet, webhook_id)
    return posted(request, page=address, make=make, refuse=refuse, stays=True)


@form_only
def move(request: HttpRequest, fleet: str, webhook_id: UUID, name: str) -> HttpResponseBase:
    """Test a webhook or end it, once for each Idempotency-Key."""
    service = webhook_test if name == "test" else webhook_end

    def do(found: Fleet, person: PersonRequest) -> None:
        service(fleet=found, user=person.user, webhook_id=webhook_id)

    return _moved(request, fleet, webhook_id, name, do)


@form_only
def replay(
    request: HttpRequest, fleet: str, webhook_id: UUID, delivery_id: UUID
) -> HttpResponseBase:
    """Send a message once more, once for each Idempotency-Key."""

    def do(found: Fleet, person: PersonRequest) -> None:
        delivery_replay(
            fleet=found, user=person.user, webhook_id=webhook_id, delivery_id=delivery_id
        )

    return _moved(request, fleet, webhook_id, "replay", do, delivery_id)


def _moved(  # noqa: PLR0917  what every move has
    request: HttpRequest,
    fleet: str,
    webhook_id: UUID,
    name: str,
    do: Callable[[Fleet, PersonRequest], None],
    delivery_id: UUID | None = None,
) -> HttpResponseBase:
    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            do(found, person)
            return effect(clock_now(), _THEN[name], in_force=False)

        return made_once(person, control_read(person).sha256, call)

    refuse = _move_refuser(fleet, webhook_id, name, delivery_id)
    return posted(request, page=_address(fleet, webhook_id), make=make, refuse=refuse)


def _with_secret(person: PersonRequest, fleet: str, answer: HttpResponse) -> HttpResponse:
    """Return the page of a webhook with the secret that ``answer`` carries."""
    told = msgspec.json.decode(answer.content, type=dict[str, str])
    seat, webhook_id = seated(person, fleet), UUID(told["webhook"])
    name = webhook_get(fleet=seat.fleet, webhook_id=webhook_id, or_ended=True).name
    card = SecretCard(secret=told["secret"], title=f"The secret of {name}", then=told["then"])
    return _one(person, seat, webhook_id, secret=card)


def _form_refuser(fleet: str, webhook_id: UUID | None) -> Refuser:
    """Return what answers a form that was refused: its page, with what was typed."""

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat = seated(person, fleet)
        endpoint = webhook_id and webhook_get(fleet=seat.fleet, webhook_id=webhook_id)
        form = webhook_form(
            seat,
            endpoint=endpoint or None,
            typed=webhook_typed(person),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        if webhook_id is None:
            return _list(person, seat, form=form, status=refused.status)
        return _one(person, seat, webhook_id, form=form, status=refused.status)

    return drawn_again(again)


def _move_refuser(
    fleet: str, webhook_id: UUID, name: str, delivery_id: UUID | None = None
) -> Refuser:
    """Return what answers a move that was refused: the page, with why beside its button."""

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = (name, delivery_id, refused.problem)
        return _one(person, seated(person, fleet), webhook_id, typed=typed, status=refused.status)

    return drawn_again(again)


def _list(
    request: PersonRequest, seat: Seat, *, form: WebhookForm | None = None, status: int = 200
) -> HttpResponse:
    card = webhooks_page(seat, form=form)
    context = {"shell": _shell(request, seat), "webhooks": card}
    status = 403 if card.unseen else status
    return render(request, "webhooks/index.html", context, status=status)


def _one(
    request: PersonRequest,
    seat: Seat,
    webhook_id: UUID,
    *,
    form: WebhookForm | None = None,
    typed: TypedMove = NO_MOVE,
    secret: SecretCard | None = None,
    status: int = 200,
) -> HttpResponse:
    if not permitted(seat.role, Action.WEBHOOKS_VIEW):
        return _list(request, seat)
    card = webhook_page(seat, webhook_id, form=form, typed=typed, secret=secret)
    context = {"shell": _shell(request, seat), "webhook": card}
    return render(request, "webhooks/page.html", context, status=status)


def _shell(request: PersonRequest, seat: Seat) -> Shell:
    return shell_for(request.user, here="webhooks", fleet=seat.fleet.slug)


def _address(slug: str, webhook_id: UUID | None = None) -> str:
    if webhook_id is None:
        return reverse("fleet-webhooks", kwargs={"fleet": slug})
    return reverse("webhook", kwargs={"fleet": slug, "webhook_id": webhook_id})
