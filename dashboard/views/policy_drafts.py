"""What is done with a draft of the policy as a whole: publish, agree, decline, discard."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import redirect

from dashboard.forms.control import control_read
from dashboard.forms.policy_change import number_read
from dashboard.pages.policy_draft import RailTyped
from dashboard.pages.policy_retyped import in_titles
from dashboard.pages.policy_scope import scope_fleet
from dashboard.views.policy_editor import editor_drawn, or_page, page_address, view_sent
from dashboard.views.posting import not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.domain.policy import PolicyError
from governance.domain.policy.drafts import DraftState
from governance.refusals import ConflictError
from governance.services.policy_drafts import (
    draft_agree,
    draft_decline,
    draft_discard,
    draft_publish,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@or_page
def publish(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Put the draft in force, or propose it where another admin must agree."""

    def move(person: PersonRequest) -> str:
        draft = draft_publish(
            fleet=scope_fleet(person.user, fleet),
            user=person.user,
            version=_version(person),
            reason=control_read(person).reason,
        )
        return "published" if draft.state == DraftState.PUBLISHED else "proposed"

    return _moved(request, fleet, move, form="reason")


@or_page
def agree(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Put another admin's proposal in force."""

    def move(person: PersonRequest) -> str:
        draft_agree(
            fleet=scope_fleet(person.user, fleet), user=person.user, version=_version(person)
        )
        return "published"

    return _moved(request, fleet, move, form="agree")


@or_page
def decline(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Send a proposal back with a reason; the draft stays."""

    def move(person: PersonRequest) -> str:
        draft_decline(
            fleet=scope_fleet(person.user, fleet),
            user=person.user,
            version=_version(person),
            reason=control_read(person).reason,
        )
        return "declined"

    return _moved(request, fleet, move, form="decline")


@or_page
def discard(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Throw the draft away."""

    def move(person: PersonRequest) -> str:
        draft_discard(
            fleet=scope_fleet(person.user, fleet), user=person.user, version=_version(person)
        )
        return "discarded"

    return _moved(request, fleet, move, form="discard")


def _moved(
    request: HttpRequest, fleet: str, move: Callable[[PersonRequest], str], *, form: str
) -> HttpResponseBase:
    """Do it and show the page that says so; a refusal keeps the reason that was typed."""

    def make(person: PersonRequest) -> HttpResponseBase:
        try:
            done = move(person)
        except PolicyError as error:
            # A draft is valid when it is made; what it stands on may have moved since.
            raise ConflictError(str(error), code="policy_contradiction") from error
        section = person.POST.get("section", "")
        asked = urlencode(({"section": section} if section else {}) | {"done": done})
        return redirect(f"{page_address(fleet)}?{asked}")

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponseBase:
            typed = RailTyped(
                problem=in_titles(not_recorded(error)),
                reason=person.POST.get("reason", ""),
                wrong=form if error.field == "reason" or form == "decline" else "",
            )
            status = kind_of(error).status
            return editor_drawn(person, fleet, view=view_sent(person), rail=typed, status=status)

        return refusal_answer(person, error, draw)

    return posted(request, page=page_address(fleet), make=make, refuse=refuse, stays=True)


def _version(request: HttpRequest) -> int:
    """Return which draft the person read; 0, which none is, where the form does not say."""
    return number_read(request.POST.get("draft", "")) or 0
