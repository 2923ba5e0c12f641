"""What the forms of webhooks send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.refusals import InvalidFieldError
from governance.services.one_line import line_check

if TYPE_CHECKING:
    from django.http import HttpRequest

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTyped:
    """A webhook as it was sent."""

    name: str
    url: str
    events: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [self.name, self.url, self.events]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def webhook_typed(request: HttpRequest) -> WebhookTyped:
    """Return a webhook as it was typed, whether it can be recorded or not."""
    return WebhookTyped(
        name=request.POST.get("name", "").strip(),
        url=request.POST.get("url", "").strip(),
        events=tuple(dict.fromkeys(request.POST.getlist("events"))),
    )


def webhook_read(request: HttpRequest) -> WebhookTyped:
    """Return the webhook a form carries; its URL and its events are checked by whoever records it.

    Raises:
        InvalidFieldError: naming ``name``, unless it is 1 to 120 characters that can be shown.
    """
    typed = webhook_typed(request)
    line_check("name", "A webhook needs a name of", typed.name, most=LONGEST_NAME)
    return typed


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateTyped:
    """How a secret is to be changed."""

    at_once: bool

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return hashlib.sha256(f"rotate {self.at_once}".encode()).hexdigest()


def rotate_read(request: HttpRequest) -> RotateTyped:
    """Return how a form wants a secret changed: at once only where its box is ticked.

    Raises:
        InvalidFieldError: naming ``at_once``, for what no box sends.
    """
    sent = request.POST.get("at_once", "")
    if sent not in {"", "yes"}:
        raise InvalidFieldError(
            "The form does not say whether the former secret ends at once; open the page again.",
            field="at_once",
            value=sent[:LONGEST_NAME],
            allowed="yes, or nothing",
        )
    return RotateTyped(at_once=sent == "yes")
