"""What Countersign decides where django-allauth comes back from an identity provider."""

# mypy: allow-subclassing-any

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.shortcuts import render, resolve_url

from governance.services.providers import person_by_address

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Signs in people who are here already; makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return False: people are invited."""
        return False

    def authenticate_by_email(self, sociallogin: Any) -> None:  # noqa: ARG002
        """Find nobody: `pre_social_login` links by a proven address, and leaves passwords alone."""
        return

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Check that the answer is to this question, and find whose it is.

        Raises:
            ImmediateHttpResponse: with a page that says why not.
        """
        if not is_answer(sociallogin):
            logger.warning("the provider's answer is not to what was asked")
            raise ImmediateHttpResponse(failed(request))
        is_linking = sociallogin.state.get("process") == AuthProcess.CONNECT
        if is_linking:
            if sociallogin.is_existing and sociallogin.user != request.user:
                raise ImmediateHttpResponse(refused(request, why="taken"))
            return
        if not sociallogin.is_existing:
            proven = [each.email for each in sociallogin.email_addresses if each.verified]
            person = person_by_address(proven)
            if person is None:
                raise ImmediateHttpResponse(refused(request, why="unknown"))
            sociallogin.connect(request, person)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        **_: Any,
    ) -> None:
        """Say that it did not work, and nothing of what came back.

        Raises:
            ImmediateHttpResponse: always.
        """
        logger.warning("sign-in through %s failed: %s %r", provider, error, exception)
        raise ImmediateHttpResponse(failed(request))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002
        """Return the page on which the link was asked for."""
        return resolve_url("security")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Mail nothing: facts about a person are events."""


def is_answer(sociallogin: Any) -> bool:
    """Return whether the answer is to the question of this session, about one and the same person.

    The nonce binds the ID token to the question; userinfo must be about the token's subject
    (OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2).
    """
    told = sociallogin.account.extra_data
    token = told.get("id_token") or {}
    asked = str(sociallogin.state.get("data") or "")
    is_bound = bool(asked) and secrets.compare_digest(str(token.get("nonce", "")), asked)
    info = told.get("userinfo")
    return is_bound and (not info or info.get("sub") == token.get("sub"))


def failed(request: HttpRequest, *, status: int = 403) -> HttpResponse:
    """Return the page that says that the provider gave no sign-in."""
    return refused(request, why="failed", status=status)


def refused(request: HttpRequest, *, why: str, status: int = 403) -> HttpResponse:
    """Return the page that says why nobody was signed in."""
    context = {"why": why, "provider": settings.OIDC_NAME}
    return render(request, "account/provider_refused.html", context, status=status)
