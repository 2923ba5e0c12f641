"""The query of a list of tickets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from escalations.domain.lifecycle import TicketKind, TicketState
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 50
LIMIT_MOST = 200
CURSOR_MOST = 2**53 - 1

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PageWanted:
    """Which tickets of the list, and how many; ``cursor`` is the last number of the page before."""

    state: TicketState | None
    kind: TicketKind | None
    cursor: int | None
    limit: int


def page_wanted(query: Mapping[str, str]) -> PageWanted:
    """Return what ``?state=&kind=&cursor=&limit=`` asks for.

    Raises:
        InvalidFieldError: naming the parameter, its value and what is allowed.
    """
    return PageWanted(
        state=_word(query, "state", TicketState),
        kind=_word(query, "kind", TicketKind),
        cursor=_number(query, "cursor", most=CURSOR_MOST),
        limit=_number(query, "limit", most=LIMIT_MOST) or LIMIT,
    )


def _word(query: Mapping[str, str], name: str, words: type[Word]) -> Word | None:
    text = query.get(name)
    if text is None:
        return None
    for word in words:
        if word.value.lower() == text.lower():
            return word
    allowed = ", ".join(word.value for word in words)
    raise InvalidFieldError(
        f"{name} must be one of {allowed}.", field=name, value=text, allowed=allowed
    )


def _number(query: Mapping[str, str], name: str, *, most: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not is_number or not 1 <= int(text) <= most:
        allowed = f"a whole number from 1 to {most}"
        raise InvalidFieldError(
            f"{name} must be {allowed}.", field=name, value=text, allowed=allowed
        )
    return int(text)
