"""Whether a request carries METRICS_TOKEN: whoever watches the installation from outside has it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_watcher(request: HttpRequest) -> bool:
    """Return whether ``Authorization: Bearer METRICS_TOKEN`` was sent; without a token: no."""
    if not settings.METRICS_TOKEN:
        return False
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
