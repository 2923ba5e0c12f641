"""What a person may do to a ticket, and why: the page that explains the rules to whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.rights import RightLine, RightsPage, RoleLine
from dashboard.display.wording import Mark
from dashboard.pages.event_links import event_url
from escalations.services.rights import ticket_rights
from governance.domain.permissions import Action, permitted, why_not
from governance.domain.types import Role
from governance.selectors.memberships import member_named, role_steps
from governance.selectors.people import members_of, person_name, person_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.controls import Seat
    from escalations.models import Ticket
    from escalations.services.rights import Right
    from governance.models import Fleet
    from governance.selectors.memberships import RoleStep

_YES, _NO = Mark("Yes", "check", "good"), Mark("No", "x")
LABELS = {
    "claim": "Claim it",
    "take_over": "Take it over",
    "release": "Give the claim back",
    "approve": "Approve",
    "deny": "Deny",
    "respond": "Answer the agent instead",
    "emergency": "Call an emergency",
    "undo": "Undo an approval",
    "reopen": "Reopen it",
    "edit": "Edit the arguments",
    "snooze": "Snooze it",
    "wake": "Wake it",
    "ask": "Ask the agent or its owner",
    "answer_question": "Answer its question",
    "escalate": "Call the next level",
    "reassign": "Hand it to somebody",
    "rebaseline": "Take the present as normal",
    "pause": "Pause the agent",
    "lower_mandate": "Lower the mandate",
    "pass": "Pass the work",
    "fail": "Fail the work",
    "unclear": "Leave it unclear",
    "resume": "Let a held task go on",
    "cancel": "End a held task",
    "rerun": "Have a held task run again",
    "confirm": "Confirm the ring",
    "dismiss": "Dismiss the ring",
    "verify": "Ask for checks",
}
_KIND_LABELS = {
    ("release", "approve"): "Release the agent",
    ("release", "deny"): "Keep the agent frozen",
    ("incident", "approve"): "Acknowledge it",
    ("cascade", "approve"): "Close it",
}


def rights_page(seat: Seat, ticket: Ticket, *, person: str) -> RightsPage:
    """Return the page.

    Args:
        seat: who looks.
        ticket: of the seat's fleet (`tickets_shown`).
        person: user name of whom it is about; empty for whoever looks.

    Raises:
        ForbiddenError, MissingError: as `member_named`.
    """
    member = member_named(fleet=seat.fleet, user=seat.user, role=seat.role, username=person)
    role = Role(member.role)
    found = ticket_rights(ticket=ticket, user=member.user, role=role, now=seat.now)
    place = {"fleet": seat.fleet.slug, "number": ticket.number}
    is_reader = member.user_id == seat.user.pk
    name = "You" if is_reader else person_name(member.user)
    may = sum(each.may for each in found)
    return RightsPage(
        number=ticket.number,
        title=ticket.title,
        ticket_url=reverse("ticket", kwargs=place),
        url=reverse("ticket-rights", kwargs=place),
        person=name,
        is_reader=is_reader,
        role=role.value,
        summary=(
            f"{name} {'are' if is_reader else 'is'} {role.one} of {seat.fleet.name}, and may make"
            f" {may} of {len(found)} moves on this ticket now."
        ),
        lines=tuple(_line(ticket, each) for each in found),
        people=_people(seat, member.user.get_username()),
        why_own=why_not(seat.role, Action.RIGHTS_VIEW),
        steps=_steps(seat.fleet, role_steps(fleet=seat.fleet, username=member.user.username)),
        now=seat.now,
    )


def _line(ticket: Ticket, right: Right) -> RightLine:
    label = _KIND_LABELS.get((ticket.kind, right.move), LABELS[right.move])
    return RightLine(label=label, mark=_YES if right.may else _NO, sentence=right.sentence)


def _people(seat: Seat, shown: str) -> tuple[tuple[str, str, bool], ...]:
    if not permitted(seat.role, Action.RIGHTS_VIEW):
        return ()
    return tuple(
        (username, f"{person_name(each.user)}, {each.role}", username == shown)
        for each in members_of(fleet=seat.fleet)
        for username in [each.user.get_username()]
    )


def _steps(fleet: Fleet, steps: Sequence[RoleStep]) -> tuple[RoleLine, ...]:
    return tuple(
        RoleLine(
            at=step.at,
            says=_said(step),
            reason=step.reason,
            url=event_url(fleet.slug, step.seq),
        )
        for step in steps
    )


def _said(step: RoleStep) -> str:
    by = person_named(step.by)
    if step.name == "person.joined":
        return f"Joined as {Role(step.role).one}, invited by {by}"
    if step.name == "person.deactivated":
        return f"Deactivated by {by}"
    if step.name == "person.reactivated":
        return f"Taken back by {by}"
    return f"Made {Role(step.role).one} by {by}" if step.role else f"Removed by {by}"
