"""What the forms of the page of people send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.types import Role
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

FACTOR_END = "second-factor"
MOVES = ("change", "forgive", FACTOR_END, "remove", "deactivate", "take-back")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTyped:
    """A move of a member as it was sent; ``seen`` is the role on the page it came from."""

    move: str
    username: str
    role: Role
    seen: Role
    reason: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [self.move, self.username, self.role, self.seen, self.reason]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def member_read(request: HttpRequest) -> MemberTyped:
    """Return the move a form carries.

    Raises:
        InvalidFieldError: naming ``control``, ``role``, ``seen`` or ``reason``.
    """
    move = request.POST.get("control", "")
    if move not in MOVES:
        raise InvalidFieldError(
            f"A member is moved by {', '.join(MOVES)}, got {move[:_SHOWN]!r}.",
            field="control",
            value=move[:_SHOWN],
            allowed=", ".join(MOVES),
        )
    reason = request.POST.get("reason", "").replace("\r\n", "\n")
    if "\x00" in reason:
        raise InvalidFieldError(
            "The reason must not hold U+0000.", field="reason", allowed="text without U+0000"
        )
    return MemberTyped(
        move=move,
        username=username_typed(request),
        role=role_read(request, "role"),
        seen=role_read(request, "seen"),
        reason=reason,
    )


def username_typed(request: HttpRequest) -> str:
    """Return the member a form is about, as it was sent."""
    return request.POST.get("username", "").replace("\x00", "")


def role_read(request: HttpRequest, field: str) -> Role:
    """Return the role that a field of a form names.

    Raises:
        InvalidFieldError: naming the field.
    """
    text = request.POST.get(field, "")
    try:
        return Role(text)
    except ValueError as error:
        raise InvalidFieldError(
            f"There is no role {text[:_SHOWN]!r}.",
            field=field,
            value=text[:_SHOWN],
            allowed=", ".join(Role),
        ) from error
