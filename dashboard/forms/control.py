"""What the forms of the controls send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlForm:
    """One control as it was sent, with its reason as it was typed."""

    control: str
    reason: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return hashlib.sha256(json.dumps([self.control, self.reason]).encode()).hexdigest()


def control_read(request: HttpRequest) -> ControlForm:
    """Return the control a form carries.

    Raises:
        InvalidFieldError: for a reason that is longer than is kept, or that holds U+0000.
    """
    reason = request.POST.get("reason", "").replace("\r\n", "\n")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise InvalidFieldError(
            f"The reason must be at most {LONGEST_REASON} characters, without U+0000.",
            field="reason",
            value=reason,
            allowed=f"at most {LONGEST_REASON} characters",
        )
    return ControlForm(control=request.POST.get("control", ""), reason=reason)
