"""What the address of the queue asks for: read kindly, and said where it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import (
    Alike,
    Position,
    QueueFilter,
    QueueView,
    alike_read,
    position_read,
)
from governance.domain.types import BlastLevel

SEARCH_LONGEST = 120
MANGLED_GROUP = "The address names requests of the same action in a way that cannot be read."
_Chosen = TypeVar("_Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueForm:
    """What to narrow the queue to, from where on, and what of the address was left out and why.

    A link may be years old or cut off by a mail program: what cannot be read narrows nothing, and
    the page says so, for a person must know which tickets they are looking at.
    """

    wanted: QueueFilter
    after: Position | None = None
    troubles: tuple[str, ...] = ()


def queue_read(fields: Mapping[str, str]) -> QueueForm:
    """Return what an address asks for."""
    troubles: list[str] = []
    wanted = QueueFilter(
        view=_chosen(fields, "view", QueueView, troubles) or QueueView.ALL,
        kind=_chosen(fields, "kind", TicketKind, troubles),
        level=_chosen(fields, "risk", BlastLevel, troubles),
        words=_words(fields.get("q", ""), troubles),
        alike=_alike(fields.get("group", ""), troubles),
    )
    after = _position(fields.get("after", ""), troubles)
    return QueueForm(wanted=wanted, after=after, troubles=tuple(troubles))


def left_read(fields: Mapping[str, str]) -> UUID | None:
    """Return the ticket that a person goes on from, None where the address names none."""
    try:
        return UUID(fields.get("left", ""))
    except ValueError:
        return None


def _chosen(
    fields: Mapping[str, str], name: str, choices: type[_Chosen], troubles: list[str]
) -> _Chosen | None:
    text = fields.get(name, "")
    if not text:
        return None
    for choice in choices:
        if text == choice.value:
            return choice
    allowed = ", ".join(choice.value for choice in choices)
    troubles.append(f"There is no {name} “{text}”, so it narrows nothing. There are: {allowed}.")
    return None


def _words(text: str, troubles: list[str]) -> str:
    words = " ".join(text.split())
    if len(words) > SEARCH_LONGEST:
        troubles.append(
            f"The search has {len(words)} characters, at most {SEARCH_LONGEST} are searched for,"
            " so it narrows nothing."
        )
        return ""
    if "\x00" in words:
        troubles.append("The search holds a character that no ticket can, so it narrows nothing.")
        return ""
    return words


def _alike(text: str, troubles: list[str]) -> Alike | None:
    if not text:
        return None
    try:
        return alike_read(text)
    except ValueError:
        troubles.append(MANGLED_GROUP)
        return None


def _position(text: str, troubles: list[str]) -> Position | None:
    if not text:
        return None
    try:
        return position_read(text)
    except ValueError:
        troubles.append("The address names a page that cannot be read: this is the first.")
        return None
