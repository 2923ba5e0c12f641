"""What an admin does about one member: the form below each, and who can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.people import GoneLine, MemberForm, MemberMove
from governance.domain.types import Role
from governance.selectors.people import fleets_beyond, members_gone, person_name
from governance.services.members import why_not_deactivate
from governance.services.members_back import why_not_factor_end, why_not_take_back

if TYPE_CHECKING:
    from dashboard.cards.security import Proof
    from dashboard.pages.controls import Seat
    from governance.models import Membership


class TypedMove(NamedTuple):
    """A move that was refused: which, of whom, what was typed, why, and the field at fault."""

    move: str = ""
    username: str = ""
    role: str = ""
    reason: str = ""
    problem: str = ""
    wrong: str = ""


NO_MOVE = TypedMove()


class Bars(NamedTuple):
    """What stands in the way of moves of one member, as `member_form` reads it."""

    last: str
    beyond: int
    wrong: int
    has_factor: bool
    left: str


def member_form(
    member: Membership, seat: Seat, bars: Bars, typed: TypedMove, proof: Proof
) -> MemberForm:
    """Return what an admin may do to a member, and why not."""
    user, slug = member.user, seat.fleet.slug
    if typed.username != user.get_username():
        typed = NO_MOVE
    chosen = typed.role or member.role
    no_factor_end = (
        why_not_factor_end(seat.user, user, has=bars.has_factor, beyond=bars.beyond)
        or proof.why_not
    )
    return MemberForm(
        url=reverse("member-move", kwargs={"fleet": slug}),
        idempotency_key=uuid4().hex,
        username=user.get_username(),
        seen=member.role,
        roles=tuple((each.value, each == chosen) for each in Role),
        moves=(
            MemberMove(
                name="change",
                label="Change role",
                icon="swap",
                says="Counts at once; open pages of the member load anew.",
                why_not=bars.last,
            ),
            MemberMove(
                name="forgive",
                label="Let the sign-in go on",
                icon="undo",
                says="Wrong passwords and codes so far are forgotten, and new ones are taken.",
                why_not=""
                if bars.wrong
                else "No wrong password or code of the member is counted now.",
            ),
            MemberMove(
                name="second-factor",
                label="Take the second factor off",
                icon="minus",
                says="For whoever lost phone and codes: no code is asked for, every session ends.",
                why_not=no_factor_end,
            ),
            MemberMove(
                name="remove",
                label="Remove from the fleet",
                icon="x",
                says="The sign-in and other fleets stay; what was decided stays decided.",
                why_not=bars.last,
            ),
            MemberMove(
                name="deactivate",
                label="Deactivate",
                icon="lock",
                says="No sign-in any more, in every fleet; open pages and sessions end.",
                why_not=bars.last
                or why_not_deactivate(user=seat.user, member=user, beyond=bars.beyond),
            ),
        ),
        left=bars.left,
        proof=None if no_factor_end else proof,
        typed_reason=typed.reason,
        problem=typed.problem,
        wrong=typed.wrong,
    )


def gone_lines(seat: Seat, typed: TypedMove) -> tuple[GoneLine, ...]:
    """Return who was deactivated in a fleet, as an admin takes them back."""
    found = members_gone(fleet=seat.fleet)
    beyond = fleets_beyond(user=seat.user, user_ids=[each.user_id for each in found])
    return tuple(_gone_line(each, seat, beyond.get(each.user_id, 0), typed) for each in found)


def _gone_line(member: Membership, seat: Seat, beyond: int, typed: TypedMove) -> GoneLine:
    user = member.user
    no_back = why_not_take_back(user, beyond=beyond)
    if no_back or (typed.move, typed.username) != ("take-back", user.get_username()):
        typed = NO_MOVE
    return GoneLine(
        anchor=f"gone-{user.pk}",
        name=person_name(user),
        username=user.get_username(),
        email=user.email,
        role=member.role,
        one=Role(member.role).one,
        url=reverse("member-move", kwargs={"fleet": seat.fleet.slug}),
        idempotency_key=uuid4().hex,
        why_not=no_back,
        typed_reason=typed.reason,
        problem=typed.problem,
    )
