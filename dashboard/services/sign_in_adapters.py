"""What Countersign decides where django-allauth asks: nobody signs up, secrets are encrypted."""

# mypy: allow-subclassing-any

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import login
from django.shortcuts import render, resolve_url

from governance.selectors.sessions import request_address

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class AccountAdapter(DefaultAccountAdapter):
    """Signs people in; makes none, mails nothing and keeps no messages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: people are invited."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, once every step is done."""
        login(request, user, backend=_BACKEND)

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Return where a sign-in without a page of its own leads."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002
        """Say that the account is closed, to whoever a provider vouches for."""
        context = {"why": "closed", "provider": settings.OIDC_NAME}
        return render(request, "account/provider_refused.html", context, status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a request comes from."""
        return request_address(request)

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """Return False: each form that needs the password asks for it itself."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: pages say what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Mail nothing: facts about a person are events."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of apps and recovery codes encrypted by a key outside the database."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret; it takes the SECRET_KEY that it was stored with."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        """Return the name under which the app shows it: the one that signs in."""
        return user.get_username()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Mail nothing: facts about a person are events."""


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(key))) for key in keys])


def _key(secret_key: str) -> bytes:
    """Return a key for this use alone: what signs sessions says nothing of it."""
    digest = hashlib.sha256(b"countersign.second_factor:" + secret_key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
