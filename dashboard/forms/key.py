"""What the forms of keys send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard.display.key_texts import LIVES, OVERLAPS
from governance.domain.types import Environment, Scope
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

# What is repeated of a value that is refused.
SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTyped:
    """A key as it was sent; ``agents`` are external ids, ``life`` one of `LIVES`."""

    name: str
    environment: str
    scopes: tuple[str, ...]
    agents: tuple[str, ...]
    life: str
    rate: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return _sha256(self)

    @property
    def lives(self) -> timedelta | None:
        """Return how long it is to live; None: until it is revoked."""
        return None if self.life == "never" else timedelta(days=int(self.life))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTyped:
    """Another name and limit as they were sent."""

    name: str
    rate: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return _sha256(self)


def key_typed(request: HttpRequest) -> KeyTyped:
    """Return a key as it was typed, whether it can be made or not."""
    lines = request.POST.get("agents", "").splitlines()
    return KeyTyped(
        name=request.POST.get("name", "").strip(),
        environment=request.POST.get("environment", ""),
        scopes=tuple(dict.fromkeys(request.POST.getlist("scopes"))),
        agents=tuple(dict.fromkeys(line.strip() for line in lines if line.strip())),
        life=request.POST.get("life", ""),
        rate=request.POST.get("rate", "").strip(),
    )


def key_read(request: HttpRequest) -> KeyTyped:
    """Return the key a form carries; name, agents and limit are checked by whoever makes it.

    Raises:
        InvalidFieldError: for what the form does not offer.
    """
    typed = key_typed(request)
    _one_of("environment", typed.environment, Environment)
    _one_of("life", typed.life, LIVES)
    for scope in typed.scopes:
        _one_of("scopes", scope, Scope)
    return typed


def change_typed(request: HttpRequest) -> ChangeTyped:
    """Return another name and limit as they were typed."""
    return ChangeTyped(
        name=request.POST.get("name", "").strip(), rate=request.POST.get("rate", "").strip()
    )


def overlap_read(request: HttpRequest) -> timedelta:
    """Return how long a former key is to sign in beside its successor.

    Raises:
        InvalidFieldError: naming ``overlap``, for what the form does not offer.
    """
    sent = request.POST.get("overlap", "")
    _one_of("overlap", sent, OVERLAPS)
    return timedelta(hours=int(sent))


def rate_read(text: str) -> int | None:
    """Return a limit of calls a minute; None where nothing was typed.

    Raises:
        InvalidFieldError: naming ``rate_per_minute``, unless it is a whole number.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise InvalidFieldError(
            f"The limit must be a whole number of calls a minute, got {text[:SHOWN]}.",
            field="rate_per_minute",
            value=text[:SHOWN],
            allowed="1 to 1,000,000, or nothing for no limit",
        )
    return int(text)


def _one_of(field: str, sent: str, allowed: Iterable[str]) -> None:
    if sent not in [str(each) for each in allowed]:
        offered = ", ".join(str(each) for each in allowed)
        raise InvalidFieldError(
            f"The form offers no such {field.rstrip('s')}; open the page again.",
            field=field,
            value=sent[:SHOWN],
            allowed=offered,
        )


def _sha256(typed: KeyTyped | ChangeTyped) -> str:
    return hashlib.sha256(json.dumps(astuple(typed)).encode()).hexdigest()
