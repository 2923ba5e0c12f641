"""What the forms about channels and quiet hours send, read strictly."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from escalations.domain.notifying import ChannelKind
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest


def kind_read(request: HttpRequest) -> ChannelKind:
    """Return which kind of channel a form adds.

    Raises:
        InvalidFieldError: for anything but ``mail`` and ``chat``.
    """
    kind = request.POST.get("kind", "")
    if kind not in {each.value for each in ChannelKind}:
        raise InvalidFieldError(
            "Say whether it is mail or a chat.", field="kind", value=kind, allowed="mail or chat"
        )
    return ChannelKind(kind)


def time_read(request: HttpRequest, field: str) -> time | None:
    """Return a time of day, None where the field is empty.

    Raises:
        InvalidFieldError: for anything but HH:MM.
    """
    text = request.POST.get(field, "").strip()
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or found.second or found.microsecond:
        raise InvalidFieldError(
            f"{text[:20]} is no time of day.", field=field, value=text, allowed="HH:MM, or nothing"
        )
    return found
