"""What the form of an escalation policy sends, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.forms.control import control_read
from escalations.domain.escalation import AFTER_MOST_S, LEVELS_MOST, SHARE_LEAST, SHARE_MOST
from escalations.services.escalation_policies import LevelDraft
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

_NUMBER_MOST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLevel:
    """One level as it was typed: user names, roles, and a percentage."""

    people: str
    roles: tuple[str, ...]
    share: str

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was said about it."""
        return not (self.people.strip() or self.roles or self.share.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationTyped:
    """A policy as it was sent."""

    levels: tuple[LevelDraft, ...]
    shares: tuple[float, ...]
    reason: str
    replaces: int
    chat_after_s: int | None
    mail_after_s: int | None

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        levels = [[list(level.people), list(level.roles)] for level in self.levels]
        delays = [self.chat_after_s, self.mail_after_s]
        sent = [levels, self.shares, self.reason, self.replaces, delays]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def levels_typed(request: HttpRequest) -> tuple[TypedLevel, ...]:
    """Return the levels as they were typed, up to the last of which something was said."""
    levels = [
        TypedLevel(
            people=request.POST.get(f"people_{number}", ""),
            roles=tuple(request.POST.getlist(f"roles_{number}")),
            share=request.POST.get(f"share_{number}", ""),
        )
        for number in range(1, LEVELS_MOST + 1)
    ]
    while levels and levels[-1].is_empty:
        levels.pop()
    return tuple(levels)


def escalation_read(request: HttpRequest) -> EscalationTyped:
    """Return the policy a form carries.

    Raises:
        InvalidFieldError: naming ``reason``, as `control_read`, a share that is no percentage, a
            delay that is no number, or ``replaces``.
    """
    levels = levels_typed(request)
    return EscalationTyped(
        levels=tuple(
            LevelDraft(people=_names(level.people), roles=list(level.roles)) for level in levels
        ),
        shares=tuple(_share(level.share, at) for at, level in enumerate(levels) if at),
        reason=control_read(request).reason,
        replaces=_number(request.POST.get("replaces", "")),
        chat_after_s=_seconds(request, "chat_after_s"),
        mail_after_s=_seconds(request, "mail_after_s"),
    )


def _names(text: str) -> list[str]:
    return [name for name in (each.strip() for each in text.split(",")) if name]


def _share(text: str, at: int) -> float:
    try:
        return float(text.strip()) / 100
    except ValueError as error:
        allowed = f"a number from {SHARE_LEAST * 100:g} to {SHARE_MOST * 100:g}"
        raise InvalidFieldError(
            f"Level {at + 1}: say after how much of the time to decide it is called, in percent.",
            field=f"shares[{at - 1}]",
            value=text,
            allowed=allowed,
        ) from error


def _seconds(request: HttpRequest, field: str) -> int | None:
    """Return a delay, None where the field is empty: it stays as it is."""
    text = request.POST.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _NUMBER_MOST):
        raise InvalidFieldError(
            f"{text[:20]} is no number of seconds.",
            field=field,
            value=text,
            allowed=f"a whole number from 0 to {AFTER_MOST_S}",
        )
    return int(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _NUMBER_MOST):
        raise InvalidFieldError(
            "The form does not say which policy it replaces; open the page again.",
            field="replaces",
            value=text,
            allowed="the number of the policy in force",
        )
    return int(text)
