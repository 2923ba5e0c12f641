"""Signing in through an identity provider, and linking it to one's account."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from requests import RequestException

from dashboard.cards.security import Refused
from dashboard.services.provider_adapter import failed
from dashboard.views.access import form_only, never_stored, page
from dashboard.views.posting import not_recorded
from dashboard.views.security import proof_require, security_drawn, status_of
from dashboard.views.signing_in import arrived
from governance.refusals import RefusalError
from governance.services.providers import provider_unlink

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest

logger = logging.getLogger(__name__)

_NONCE_BYTES = 24


@form_only
def provider(request: HttpRequest) -> HttpResponseBase:
    """Lead to the provider, which asks who the person is."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return never_stored(_asked(request, AuthProcess.LOGIN, _next(request)))


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the provider: signed in, asked for a code first, or told why not."""
    _provider_require()
    before = request.user.pk
    try:
        response: HttpResponse = openid_connect.callback(request, provider_id)
    except (RequestException, KeyError, ValueError) as error:
        # The provider is away, or its answer is none.
        logger.warning("the identity provider gave no answer: %r", error)
        response = failed(request, status=502)
    # Whoever links the provider is in already; whom it names instead of them comes in anew.
    is_here = before is not None and request.user.pk == before
    return never_stored(response if is_here else arrived(request, response))


@form_only
@page
def link(request: PersonRequest) -> HttpResponse:
    """Lead to the provider, so that the person can sign in through it from now on."""
    try:
        proof_require(request)
    except RefusalError as error:
        return _refused(request, error)
    return _asked(request, AuthProcess.CONNECT, "")


@form_only
@page
def unlink(request: PersonRequest) -> HttpResponse:
    """Let the person sign in through the provider no longer."""
    try:
        proof_require(request)
        provider_unlink(user=request.user)
    except RefusalError as error:
        return _refused(request, error)
    return redirect("security")


def _asked(request: HttpRequest, process: str, then: str) -> HttpResponse:
    """Return a page that leads on to the provider.

    A page and no redirect: forms of Countersign may send to nowhere else (`form-action`), and
    browsers hold whatever a form is redirected to against that.
    """
    _provider_require()
    known = get_adapter().get_provider(request, settings.OIDC_PROVIDER_ID)
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    try:
        leads: Any = known.redirect(
            request,
            process,
            next_url=then or None,
            data=nonce,
            auth_params={**known.get_auth_params(), "nonce": nonce},
        )
    except ImmediateHttpResponse as error:
        gave: HttpResponse = error.response
        return gave
    except (RequestException, KeyError, ValueError) as error:
        logger.warning("the identity provider does not answer: %r", error)
        return failed(request, status=502)
    context = {"url": leads["Location"], "provider": settings.OIDC_NAME}
    return render(request, "account/provider_going.html", context)


def _provider_require() -> None:
    if not settings.OIDC_NAME:
        raise Http404("No identity provider is set up.")


def _next(request: HttpRequest) -> str:
    """Return where the person wants to; only within this site."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def _refused(request: PersonRequest, error: RefusalError) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("sign-in")
    told = Refused(form="provider", problem=not_recorded(error), field=error.field)
    return security_drawn(request, refused=told, status=status_of(error))
