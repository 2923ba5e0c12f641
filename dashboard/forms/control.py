"""What the forms of the controls send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TieForm:
    """The watched tie that a form is about."""

    agents: frozenset[UUID]

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return hashlib.sha256(json.dumps(sorted(map(str, self.agents))).encode()).hexdigest()


def tie_read(request: HttpRequest) -> TieForm:
    """Return the tie a form names, by the ids of its agents with commas between.

    Raises:
        InvalidFieldError: for what is no id.
    """
    named = request.POST.get("agents", "")
    try:
        return TieForm(agents=frozenset(UUID(each) for each in named.split(",")))
    except ValueError as error:
        raise InvalidFieldError(
            "The agents must be ids with commas between.",
            field="agents",
            value=named[:LONGEST_REASON],
            allowed="ids with commas between",
        ) from error
