"""An invitation's link: opening it changes nothing, the button there lets somebody join.

The token stands in the address alone: it is in no log, and no page it leads to is told of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboard.pages.invitation import invitation_page
from dashboard.views.access import never_stored, request_of_person
from dashboard.views.posting import not_recorded
from dashboard.views.signing_in import arrived
from governance.api.problems import kind_of
from governance.refusals import MissingError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.invitations import invitation_open
from governance.services.invitations import invitation_accept, invitation_join

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from governance.models import Invitation

# Nobody is told the path. "no-referrer" would also blank the Origin of the form (Fetch, 3.2), and
# a form without its origin is refused as another site's.
_NO_PATH = "strict-origin"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_FIELDS = ("username", "first_name", "last_name")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what an invitation is for; let its person join when they press the button."""
    try:
        found = invitation_open(token, now=clock_now())
        answer = (
            _joined(request, token) if request.method == "POST" else _shown(request, found, token)
        )
    except MissingError as error:
        status = 404 if error.code == "invitation_unknown" else 410
        answer = render(
            request, "invitation/ended.html", {"sentence": error.sentence}, status=status
        )
    except RefusalError as error:
        answer = _shown(request, found, token, error)
    answer["Referrer-Policy"] = _NO_PATH
    return never_stored(answer)


def person_signed_in(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Sign in somebody who has just chosen their password, and lead on to an address."""
    user.backend = _BACKEND
    username = user.get_username()
    return arrived(
        request,
        perform_password_login(request, {"username": username}, Login(user=user, redirect_url=to)),
    )


def _joined(request: HttpRequest, token: str) -> HttpResponse:
    person = request_of_person(request)
    if person is not None:
        fleet = invitation_join(token=token, user=person.user).fleet
        return redirect("fleet-queue", fleet=fleet.slug)
    user = invitation_accept(
        token=token,
        **{name: request.POST.get(name, "").strip() for name in _FIELDS},
        password=request.POST.get("password", ""),
    )
    return person_signed_in(request, user, to=reverse("queue"))


def _shown(
    request: HttpRequest, found: Invitation, token: str, error: RefusalError | None = None
) -> HttpResponse:
    card = invitation_page(
        found,
        token,
        request.user,
        typed={name: request.POST.get(name, "")[:150] for name in _FIELDS},
        problem=not_recorded(error) if error else "",
        wrong=error.field if error else "",
    )
    status = kind_of(error).status if error else 200
    return render(request, "invitation/index.html", {"invitation": card}, status=status)
