"""Which tickets a person selected, and the one answer for all of them, read strictly."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.forms.decision import key_read
from dashboard.forms.queue import MANGLED_GROUP
from escalations.domain.queue import alike_read
from escalations.domain.together import LISTED_MOST, MOST_TOGETHER, name_read
from escalations.services.together import TogetherAnswer
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, QueryDict

    from escalations.domain.queue import Alike
    from escalations.domain.together import TicketName

# Each group asks the database again; beyond as many as are answered, none would be.
_GROUPS_MOST = MOST_TOGETHER
_NAMES_ALLOWED = f"1 to {LISTED_MOST} tickets, each as fleet/number/version"
# It stands in the address of the results.
_KEY = re.compile(r"[-a-zA-Z0-9_]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The tickets that were ticked, the groups of identical requests, and what cannot be read.

    A group is the slug of its fleet and what its requests share. Those of ``beyond`` did not fit:
    what of them is not named is counted, and not listed.
    """

    names: tuple[TicketName, ...] = ()
    groups: tuple[tuple[str, Alike], ...] = ()
    beyond: tuple[tuple[str, Alike], ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherSent:
    """An answer for many as it was sent, with its key."""

    answer: TogetherAnswer
    key: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same answer sent again is recognised."""
        answer = self.answer
        names = [str(name) for name in answer.ordered]
        counted = sorted(map(str, answer.counted))
        sent = [answer.choice, answer.reason_code, answer.reason_text, names, counted]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def selected_read(fields: QueryDict) -> Selected:
    """Return what an address selects; a link may be old or cut off, so what is mangled is told."""
    troubles: list[str] = []
    names = []
    for text in fields.getlist("tickets")[:LISTED_MOST]:
        try:
            names.append(name_read(text))
        except ValueError:
            troubles.append("The address names a ticket in a way that cannot be read.")
    groups, beyond = (groups_read(fields.getlist(name), troubles) for name in ("groups", "beyond"))
    if len(fields.getlist("tickets")) > LISTED_MOST:
        troubles.append(f"The address names more than {LISTED_MOST} tickets: these are the first.")
    if len(fields.getlist("groups")) > _GROUPS_MOST:
        troubles.append(f"The address names more than {_GROUPS_MOST} groups: these are the first.")
    return Selected(names=tuple(names), groups=groups, beyond=beyond, troubles=tuple(troubles))


def groups_read(texts: Sequence[str], troubles: list[str]) -> tuple[tuple[str, Alike], ...]:
    """Return the groups of identical requests that are named; what is mangled adds a trouble."""
    groups = []
    for text in texts[:_GROUPS_MOST]:
        fleet, _, alike = text.partition("/")
        try:
            groups.append((fleet, alike_read(alike)))
        except ValueError:
            troubles.append(MANGLED_GROUP)
    return tuple(groups)


def together_read(request: HttpRequest) -> TogetherSent:
    """Return the answer that a form carries for many tickets.

    Raises:
        InvalidFieldError: for no ticket, too many, one that cannot be read, two answers at once,
            or a key that cannot stand in an address.
    """
    fields = request.POST
    choice = _one_choice(fields.getlist("choice"))
    answer = TogetherAnswer(
        names=names_sent(fields.getlist("tickets")),
        counted=frozenset(_names_read(fields.getlist(f"counted_{choice}"))),
        choice=choice,
        reason_code=fields.get("reason_code", ""),
        # Forms send line ends as CRLF; the agent is sent what the person saw.
        reason_text=fields.get("reason_text", "").replace("\r\n", "\n"),
    )
    key = key_in_address(key_read(request))
    return TogetherSent(answer=answer, key=key)


def key_in_address(key: str) -> str:
    """Return the key of a form, which stands in the address of its results.

    Raises:
        InvalidFieldError: for one that cannot.
    """
    if not _KEY.fullmatch(key):
        raise InvalidFieldError(
            "The Idempotency-Key must be 1 to 64 letters, digits, - or _.",
            field="Idempotency-Key",
            value=key,
            allowed="1 to 64 letters, digits, - or _",
        )
    return key


def names_sent(texts: list[str]) -> tuple[TicketName, ...]:
    """Return the tickets that a form names.

    Raises:
        InvalidFieldError: for none, for too many, and for one that cannot be read.
    """
    if not 0 < len(texts) <= LISTED_MOST:
        raise InvalidFieldError(
            f"Select 1 to {LISTED_MOST} tickets, got {len(texts)}.",
            field="tickets",
            value=len(texts),
            allowed=_NAMES_ALLOWED,
        )
    return _names_read(texts)


def _names_read(texts: list[str]) -> tuple[TicketName, ...]:
    try:
        return tuple(name_read(text) for text in texts)
    except ValueError as error:
        raise InvalidFieldError(
            f"A ticket cannot be read: {error}.",
            field="tickets",
            value=texts,
            allowed=_NAMES_ALLOWED,
        ) from error


def _one_choice(choices: list[str]) -> str:
    if len(set(choices)) > 1:
        raise InvalidFieldError(
            "Many tickets take one answer, not several.",
            field="choice",
            value=choices,
            allowed="one choice",
        )
    return choices[0] if choices else ""
