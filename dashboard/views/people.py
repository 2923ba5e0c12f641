"""The people of a fleet: the list, what admins do to members, and whom they invite.

The link of an invitation is shown on the page that answers the form which made it, and kept
nowhere: sent again, the form is told that the address is invited already.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.people import LinkCard
from dashboard.display.durations import day_time
from dashboard.forms.people import FACTOR_END, member_read, role_read, username_typed
from dashboard.pages.people import invite_form, people_page
from dashboard.pages.people_moves import NO_MOVE, TypedMove
from dashboard.pages.people_sheet import people_sheet
from dashboard.pages.security import proof_for
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, page, wants_json
from dashboard.views.member_mail import factor_mail_queue
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from dashboard.views.security import proof_require
from escalations.services.invitation_mail import invitation_mail
from governance.api.problems import problem_of
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.invitations import invitation_create, invitation_revoke
from governance.services.members import (
    member_change,
    member_deactivate,
    member_forgive,
    member_remove,
)
from governance.services.members_back import member_factor_end, member_take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.cards.people import InviteForm
    from dashboard.display.sheets import Sheet
    from dashboard.forms.people import MemberTyped
    from dashboard.pages.controls import Seat
    from dashboard.views.access import PersonRequest
    from governance.models import Fleet, Invitation
    from governance.refusals import RefusalError

_THEN = {
    "change": "The role counts from now on.",
    "forgive": "The sign-in takes passwords again.",
    FACTOR_END: "No code is asked for; the member is signed out everywhere.",
    "take-back": "The person can sign in again, with the roles of before.",
    "remove": "The member belongs to the fleet no longer.",
    "deactivate": "The person can no longer sign in.",
}
_SERVICES: Mapping[str, Callable[..., object]] = {
    "forgive": member_forgive,
    "remove": member_remove,
    "take-back": member_take_back,
    "deactivate": member_deactivate,
}


@require_safe
@page
def people(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's members."""
    return _shown(request, seated(request, fleet))


def sheet(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return the fleet's members, with addresses for whoever manages people."""
    return people_sheet(*fleet_for_person(user=request.user, slug=fleet))


@form_only
def move(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Give a member another role, remove or deactivate one, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = member_read(person)
        if typed.move == FACTOR_END:
            proof_require(person)

        def call() -> JsonResponse:
            _moved(found, person, typed)
            return effect(clock_now(), _THEN[typed.move], in_force=False)

        return made_once(person, typed.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = TypedMove(
            move=person.POST.get("control", ""),
            username=username_typed(person),
            role=person.POST.get("role", ""),
            reason=person.POST.get("reason", ""),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        # The session stands, so a wrong password is no 401.
        status = 422 if refused.status == HTTPStatus.UNAUTHORIZED else refused.status
        return _shown(person, seated(person, fleet), typed=typed, status=status)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        if person.user.is_authenticated:
            return drawn_again(again)(person, error)
        # The fifth wrong password ended the session.
        return problem_of(error) if wants_json(person) else redirect("sign-in")

    return posted(request, page=_address(fleet), make=make, refuse=refuse)


@form_only
def invite(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Invite somebody and show the link, this once."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        role = role_read(person, "role")
        made, token = invitation_create(
            fleet=found, user=person.user, email=person.POST.get("email", ""), role=role
        )
        return _shown(person, seated(person, fleet), link=link_card(person, made, token))

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat = seated(person, fleet)
        form = invite_form(
            seat,
            email=person.POST.get("email", "")[:254],
            role=person.POST.get("role", ""),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        return _shown(person, seat, form=form, status=refused.status)

    refuse = drawn_again(again)
    return posted(request, page=_address(fleet), make=make, refuse=refuse, stays=True)


@form_only
def revoke(request: HttpRequest, fleet: str, invitation_id: UUID) -> HttpResponseBase:
    """Take an invitation back, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            invitation_revoke(fleet=found, user=person.user, invitation_id=invitation_id)
            return effect(clock_now(), "The link lets nobody join any more.", in_force=False)

        return made_once(person, f"revoke {invitation_id}", call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat = seated(person, fleet)
        return _shown(person, seat, problem=refused.problem, status=refused.status)

    refuse = drawn_again(again)
    return posted(request, page=_address(fleet), make=make, refuse=refuse, part="#invited")


def link_card(request: PersonRequest, made: Invitation, token: str) -> LinkCard:
    """Return the link of a new invitation, mailed where a mail server is set up."""
    path = reverse("invitation", kwargs={"token": token})
    # A mail is read elsewhere: its link never comes from what a browser said the host was.
    is_mailed, mailed = invitation_mail(made, f"{settings.CONSOLE_URL}{path}")
    return LinkCard(
        link=request.build_absolute_uri(path),
        title=f"Invitation for {made.email}",
        mailed=mailed,
        is_mailed=is_mailed,
        until=f"{day_time(made.expires_at)} UTC",
    )


def _moved(fleet: Fleet, person: PersonRequest, typed: MemberTyped) -> None:
    """Make the move that the form names."""
    if typed.move == FACTOR_END:
        member = member_factor_end(
            fleet=fleet,
            user=person.user,
            username=typed.username,
            seen=typed.seen,
            reason=typed.reason,
        )
        factor_mail_queue(member, by=person.user)
        return
    if typed.move == "change":
        member_change(
            fleet=fleet,
            user=person.user,
            username=typed.username,
            role=typed.role,
            seen=typed.seen,
            reason=typed.reason,
        )
        return
    _SERVICES[typed.move](
        fleet=fleet,
        user=person.user,
        username=typed.username,
        seen=typed.seen,
        reason=typed.reason,
    )


def _shown(
    request: PersonRequest,
    seat: Seat,
    *,
    form: InviteForm | None = None,
    typed: TypedMove = NO_MOVE,
    link: LinkCard | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    proof = proof_for(request.user, request.session)
    card = people_page(seat, invite=form, typed=typed, link=link, problem=problem, proof=proof)
    if typed.username and not card.says_refused:
        # Whoever it was about has left the list: the page says so above it.
        card = people_page(seat, problem=typed.problem, proof=proof)
    shell = shell_for(request.user, here="people", fleet=seat.fleet.slug, live=False)
    return render(request, "people/index.html", {"shell": shell, "people": card}, status=status)


def _address(slug: str) -> str:
    return reverse("fleet-people", kwargs={"fleet": slug})
