"""Keys: the list, one of them, and what admins do to them.

A key's secret is on the page that answers the form which made it, and nowhere else: the answer that
is kept for a form sent again names the key alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.keys import KeySecret
from dashboard.display.durations import day_time
from dashboard.forms.key import change_typed, key_read, key_typed, overlap_read, rate_read
from dashboard.pages.key_forms import change_form, key_form
from dashboard.pages.key_sheet import key_sheet
from dashboard.pages.keys import NO_MOVE, key_page, keys_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.domain.permissions import Action, permitted
from governance.domain.types import Environment, Scope
from governance.selectors.clock import clock_now
from governance.selectors.keys import agents_named, key_get
from governance.selectors.people import fleet_for_person, role_require
from governance.services.keys import key_change, key_create, key_revoke, key_rotate

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.keys import KeyChange, KeyForm
    from dashboard.display.sheets import Sheet
    from dashboard.pages.controls import Seat
    from dashboard.pages.keys import TypedMove
    from dashboard.views.access import PersonRequest
    from dashboard.views.posting import Refuser
    from governance.models import ApiKey

    # Makes a key and returns it with its token and what becomes of the one before.
    Maker = Callable[[], tuple[ApiKey, str, str]]


@require_safe
@page
def keys(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's keys; who may not manage them is told so."""
    return _list(request, seated(request, fleet))


@require_safe
@page
def key(request: PersonRequest, fleet: str, key_id: UUID) -> HttpResponse:
    """Show one key."""
    return _one(request, seated(request, fleet), key_id)


