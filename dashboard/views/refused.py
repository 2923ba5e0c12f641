"""What a person is told when nothing was recorded: a page keeps what they typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import FieldError
from dashboard.pages.holding import TypedMove
from dashboard.pages.panel import Typed, conflict_card
from dashboard.views.access import sign_in_first
from dashboard.views.posting import not_recorded, refusal_answer
from dashboard.views.tickets import ticket_answer
from escalations.domain.lifecycle import TicketState
from governance.api.problems import kind_of
from governance.refusals import (
    InvalidFieldError,
    UnauthenticatedError,
    UnavailableError,
)
from governance.selectors.clock import clock_now
from governance.selectors.people import person_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpResponseBase

    from dashboard.cards import Conflict
    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError

# The forms beside the decision name themselves: what is typed there belongs into no other.
HOLDER_FORMS = ("snooze", "ask", "answer", "escalate", "reassign", "edit", "edit-back", "emergency")
FORM_FIELDS = ("reason_code", "reason_text", "password", "tasks")


def refused(
    request: PersonRequest, error: RefusalError, *, fleet: str, number: int
) -> HttpResponseBase:
    """Answer a form that was refused: a problem document for a script, else the page again.

    Raises:
        Http404: if the person may not see the ticket.
    """
    error = _in_this_form(error)
    seen = request.POST.get("version", "")
    current = error.extra.get("current")
    if current is not None and _has_moved(current, seen):
        error.extra["current"] = {**current, "by": person_named(current["by"])}
    elif current is not None:
        # Nobody was faster: the sentence says what is in the way.
        del error.extra["current"]
    return refusal_answer(
        request, error, lambda: _page_again(request, error, seen, fleet=fleet, number=number)
    )


def _page_again(
    request: PersonRequest, error: RefusalError, seen: str, *, fleet: str, number: int
) -> HttpResponseBase:
    if isinstance(error, UnauthenticatedError):
        return sign_in_first(request, reverse("ticket", kwargs={"fleet": fleet, "number": number}))
    typed = replace(typed_again(request), conflict=_conflict(error, seen))
    if typed.move is not None:
        move = replace(typed.move, problem=not_recorded(error), problem_at=error.field)
        typed = replace(typed, move=move)
    else:
        typed = replace(typed, errors=_errors(error))
    return ticket_answer(request, fleet, number, typed=typed, status=kind_of(error).status)


def typed_again(request: PersonRequest) -> Typed:
    """Return what was sent in one of the forms of a ticket, for the page to keep."""
    fields = request.POST
    if fields.get("form") in HOLDER_FORMS:
        move = TypedMove(
            form=fields["form"],
            text=fields.get("text") or fields.get("reason_text", ""),
            chosen=fields.get("until") or fields.get("to", ""),
        )
        return Typed(move=move)
    return Typed(
        choice=fields.get("choice", ""),
        code=fields.get("reason_code", ""),
        text=fields.get("reason_text", ""),
        tasks=tuple(fields.getlist("tasks")),
    )


def _in_this_form(error: RefusalError) -> RefusalError:
    """Return the refusal in the terms of this form.

    A password that is missing or wrong is a field: the session stands, so it must not read as
    being signed out. A first request still at work may yet be recorded, so "try again" is right.
    """
    if error.code == "idempotency_key_in_flight":
        return UnavailableError(error.sentence, code=error.code)
    if isinstance(error, UnauthenticatedError) and error.field == "password":
        return InvalidFieldError(
            error.sentence, code=error.code, field="password", allowed=error.allowed
        )
    return error


def _has_moved(current: Mapping[str, Any], seen: str) -> bool:
    return current["state"] != TicketState.PENDING or str(current["version"]) != seen


def _errors(error: RefusalError) -> tuple[FieldError, ...]:
    if "current" in error.extra:
        return ()
    if error.field in FORM_FIELDS:
        return (FieldError(field=error.field, message=error.sentence),)
    return (FieldError(field="", message=not_recorded(error)),)


def _conflict(error: RefusalError, seen: str) -> Conflict | None:
    current = error.extra.get("current")
    if current is None:
        return None
    return conflict_card(
        current, seen_version=int(seen) if seen.isdecimal() else 0, now=clock_now()
    )
