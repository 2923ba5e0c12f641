"""What a person sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.services.preferences import keys_switch
from dashboard.views.posting import posted
from governance.api.problems import problem_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@require_POST
def keys(request: HttpRequest) -> HttpResponseBase:
    """Switch the shortcuts of the person who asks; sent again it changes nothing more."""
    return posted(
        request,
        page=reverse("password"),
        make=lambda person: JsonResponse(
            {"ok": True, "on": keys_switch(user=person.user, to=person.POST.get("keys", ""))}
        ),
        # No form of a page sends anything else, so there is no page to draw again.
        refuse=lambda _, error: problem_of(error),
        part="#keys",
    )
