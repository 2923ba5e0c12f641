"""Sign-in and sessions of the person who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.security import Refused
from dashboard.pages.security import is_fresh, proof_for, security_card
from dashboard.pages.shell import shell_for
from dashboard.services.sign_in import mail_change
from dashboard.views.access import form_only, page
from dashboard.views.password import password_proof
from dashboard.views.posting import not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.refusals import InvalidFieldError, UnauthenticatedError
from governance.services.sessions import seat_end, seats_end, session_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError

OTHERS = "others"


@require_safe
@page
def security(request: PersonRequest) -> HttpResponse:
    """Show how the person signs in, and where they are signed in."""
    session_note(request, request.user)
    return security_drawn(request)


@form_only
def sessions_end(request: HttpRequest) -> HttpResponseBase:
    """Sign out in one browser, this one too, or in all others."""

    def make(person: PersonRequest) -> HttpResponseBase:
        own = person.session.session_key or ""
        wanted = person.POST.get("session", "")
        if wanted == OTHERS:
            return JsonResponse({"ok": True, "ended": seats_end(user=person.user, but=own)})
        if not wanted.isdecimal():
            raise InvalidFieldError(
                "Say which session.", field="session", value=wanted, allowed="a number or others"
            )
        ended = seat_end(user=person.user, seat_id=int(wanted))
        if ended == own:
            logout(person)
        return JsonResponse({"ok": True, "ended": 1})

    return _sent(request, "sessions", make)


@form_only
def mail(request: HttpRequest) -> HttpResponseBase:
    """Change the mail address of the person, who gives the password again."""

    def make(person: PersonRequest) -> HttpResponseBase:
        proof_require(person)
        mail_change(user=person.user, address=person.POST.get("mail", ""))
        return JsonResponse({"ok": True, "mail": person.user.email})

    return _sent(request, "mail", make)


def proof_require(request: PersonRequest) -> None:
    """Refuse whoever does not prove again to be who the session says.

    Raises:
        InvalidFieldError: without the password, or the code of somebody who has no password.
        UnauthenticatedError: for a wrong one; the fifth in a row ends the session.
        TooManyWrongError: while none is taken.
    """
    proof = proof_for(request.user, request.session)
    if proof.label:
        if not request.POST.get("password"):
            raise InvalidFieldError(
                f"{proof.label} is needed.", field="password", allowed=proof.label.lower()
            )
        password_proof(request)
    elif not is_fresh(request.session):
        raise InvalidFieldError(proof.why_not, field="password", allowed="a sign-in just before")


def security_drawn(
    request: PersonRequest, *, refused: Refused | None = None, status: int = 200, said: str = ""
) -> HttpResponse:
    """Draw the page, with what was refused where something was."""
    card = security_card(request, refused=refused or Refused(), said=said)
    shell = shell_for(request.user, here="security", live=False)
    context = {"shell": shell, "security": card}
    return render(request, "account/security.html", context, status=status)


def status_of(error: RefusalError) -> int:
    """Return the status of a refused form; the session stands, so a wrong password is no 401."""
    return 422 if isinstance(error, UnauthenticatedError) else kind_of(error).status


def _sent(
    request: HttpRequest, form: str, make: Callable[[PersonRequest], HttpResponseBase]
) -> HttpResponseBase:
    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        if isinstance(error, UnauthenticatedError) and not person.user.is_authenticated:
            return redirect("sign-in")
        told = Refused(
            form=form,
            problem=not_recorded(error),
            field=error.field,
            mail=person.POST.get("mail", ""),
        )
        return refusal_answer(
            person, error, lambda: security_drawn(person, refused=told, status=status_of(error))
        )

    return posted(request, page=reverse("security"), make=make, refuse=refuse, part=f"#{form}")
