"""What stands before every page: a signed-in person, and refusals turned into answers."""

from __future__ import annotations

from functools import update_wrapper, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from dashboard.views.way_back import FORM_OF, address_to_open
from governance.api.problems import problem_of
from governance.log_facts import facts_note
from governance.refusals import (
    MissingError,
    RefusalError,
    RemovedError,
    UnauthenticatedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    class PersonRequest(HttpRequest):
        """A request of somebody who has signed in."""

        user: User

    P = ParamSpec("P")
    Answer = Callable[..., HttpResponseBase]
    View = Callable[Concatenate[PersonRequest, P], HttpResponseBase]


# In the address of the sign-in: a form was sent by somebody whose session had ended.
UNSENT = "unsent"


def page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Show a whole page: strangers sign in first, what a person may not see is not there."""

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        signed_in = request_of_person(request)
        if signed_in is None:
            return sign_in_first(request, address_to_open(request))
        try:
            return never_stored(view(signed_in, *args, **kwargs))
        except RemovedError as error:
            gone = render(request, "410.html", {"sentence": error.sentence}, status=410)
            return never_stored(gone)
        except MissingError as error:
            raise Http404(error.sentence) from error

    update_wrapper(answer, view)
    return answer


def fragment(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer a script: whatever goes wrong is a problem document, never a page."""

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        signed_in = request_of_person(request)
        if signed_in is None:
            return never_stored(problem_of(signed_out()))
        try:
            return never_stored(view(signed_in, *args, **kwargs))
        except RefusalError as error:
            return never_stored(problem_of(error))

    update_wrapper(answer, view)
    return answer


def form_only(view: Answer) -> Answer:
    """Take forms; opened by itself, lead to the nearest page above."""
    return _leading(view, "")


def form_of(name: str) -> Callable[[Answer], Answer]:
    """Take forms; opened by itself, lead to the page of this name, as none above holds the form."""
    return lambda view: _leading(view, name)


def _leading(view: Answer, name: str) -> Answer:
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        return never_stored(redirect(address_to_open(request)))

    setattr(answer, FORM_OF, name)
    return answer


def request_of_person(request: HttpRequest) -> PersonRequest | None:
    """Return the request as one of a signed-in person; None for a stranger's."""
    if not request.user.is_authenticated:
        return None
    facts_note(user=request.user.pk)
    return cast("PersonRequest", request)


def never_stored(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the answer out of caches, so that Back after sign-out shows nothing."""
    response["Cache-Control"] = "no-store"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script asks, which takes JSON; a browser's own form takes a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def sign_in_first(request: HttpRequest, to: str) -> HttpResponseBase:
    """Lead to the sign-in, which says that a form that was sent did nothing, and from there on.

    Args:
        request: of whoever is signed out.
        to: an address of this site that may be opened.
    """
    response = redirect_to_login(to)
    if request.method == "POST":
        response["Location"] += f"&{UNSENT}=1"
    return response


def signed_out() -> UnauthenticatedError:
    """Return the refusal for a script whose person signed out or never signed in."""
    return UnauthenticatedError(
        "You are signed out. Nothing was recorded; sign in and send it again.",
        code="signed_out",
        sign_in=resolve_url("sign-in"),
    )
