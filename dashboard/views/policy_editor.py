"""The policy editor of a fleet, and of all fleets together: read it, and change its draft."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.forms.policy_change import change_read, moment_read
from dashboard.pages.backtests import beside_card
from dashboard.pages.policy_editor import EditorView, policy_editor, policy_url
from dashboard.pages.policy_retyped import (
    clashing_form,
    in_titles,
    plain_form,
    problem_texts,
    refused_form,
)
from dashboard.pages.policy_scope import policy_scope, problems_of
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.backtests import policy_seat
from dashboard.views.posting import not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.domain.policy import PolicyError
from governance.refusals import ConflictError
from governance.services.policy_drafts import FOLLOW, draft_change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

    from dashboard.forms.policy_change import ChangeTyped
    from dashboard.pages.policy_draft import RailTyped
    from dashboard.pages.policy_editor import EditorTyped
    from dashboard.pages.policy_scope import PolicyScope
    from dashboard.views.access import PersonRequest
    from governance.domain.policy.plain import PolicyField
    from governance.refusals import RefusalError

_LONGEST = 80
_DIGITS = 4


def or_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a form's address, reloaded or opened by itself, lead to the page it was sent from."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
        if request.method == "POST":
            return view(request, fleet)
        return redirect(f"{page_address(fleet)}?{urlencode(_asked(request.GET))}".rstrip("?"))

    return answer


@require_safe
@page
def editor(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show a section of the policy, or the fields that were looked for, with the draft."""
    return editor_drawn(request, fleet, view=_view(request.GET))


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Draw what changes on an open page as others change the policy; no field is among it."""
    card = policy_editor(policy_scope(request.user, fleet), _view(request.GET))
    beside = beside_card(policy_seat(request, fleet)) if fleet else None
    return render(request, "policy/parts.html", {"editor": card, "beside": beside})


@require_POST
@fragment
def check(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Say what would be wrong with a form, field by field; nothing is recorded."""
    scope = policy_scope(request.user, fleet)
    typed = change_read(request, _fields(scope))
    problems = problems_of(scope, _values(typed))
    fields = {each.field.path: each for each in scope.fields}
    return JsonResponse({"problems": dict(problem_texts(fields, typed, problems))})


@or_page
def change(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Keep in the draft what differs from what the person read."""

    def make(person: PersonRequest) -> HttpResponseBase:
        scope = policy_scope(person.user, fleet)
        typed = change_read(person, _fields(scope))
        if typed.undecided:
            again = clashing_form(scope, typed, paths=typed.undecided)
            return _again(person, fleet, typed=again, status=409)
        values = _values(typed)
        if values:
            try:
                draft_change(fleet=scope.fleet, user=person.user, values=values, seen=typed.seen)
            except PolicyError as error:
                return _refused(person, fleet, typed, error)
        since = person.POST.get("read_at", "")
        view = _asked(person.POST) | {"kept": str(len(values)), "since": since}
        return redirect(f"{policy_url(scope.fleet)}?{urlencode(view)}")

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponseBase:
            scope = policy_scope(person.user, fleet)
            typed = change_read(person, _fields(scope))
            again = (
                clashing_form(scope, typed, said=in_titles(error.sentence))
                if isinstance(error, ConflictError)
                else plain_form(typed, not_recorded(error))
            )
            return _again(person, fleet, typed=again, status=kind_of(error).status)

        return refusal_answer(person, error, draw)

    return posted(request, page=page_address(fleet), make=make, refuse=refuse, stays=True)


def editor_drawn(
    request: PersonRequest,
    fleet: str,
    *,
    view: EditorView,
    typed: EditorTyped | None = None,
    rail: RailTyped | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of a scope with whatever form of it was refused."""
    scope = policy_scope(request.user, fleet)
    card = policy_editor(scope, view, typed=typed, rail=rail)
    shell = shell_for(request.user, here="policy", fleet=fleet, live=bool(fleet))
    beside = beside_card(policy_seat(request, fleet)) if fleet else None
    context = {"shell": shell, "editor": card, "beside": beside}
    return render(request, "policy/index.html", context, status=status)


def view_sent(request: HttpRequest) -> EditorView:
    """Return what the page showed from which a form was sent."""
    return _view(request.POST)


def _again(person: PersonRequest, fleet: str, *, typed: EditorTyped, status: int) -> HttpResponse:
    return editor_drawn(person, fleet, view=view_sent(person), typed=typed, status=status)


def _refused(
    person: PersonRequest, fleet: str, typed: ChangeTyped, error: PolicyError
) -> HttpResponseBase:
    """Draw a form that contradicts the policy, with what was typed and why it cannot stay."""
    again = refused_form(policy_scope(person.user, fleet), typed, error.problems)
    return _again(person, fleet, typed=again, status=422)


def _values(typed: ChangeTyped) -> dict[str, object]:
    return {**typed.values, **dict.fromkeys(typed.following, FOLLOW)}


def _fields(scope: PolicyScope) -> Mapping[str, PolicyField]:
    return {each.field.path: each.field for each in scope.fields}


def page_address(fleet: str) -> str:
    """Return the address of a scope's page, by the slug of its fleet."""
    return reverse("fleet-policy", kwargs={"fleet": fleet}) if fleet else reverse("policy")


def _asked(sent: QueryDict) -> dict[str, str]:
    """Return what an address asks for, of what the page was showing."""
    names = ("q", "changed") if sent.get("q") or sent.get("changed") else ("section",)
    return {name: sent.get(name, "")[:_LONGEST] for name in names if sent.get(name)}


def _view(sent: QueryDict) -> EditorView:
    kept = sent.get("kept", "")
    return EditorView(
        section=sent.get("section", ""),
        query=sent.get("q", "").strip()[:_LONGEST],
        only_changed=sent.get("changed") == "1",
        since=moment_read(sent.get("since", "")),
        done=sent.get("done", ""),
        kept=int(kept) if kept.isascii() and kept.isdigit() and len(kept) <= _DIGITS else 0,
    )
