"""Pre-approval rules: the list, one read aloud before it is made, and what people do to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.control import control_read
from dashboard.forms.decision import ticket_read
from dashboard.forms.rule import rule_read
from dashboard.pages.rule_form import can_be_made_from, rule_form
from dashboard.pages.rules import NO_MOVE, rules_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import (
    Refused,
    drawn_again,
    effect,
    made_once,
    not_recorded,
    posted,
    refusal_answer,
)
from dashboard.views.seats import seated
from escalations.selectors.tickets import ticket_of_fleet
from escalations.services.preapprovals import (
    preapproval_accept,
    preapproval_decline,
    preapproval_make,
    preapproval_preview,
    preapproval_revoke,
)
from governance.api.problems import kind_of
from governance.refusals import ConflictError, InvalidFieldError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.cards.rules import RuleForm
    from dashboard.pages.controls import Seat
    from dashboard.pages.rules import TypedMove
    from dashboard.views.access import PersonRequest
    from escalations.models import Ticket
    from governance.models import Fleet

_THEN = {
    "accept": "The rule counts from now on.",
    "decline": "Nothing was let through by it.",
    "revoke": "What it approved and has not started is denied.",
}


@require_safe
@page
def rules(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the rules; a ticket that a link names stands in the form already."""
    seat = seated(request, fleet)
    number = request.GET.get("ticket", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return _shown(request, seat)
    ticket = ticket_of_fleet(fleet=seat.fleet, number=int(number))
    try:
        return _shown(request, seat, form=rule_form(seat, ticket))
    except ConflictError as error:
        raise Http404(error.sentence) from error


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the rules alone, as a fresh snapshot for an open page."""
    card = rules_page(seated(request, fleet))
    return render(request, "rules/list.html", {"rules": card})


@form_only
def review(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Say in a sentence what a rule would let through; nothing is recorded yet."""

    def make(person: PersonRequest) -> HttpResponse:
        seat = seated(person, fleet)
        ticket = _ticket(person, seat.fleet)
        typed = rule_read(person, ticket)
        sentence = preapproval_preview(
            fleet=seat.fleet, user=person.user, draft=typed.draft, reason=typed.reason
        )
        form = rule_form(seat, ticket, typed=_fields(person), sentence=sentence, read=typed.sha256)
        return _shown(person, seat, form=form)

    return posted(request, page=_address(fleet), make=make, refuse=_refuser(fleet), stays=True)


@form_only
def make(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Make or propose a rule, once for each Idempotency-Key."""

    def made(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = rule_read(person, _ticket(person, found))
        if person.POST.get("read") != typed.sha256:
            raise ConflictError(
                "It is not what was read aloud: read it again before you commit.", code="not_read"
            )

        def call() -> JsonResponse:
            rule = preapproval_make(
                fleet=found, user=person.user, draft=typed.draft, reason=typed.reason
            )
            then = "It counts from now on." if rule.accepted_at else "It waits for a manager."
            return effect(rule.proposed_at, then, in_force=True)

        return made_once(person, typed.sha256, call)

    return posted(request, page=_address(fleet), make=made, refuse=_refuser(fleet))


@form_only
def move(request: HttpRequest, fleet: str, number: int, name: str) -> HttpResponseBase:
    """Accept or decline a proposal, or revoke a rule, once for each Idempotency-Key."""

    def made(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = control_read(person)

        def call() -> JsonResponse:
            _moved(found, number, name, person, typed.reason)
            return effect(clock_now(), _THEN[name], in_force=True)

        return made_once(person, typed.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = (number, name, person.POST.get("reason", ""), refused.problem)
        return _shown(person, seated(person, fleet), typed=typed, status=refused.status)

    return posted(request, page=_address(fleet), make=made, refuse=drawn_again(again))


def _moved(fleet: Fleet, number: int, name: str, person: PersonRequest, reason: str) -> None:
    """Make the move that the address names."""
    if name == "accept":
        preapproval_accept(fleet=fleet, number=number, user=person.user)
        return
    end = preapproval_decline if name == "decline" else preapproval_revoke
    end(fleet=fleet, number=number, user=person.user, reason=reason)


def _refuser(fleet: str) -> Callable[[PersonRequest, RefusalError], HttpResponseBase]:
    """Return what answers a rule that was refused: its form again, with all that was typed."""

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponse:
            seat = seated(person, fleet)
            try:
                form = rule_form(
                    seat,
                    _ticket(person, seat.fleet),
                    typed=_fields(person),
                    wrong=error.field,
                    problem=not_recorded(error),
                )
            except RefusalError as unknown:
                raise Http404(unknown.sentence) from unknown
            return _shown(person, seat, form=form, status=kind_of(error).status)

        return refusal_answer(person, error, draw)

    return refuse


def _shown(
    request: PersonRequest,
    seat: Seat,
    *,
    form: RuleForm | None = None,
    typed: TypedMove = NO_MOVE,
    status: int = 200,
) -> HttpResponse:
    card = rules_page(seat, form=form, typed=typed)
    shell = shell_for(request.user, here="rules", fleet=seat.fleet.slug)
    return render(request, "rules/index.html", {"shell": shell, "rules": card}, status=status)


def _ticket(request: PersonRequest, fleet: Fleet) -> Ticket:
    """Return the ticket that a rule is made from.

    Raises:
        InvalidFieldError: if the form names none, or one that no rule can be made from.
        MissingError: if the fleet has no such ticket.
    """
    number = ticket_read(request)
    if number is None:
        raise InvalidFieldError(
            "Name the ticket that the rule is made from.", field="ticket", allowed="its number"
        )
    ticket = ticket_of_fleet(fleet=fleet, number=number)
    if not can_be_made_from(ticket):
        raise InvalidFieldError(
            f"Ticket #{number} is not about a task that a rule could name.",
            field="ticket",
            value=number,
            allowed="the number of a ticket about a Low or Medium task",
        )
    return ticket


def _fields(request: PersonRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in request.POST}


def _address(slug: str) -> str:
    return reverse("fleet-rules", kwargs={"fleet": slug})
