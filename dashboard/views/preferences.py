"""What a person sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import reverse

from dashboard.services.preferences import keys_switch, notices_switch, own_zone_switch
from dashboard.views.access import form_of
from dashboard.views.posting import posted
from governance.api.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase


@form_of("account")
def keys(request: HttpRequest) -> HttpResponseBase:
    """Switch the shortcuts of the person who asks; sent again it changes nothing more."""
    return _switched(request, "keys", keys_switch)


@form_of("account")
def notices(request: HttpRequest) -> HttpResponseBase:
    """Switch whether open pages tell the person of new tickets."""
    return _switched(request, "notices", notices_switch)


@form_of("account")
def own_zone(request: HttpRequest) -> HttpResponseBase:
    """Switch whether pages of figures show times in the person's own zone."""
    return _switched(request, "own_zone", own_zone_switch)


def _switched(request: HttpRequest, name: str, switch: Callable[..., bool]) -> HttpResponseBase:
    return posted(
        request,
        page=reverse("account"),
        make=lambda person: JsonResponse(
            {"ok": True, "on": switch(user=person.user, to=person.POST.get(name, ""))}
        ),
        # No form of a page sends anything else, so there is no page to draw again.
        refuse=lambda _, error: problem_of(error),
        part=f"#{name}",
    )
