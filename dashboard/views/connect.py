"""Connect an agent: snippets that work as they stand, and the gate's first answer, live.

A key's text that a browser sends goes into the snippets of that one answer, and is kept nowhere.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.pages.connect import asked_card, connect_card
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.posting import not_recorded
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.connecting import key_recognised
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpRequest

    from dashboard.cards.connect import ConnectCard
    from dashboard.views.access import PersonRequest
    from governance.models import Fleet

_CLIENT = Path(settings.BASE_DIR) / "examples" / "client.py"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def connect(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what to paste; with the key that a form sends."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card, status = connect_drawn(request, found, since=clock_now())
    shell = shell_for(request.user, here="connect", fleet=fleet, live=False)
    return render(request, "connect/index.html", {"shell": shell, "connect": card}, status=status)


@require_safe
@fragment
def asked(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw whether an agent has asked yet, for an open page."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card = asked_card(found, since=_since(request.GET.get("since", "")))
    return render(request, "connect/asked.html", {"asked": card})


@require_safe
def client(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    """Give the client that the snippets import; it holds no secret, so anybody may have it."""
    return HttpResponse(_CLIENT.read_text("utf-8"), content_type="text/x-python; charset=utf-8")


def connect_drawn(
    request: PersonRequest, fleet: Fleet, *, since: datetime
) -> tuple[ConnectCard, int]:
    """Return the card with the key that the request carries, and the answer's status."""
    origin = request.build_absolute_uri("/").rstrip("/")
    token = request.POST.get("key", "").strip()
    if not token:
        return connect_card(fleet, request.user, origin=origin, since=since), 200
    try:
        key = key_recognised(fleet=fleet, token=token, now=clock_now())
    except InvalidFieldError as error:
        problem = not_recorded(error)
        card = connect_card(fleet, request.user, origin=origin, since=since, problem=problem)
        return card, 422
    card = connect_card(fleet, request.user, origin=origin, since=since, key=key, token=token)
    return card, 200


def _since(text: str) -> datetime:
    """Return the moment from which the first ask counts.

    Raises:
        InvalidFieldError: naming ``since``.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidFieldError(
            "The page does not say since when it waits; open it again.",
            field="since",
            value=text[:60],
            allowed="a time with a zone, ISO 8601",
        )
    return moment
