"""In which time zone a page of figures shows its times."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from dashboard.display.zones import Shown, shown_in
from dashboard.selectors.preferences import preferences_of
from escalations.selectors.notices import hours_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpResponseBase

    from dashboard.views.access import PersonRequest

    P = ParamSpec("P")
    View = Callable[Concatenate[PersonRequest, P], HttpResponseBase]


def in_own_zone(view: View[P]) -> View[P]:
    """Show the page's times in the zone that the address asks for: ``tz=local`` or ``tz=utc``.

    The local one is the time zone of the person's account, wherever the browser is. Where the
    address says nothing it is as the person has switched it on their account, UTC at first.
    """

    def answer(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with shown_in(_shown(request.user, request.GET.get("tz", ""))):
            return view(request, *args, **kwargs)

    update_wrapper(answer, view)
    return answer


def _shown(user: User, asked: str) -> Shown:
    is_local = asked == "local" or (asked != "utc" and preferences_of(user=user).own_zone_on)
    return Shown(own=hours_of(user=user).zone, is_local=is_local, asked=asked)
