"""The link of the first run, for whoever runs the installation."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from governance.selectors.first_run import is_empty, welcome_token


def welcome_link(console_url: str = "") -> str:
    """Return the link that begins the first run; empty once this installation has people.

    Args:
        console_url: where the console answers, unless at ``CONSOLE_URL``.
    """
    if not is_empty():
        return ""
    path = reverse("welcome-begin", kwargs={"token": welcome_token()})
    return f"{console_url or settings.CONSOLE_URL}{path}"