def sheet(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return every key of the fleet, for whoever may manage them."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    role_require(role, Action.KEYS_MANAGE)
    return key_sheet(found, now=clock_now())


@form_only
def add(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Make a key and show its secret, this once."""

    def make(person: PersonRequest) -> HttpResponse:
        seat, typed = seated(person, fleet), key_read(person)

        def maker() -> tuple[ApiKey, str, str]:
            made, token = key_create(
                fleet=seat.fleet,
                name=typed.name,
                environment=Environment(typed.environment),
                scopes=[Scope(scope) for scope in typed.scopes],
                created_by=person.user,
                agents=agents_named(fleet=seat.fleet, names=typed.agents),
                expires_at=None if typed.lives is None else clock_now() + typed.lives,
                rate_per_minute=rate_read(typed.rate),
            )
            return made, token, ""

        return _made(person, seat, typed.sha256, maker)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat, typed = seated(person, fleet), key_typed(person)
        form = key_form(seat, typed=typed, problem=refused.problem, wrong=refused.wrong)
        return _list(person, seat, form=form, status=refused.status)

    refuse = drawn_again(again)
    return posted(request, page=_address(fleet), make=make, refuse=refuse, stays=True)


@form_only
def rotate(request: HttpRequest, fleet: str, key_id: UUID) -> HttpResponseBase:
    """Make the successor of a key and show its secret, this once."""

    def make(person: PersonRequest) -> HttpResponse:
        seat, overlap = seated(person, fleet), overlap_read(person)

        def maker() -> tuple[ApiKey, str, str]:
            made, token = key_rotate(
                fleet=seat.fleet, user=person.user, key_id=key_id, overlap=overlap
            )
            former = key_get(fleet=seat.fleet, key_id=key_id)
            until = "" if former.expires_at is None else day_time(former.expires_at)
            then = (
                f"The former key, {former.prefix}, signs in until {until} UTC: put this one in now."
                if overlap
                else f"The former key, {former.prefix}, signs in no longer."
            )
            return made, token, then

        return _made(person, seat, f"rotate {overlap}", maker)

    refuse = _move_refuser(fleet, key_id, "rotate")
    return posted(request, page=_address(fleet, key_id), make=make, refuse=refuse, stays=True)


@form_only
def change(request: HttpRequest, fleet: str, key_id: UUID) -> HttpResponseBase:
    """Give a key another name or limit, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = change_typed(person)

        def call() -> JsonResponse:
            key_change(
                fleet=found,
                user=person.user,
                key_id=key_id,
                name=typed.name,
                rate_per_minute=rate_read(typed.rate),
            )
            return effect(clock_now(), "It counts from its next call on.", in_force=False)

        return made_once(person, typed.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat = seated(person, fleet)
        form = change_form(
            seat,
            key_get(fleet=seat.fleet, key_id=key_id),
            typed=change_typed(person),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        return _one(person, seat, key_id, change=form, status=refused.status)

    return posted(request, page=_address(fleet, key_id), make=make, refuse=drawn_again(again))


@form_only
def revoke(request: HttpRequest, fleet: str, key_id: UUID) -> HttpResponseBase:
    """End a key, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            key_revoke(fleet=found, key_id=key_id, actor=person.user)
            return effect(clock_now(), "It signs in no more.", in_force=False)

        return made_once(person, "revoke", call)

    refuse = _move_refuser(fleet, key_id, "revoke")
    return posted(request, page=_address(fleet, key_id), make=make, refuse=refuse)


def _made(person: PersonRequest, seat: Seat, sha256: str, maker: Maker) -> HttpResponse:
    """Make a key once and show it; the answer that is kept for a repeat holds no secret."""
    shown: list[KeySecret] = []

    def call() -> JsonResponse:
        made, token, then = maker()
        curl = _curl(person, made, token)
        shown.append(KeySecret(token=token, title=f"The key {made.name}", curl=curl, then=then))
        return JsonResponse({"key": str(made.pk)})

    answer = made_once(person, sha256, call)
    key_id = UUID(msgspec.json.decode(answer.content, type=dict[str, str])["key"])
    secret = shown[0] if shown else None
    return _one(person, seat, key_id, secret=secret, is_repeated=secret is None)


def _curl(request: PersonRequest, made: ApiKey, token: str) -> str:
    """Return a command that tries a key by a call that changes nothing."""
    base = request.build_absolute_uri("/api/v1/")
    bearer = f'-H "Authorization: Bearer {token}"'
    if {Scope.READ, Scope.GATE, Scope.OPERATE}.isdisjoint(made.scopes):
        empty = """-H "Content-Type: application/json" -d '{"items": []}'"""
        return f"curl {bearer} {empty} {base}outcomes"
    return f"curl {bearer} {base}tools"


def _move_refuser(fleet: str, key_id: UUID, move: str) -> Refuser:
    """Return what answers a move that was refused: the page, with why beside its button."""

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = (move, refused.problem)
        return _one(person, seated(person, fleet), key_id, typed=typed, status=refused.status)

    return drawn_again(again)


def _list(
    request: PersonRequest, seat: Seat, *, form: KeyForm | None = None, status: int = 200
) -> HttpResponse:
    card = keys_page(seat, form=form)
    context = {"shell": _shell(request, seat), "keys": card}
    return render(request, "keys/index.html", context, status=403 if card.unseen else status)


def _one(
    request: PersonRequest,
    seat: Seat,
    key_id: UUID,
    *,
    change: KeyChange | None = None,
    typed: TypedMove = NO_MOVE,
    secret: KeySecret | None = None,
    is_repeated: bool = False,
    status: int = 200,
) -> HttpResponse:
    if not permitted(seat.role, Action.KEYS_MANAGE):
        return _list(request, seat)
    card = key_page(
        seat, key_id, change=change, typed=typed, secret=secret, is_repeated=is_repeated
    )
    context = {"shell": _shell(request, seat), "key": card}
    return render(request, "keys/page.html", context, status=status)


def _shell(request: PersonRequest, seat: Seat) -> Any:
    return shell_for(request.user, here="keys", fleet=seat.fleet.slug, live=False)


def _address(slug: str, key_id: UUID | None = None) -> str:
    if key_id is None:
        return reverse("fleet-keys", kwargs={"fleet": slug})
    return reverse("fleet-key", kwargs={"fleet": slug, "key_id": key_id})
