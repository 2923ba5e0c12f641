"""What the forms of the decision panel send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest


# What a question does not carry along: it has its own, and a password stays in no page.
_NOT_ASKED = {"csrfmiddlewaretoken", "confirmed", "password"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """One answer as it was typed; ``version`` is None where the form names none.

    ``tasks`` are the held tasks that were ticked, where it answers a cascade; ``seconds`` is the
    call for an emergency that it agrees to.
    """

    choice: str
    reason_code: str
    reason_text: str
    version: int | None
    tasks: tuple[str, ...] = ()
    seconds: str = ""

    @property
    def sha256(self) -> str:
        """Return the digest by which the same answer sent again is recognised."""
        typed = [self.choice, self.reason_code, self.reason_text, self.version, *self.tasks]
        if self.seconds:
            typed.append(self.seconds)
        return hashlib.sha256(json.dumps(typed).encode()).hexdigest()


def decision_read(request: HttpRequest) -> DecisionForm:
    """Return the answer a request carries.

    Raises:
        InvalidFieldError: for a version that is not a whole number.
    """
    fields = request.POST
    return DecisionForm(
        choice=fields.get("choice", ""),
        reason_code=fields.get("reason_code", ""),
        # Forms send line ends as CRLF; the agent is sent what the person saw.
        reason_text=fields.get("reason_text", "").replace("\r\n", "\n"),
        version=version_read(request),
        tasks=tuple(fields.getlist("tasks")),
        seconds=fields.get("seconds", ""),
    )


def fields_sent(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Return the names and values of an answer, to be sent again; never the password."""
    return tuple(
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_ASKED
        for value in values
    )


def version_read(request: HttpRequest) -> int | None:
    """Return the version of the ticket that the form was drawn from; None if it names none.

    Raises:
        InvalidFieldError: if it is not a whole number from 1.
    """
    return _whole(request, "version", "the version of the ticket as you read it")


def ticket_read(request: HttpRequest) -> int | None:
    """Return the number of the ticket that the form answers; None if it names none.

    Raises:
        InvalidFieldError: if it is not a whole number from 1.
    """
    return _whole(request, "ticket", "the number of the ticket that the form answers")


def key_read(request: HttpRequest) -> str:
    """Return the Idempotency-Key of a form: from the header where a script sends it."""
    return request.headers.get("Idempotency-Key", "") or request.POST.get("idempotency_key", "")


def _whole(request: HttpRequest, field: str, allowed: str) -> int | None:
    text = request.POST.get(field, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise InvalidFieldError(
            f"{field} must be a whole number from 1.", field=field, value=text, allowed=allowed
        )
    return int(text)
