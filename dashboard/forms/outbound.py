"""What the form of outbound requests sends, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.forms.control import control_read

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundTyped:
    """Both lists as they were sent, and why."""

    networks: tuple[str, ...]
    hosts: tuple[str, ...]
    reason: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [self.networks, self.hosts, self.reason]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def outbound_read(request: HttpRequest) -> OutboundTyped:
    """Return the lists a form carries; their entries are checked by whoever records them.

    Raises:
        InvalidFieldError: naming ``reason``, as `control_read`.
    """
    return OutboundTyped(
        networks=_lines(request.POST.get("networks", "")),
        hosts=_lines(request.POST.get("callback_hosts", "")),
        reason=control_read(request).reason,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))
