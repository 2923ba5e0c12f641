"""The page of people: members, open invitations, and which role may do what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.people import (
    InvitationLine,
    InviteForm,
    MemberLine,
    PeoplePage,
    RightLine,
)
from dashboard.cards.security import Proof
from dashboard.display.durations import day_time, far_time
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.files import file_links
from dashboard.pages.people_left import left_words
from dashboard.pages.people_moves import NO_MOVE, Bars, TypedMove, gone_lines, member_form
from escalations.selectors.judging import mail_is_set_up
from governance.domain.invitations import LIFETIME
from governance.domain.permissions import PERMISSIONS, Action, permitted, why_not
from governance.domain.types import Role
from governance.selectors.invitations import invitations_open
from governance.selectors.keys import tokens_living
from governance.selectors.people import fleets_beyond, members_of, person_name
from governance.selectors.second_factors import second_factors
from governance.selectors.wrong_guesses import wrong_guesses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashboard.cards.people import LinkCard
    from dashboard.pages.controls import Seat
    from governance.models import Invitation, Membership

PASSWORD = Proof(label="Your password")
_ROLE_ICONS = {Role.REVIEWER: "eye", Role.MANAGER: "people", Role.ADMIN: "shield"}
# What each role is for, where one is chosen.
ROLE_WORDS = {
    Role.REVIEWER: "decides tickets, and may freeze an agent or halt the fleet",
    Role.MANAGER: "also answers for agents: registers and resumes them, reopens, makes rules",
    Role.ADMIN: "also changes the policy, tools, keys and people",
}


def people_page(
    seat: Seat,
    *,
    invite: InviteForm | None = None,
    typed: TypedMove = NO_MOVE,
    link: LinkCard | None = None,
    problem: str = "",
    proof: Proof = PASSWORD,
) -> PeoplePage:
    """Return the people of a fleet as one member sees them.

    Args:
        seat: who looks; addresses, invitations and forms are for admins alone.
        invite: an invitation that was not recorded.
        typed: a move of a member that was not.
        link: of an invitation that was just made.
        problem: why something else was not recorded.
        proof: what some moves ask of the admin.
    """
    fleet = seat.fleet
    members = members_of(fleet=fleet)
    factors = second_factors(user_ids=[each.user_id for each in members])
    can_manage = permitted(seat.role, Action.PEOPLE_MANAGE)
    lines = [_member(each, factors, seat) for each in members]
    shown = (
        _managed(lines, members, seat, factors=factors, typed=typed, proof=proof)
        if can_manage
        else lines
    )
    return PeoplePage(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        summary=_summary(members, factors),
        members=tuple(shown),
        invitations=_invitations(seat) if can_manage else None,
        invite=invite or invite_form(seat),
        roles=tuple(role.value.capitalize() for role in Role),
        rights=rights_table(),
        gone=gone_lines(seat, typed) if can_manage else (),
        link=link,
        problem=problem,
        files=file_links("fleet-people", "members", fleet=fleet.slug),
    )


def rights_table() -> tuple[RightLine, ...]:
    """Return the one table of roles and actions, as it is enforced."""
    return tuple(
        RightLine(
            words=each.words[:1].upper() + each.words[1:],
            allowed=tuple(permitted(role, action) for role in Role),
        )
        for action, each in PERMISSIONS.items()
    )


def invite_form(
    seat: Seat, *, email: str = "", role: str = Role.REVIEWER, problem: str = "", wrong: str = ""
) -> InviteForm:
    """Return the form that invites somebody, as one member sees it."""
    sends = (
        "A mail with the link goes to the address at once."
        if mail_is_set_up()
        else "No mail server is set up: you are shown the link, and hand it over yourself."
    )
    return InviteForm(
        url=reverse("invite", kwargs={"fleet": seat.fleet.slug}),
        why_not=why_not(seat.role, Action.PEOPLE_MANAGE),
        email=email,
        roles=tuple((each.value, words, each == role) for each, words in ROLE_WORDS.items()),
        sends=f"{sends} It works once, within {LIFETIME.days} days.",
        problem=problem,
        wrong=wrong,
    )


def _summary(members: Sequence[Membership], factors: frozenset[int]) -> str:
    counts = {role: sum(each.role == role for each in members) for role in Role}
    said = ", ".join(plural(count, role.value) for role, count in counts.items())
    many = len(factors)
    has = {0: "Nobody has", 1: "1 of them has"}.get(many, f"{many} of them have")
    return f"{plural(len(members), 'member')}: {said}. {has} a second factor."


def _last(member: Membership, admins: list[int], seat: Seat) -> str:
    """Return why the last admin stays one; empty for everybody else."""
    if admins != [member.user_id]:
        return ""
    name = person_name(member.user)
    return f"{name} is the last admin of {seat.fleet.slug}; name another one first."


def _managed(
    lines: Sequence[MemberLine],
    members: Sequence[Membership],
    seat: Seat,
    *,
    factors: frozenset[int],
    typed: TypedMove,
    proof: Proof,
) -> Iterator[MemberLine]:
    """Yield the lines with what is there for those who manage people."""
    users = [each.user for each in members]
    wrong = wrong_guesses(usernames=[each.get_username() for each in users], now=seat.now)
    tokens = tokens_living(users=users, now=seat.now)
    beyond = fleets_beyond(user=seat.user, user_ids=[each.pk for each in users])
    admins = [each.user_id for each in members if each.role == Role.ADMIN]
    for line, member in zip(lines, members, strict=True):
        guesses, many = wrong.get(line.username, 0), tokens.get(member.user_id, 0)
        last = _last(member, admins, seat)
        bars = Bars(
            last=last,
            beyond=beyond.get(member.user_id, 0),
            wrong=guesses,
            has_factor=member.user_id in factors,
            left="" if last else left_words(member, members, reader=seat.user),
        )
        yield replace(
            line,
            email=member.user.email,
            form=member_form(member, seat, bars, typed, proof),
            held=plural(guesses, "wrong guess", "wrong guesses") if guesses else "",
            tokens=plural(many, "token") if many else "",
        )


def _member(member: Membership, factors: frozenset[int], seat: Seat) -> MemberLine:
    user, role = member.user, Role(member.role)
    return MemberLine(
        anchor=f"member-{user.pk}",
        name=person_name(user),
        username=user.get_username(),
        role=Mark(role.value.capitalize(), _ROLE_ICONS[role], "line"),
        factor=_factor(user.pk in factors),
        signed_in=far_time(user.last_login, now=seat.now) if user.last_login else "never",
        since=far_time(member.created_at, now=seat.now),
        is_reader=user.pk == seat.user.pk,
    )


def _factor(is_on: bool) -> Mark:
    return Mark("On", "check", "line") if is_on else Mark("Off", "minus", "amber")


def _invitations(seat: Seat) -> tuple[InvitationLine, ...]:
    found = invitations_open(fleet=seat.fleet, now=seat.now)
    return tuple(_invitation(each, seat.fleet.slug) for each in found)


def _invitation(each: Invitation, slug: str) -> InvitationLine:
    kwargs = {"fleet": slug, "invitation_id": each.pk}
    return InvitationLine(
        invitation_id=str(each.pk),
        email=each.email,
        role=Role(each.role).one,
        by=f"{person_name(each.invited_by)}, {day_time(each.created_at)}",
        expires=day_time(each.expires_at),
        revoke_url=reverse("invitation-revoke", kwargs=kwargs),
        idempotency_key=uuid4().hex,
    )
