"""Personal tokens: a person makes them for scripts of their own, and revokes them."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.keys import KeySecret
from dashboard.display.key_texts import TOKEN_LIVES
from dashboard.pages.shell import shell_for
from dashboard.pages.tokens import token_form, tokens_page
from dashboard.views.access import form_only, page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from dashboard.views.security import proof_require, status_of
from governance.refusals import InvalidFieldError, UnauthenticatedError
from governance.selectors.clock import clock_now
from governance.services.tokens import token_create, token_revoke

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.tokens import TokenForm
    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@require_safe
@page
def tokens(request: PersonRequest) -> HttpResponse:
    """Show the person's tokens."""
    return _drawn(request)


@form_only
def add(request: HttpRequest) -> HttpResponseBase:
    """Make a token for whoever gives the password again, and show it this once."""

    def make(person: PersonRequest) -> HttpResponse:
        proof_require(person)
        name, life = person.POST.get("name", "").strip(), person.POST.get("life", "")
        if life not in TOKEN_LIVES:
            raise InvalidFieldError(
                "The form offers no such life; open the page again.",
                field="life",
                value=life[:120],
                allowed=", ".join(TOKEN_LIVES),
            )
        shown: list[KeySecret] = []

        def call() -> JsonResponse:
            expires_at = clock_now() + timedelta(days=int(life))
            made, text = token_create(user=person.user, name=name, expires_at=expires_at)
            curl = f'curl -H "Authorization: Bearer {text}" {person.build_absolute_uri("/")}'
            shown.append(
                KeySecret(
                    token=text,
                    title=f"The token {made.name}",
                    curl=f"{curl}api/v1/channels",
                    noun="token",
                    holder="the script",
                )
            )
            return JsonResponse({"token": str(made.pk)})

        made_once(person, hashlib.sha256(json.dumps([name, life]).encode()).hexdigest(), call)
        return _drawn(person, secret=shown[0] if shown else None, is_repeated=not shown)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        form = token_form(
            person,
            name=person.POST.get("name", "")[:120],
            life=person.POST.get("life", ""),
            problem=not_recorded(error),
            wrong=error.field,
        )
        return _refused(person, error, form=form)

    return posted(request, page=reverse("tokens"), make=make, refuse=refuse, stays=True)


@form_only
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponseBase:
    """End one of the person's tokens, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        def call() -> JsonResponse:
            token_revoke(user=person.user, token_id=token_id)
            return effect(clock_now(), "It signs in no more.", in_force=False)

        return made_once(person, "revoke", call)

    return posted(request, page=reverse("tokens"), make=make, refuse=_refused)


def _refused(
    person: PersonRequest, error: RefusalError, *, form: TokenForm | None = None
) -> HttpResponseBase:
    if isinstance(error, UnauthenticatedError) and not person.user.is_authenticated:
        return redirect("sign-in")
    problem = "" if form else not_recorded(error)
    return refusal_answer(
        person,
        error,
        lambda: _drawn(person, form=form, problem=problem, status=status_of(error)),
    )


def _drawn(
    request: PersonRequest,
    *,
    form: TokenForm | None = None,
    secret: KeySecret | None = None,
    is_repeated: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    card = tokens_page(
        request,
        now=clock_now(),
        form=form,
        secret=secret,
        is_repeated=is_repeated,
        problem=problem,
    )
    shell = shell_for(request.user, here="tokens", live=False)
    return render(request, "tokens/index.html", {"shell": shell, "tokens": card}, status=status)
