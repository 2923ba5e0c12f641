"""The app of a person that shows codes: set up, taken off, and its recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.cards.security import Refused
from dashboard.pages.security import codes_card, set_up_card
from dashboard.pages.shell import shell_for
from dashboard.services.sign_in import second_factor_forget, second_factor_given
from dashboard.views.access import form_only, page
from dashboard.views.posting import not_recorded
from dashboard.views.security import proof_require, security_drawn, status_of
from governance.refusals import RefusalError
from governance.selectors.second_factor import has_second_factor
from governance.services.second_factor import (
    recovery_codes_renew,
    second_factor_end,
    second_factor_set_up,
    secret_new,
)
from governance.services.sessions import seats_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest

_SECRET = "second_factor_secret"  # noqa: S105 - the name of a place, not a secret


@require_http_methods(["GET", "HEAD", "POST"])
@page
def app(request: PersonRequest) -> HttpResponse:
    """Show a secret for the person's app, and take the app's code as proof that it has it."""
    if has_second_factor(request.user):
        return redirect("security")
    secret = request.session.setdefault(_SECRET, secret_new())
    if request.method != "POST":
        return _set_up(request, secret)
    try:
        proof_require(request)
        codes = second_factor_set_up(
            user=request.user, secret=secret, code=request.POST.get("code", "")
        )
    except RefusalError as error:
        if not request.user.is_authenticated:
            return redirect("sign-in")
        return _set_up(request, secret, error)
    del request.session[_SECRET]
    second_factor_given(request.session)
    return _codes(request, codes, then="From now on each sign-in asks for a code, too.")


@form_only
@page
def app_end(request: PersonRequest) -> HttpResponse:
    """Ask the person for no code any longer."""
    try:
        proof_require(request)
    except RefusalError as error:
        return _refused(request, "app", error)
    second_factor_end(user=request.user, actor=request.user.get_username())
    second_factor_forget(request.session)
    # The others were signed in by a code that nobody is asked for any longer.
    seats_end(user=request.user, but=request.session.session_key or "")
    return redirect("security")


@form_only
@page
def codes(request: PersonRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    try:
        proof_require(request)
        made = recovery_codes_renew(user=request.user)
    except RefusalError as error:
        return _refused(request, "codes", error)
    return _codes(request, made, then="The codes before are worth nothing now.")


def _set_up(request: PersonRequest, secret: str, error: RefusalError | None = None) -> HttpResponse:
    card = set_up_card(
        request,
        secret,
        problem=not_recorded(error) if error else "",
        field=error.field if error else "",
    )
    shell = shell_for(request.user, here="security", live=False)
    status = status_of(error) if error else 200
    return render(request, "account/app.html", {"shell": shell, "app": card}, status=status)


def _codes(request: PersonRequest, made: Sequence[str], *, then: str) -> HttpResponse:
    shell = shell_for(request.user, here="security", live=False)
    card = codes_card(request.user, made, then=then)
    return render(request, "account/codes.html", {"shell": shell, "codes": card})


def _refused(request: PersonRequest, form: str, error: RefusalError) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("sign-in")
    told = Refused(form=form, problem=not_recorded(error), field=error.field)
    return security_drawn(request, refused=told, status=status_of(error))
