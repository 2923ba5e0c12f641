"""What a person's form asks for: done once, and answered in the sender's form.

A browser's own form is answered with a page, a script with JSON; both are told the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, JsonResponse
from django.shortcuts import redirect

from dashboard.display.durations import wire_time
from dashboard.forms.decision import key_read
from dashboard.views.access import (
    never_stored,
    request_of_person,
    sign_in_first,
    signed_out,
    wants_json,
)
from governance.api.idempotency import answer_once
from governance.api.problems import kind_of, problem_of
from governance.refusals import MissingError, RefusalError
from governance.selectors.answers import answers_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Any

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest

    # Answers a form of a person that was refused.
    Refuser = Callable[[PersonRequest, RefusalError], HttpResponseBase]


def posted(
    request: HttpRequest,
    *,
    page: str,
    make: Callable[[PersonRequest], HttpResponseBase],
    refuse: Refuser,
    part: str = "",
    stays: bool = False,
) -> HttpResponseBase:
    """Do what a form asks for a signed-in person, and answer.

    Args:
        request: the form as it was sent.
        page: address a browser goes on to, or comes to once a stranger has signed in.
        make: does it and answers a script; may raise any refusal.
        refuse: answers a refusal.
        part: the part of the page a browser goes on to, with its ``#``.
        stays: whether a browser is shown what ``make`` returns instead: nothing was recorded yet.
    """
    signed_in = request_of_person(request)
    if signed_in is None:
        stranger = problem_of(signed_out()) if wants_json(request) else sign_in_first(request, page)
        return never_stored(stranger)
    try:
        made = make(signed_in)
    except RefusalError as error:
        return never_stored(refuse(signed_in, error))
    if stays or wants_json(request):
        return never_stored(made)
    return never_stored(redirect(f"{page}{part}"))


def made_once(
    request: PersonRequest, body_sha256: str, call: Callable[[], HttpResponse], *, part: str = ""
) -> HttpResponse:
    """Return what ``call`` answers, once for each of the person's Idempotency-Keys.

    Args:
        request: the form as it was sent.
        body_sha256: the digest by which the same form is recognised.
        call: does it and answers a script.
        part: which part of the form's work, where each is done and kept on its own.

    Raises:
        InvalidFieldError, ConflictError: as `answer_once`, and whatever ``call`` refuses.
    """
    return answer_once(
        principal=_principal(request),
        route=_route(request.path, part),
        key=key_read(request),
        body_sha256=body_sha256,
        call=call,
    )


def made_before(
    request: PersonRequest, path: str, key: str, parts: Sequence[str]
) -> list[dict[str, Any] | None]:
    """Return what `made_once` answered this person for each part of a form; None where nothing.

    Args:
        request: the person's request now.
        path: where the form was sent.
        key: its Idempotency-Key.
        parts: which parts of its work.
    """
    routes = [_route(path, part) for part in parts]
    stored = answers_stored(principal=_principal(request), routes=routes, key=key)
    return [stored.get(route) for route in routes]


def effect(at: datetime, then: str, *, in_force: bool) -> JsonResponse:
    """Return that something is recorded since ``at``, and what it did, for a script.

    Args:
        at: the server's time.
        then: a sentence, or nothing.
        in_force: whether it changes what may run, so that its time to effect matters.
    """
    recorded = {"ok": True, "recorded_at": wire_time(at), "then": then, "in_force": in_force}
    return JsonResponse(recorded)


def refusal_answer(
    request: PersonRequest, error: RefusalError, draw: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a refusal: a problem document for a script, else the page that ``draw`` draws.

    Raises:
        Http404: to a browser, if the person may not see what the form is about.
    """
    if wants_json(request):
        return problem_of(error)
    if isinstance(error, MissingError):
        raise Http404(error.sentence)
    try:
        return draw()
    except MissingError as missing:
        # Another fault of the form was found before that what it is about is not there.
        raise Http404(missing.sentence) from error


@dataclass(frozen=True, slots=True)
class Refused:
    """What a page says whose form was refused: the sentence, the field at fault, and the status."""

    problem: str
    wrong: str
    status: int


def drawn_again(
    draw: Callable[[PersonRequest, Refused], HttpResponseBase],
) -> Refuser:
    """Return what answers a refusal, for `posted`, where ``draw`` draws the page of the form."""

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        refused = Refused(not_recorded(error), error.field, kind_of(error).status)
        return refusal_answer(person, error, lambda: draw(person, refused))

    return refuse


def not_recorded(error: RefusalError) -> str:
    """Return what a page says above a form that was refused."""
    return f"Not recorded. {error.sentence}"


def _principal(request: PersonRequest) -> str:
    return f"user:{request.user.pk}"


def _route(path: str, part: str) -> str:
    return f"POST {path}{part}"
