"""Cards of people and invitations, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.invitation import InvitationPage
from dashboard.cards.people import (
    GoneLine,
    InvitationLine,
    InviteForm,
    LinkCard,
    MemberForm,
    MemberLine,
    MemberMove,
    PeoplePage,
)
from dashboard.cards.security import Proof
from dashboard.display.wording import Mark
from dashboard.pages.people import ROLE_WORDS, rights_table
from tests.dashboard.sample_files import files

PLACE = "/f/payments-prod/people/"
_LAST = "Adam Weiss is the last admin of payments-prod; name another one first."
_BEYOND = (
    "Mona Lind also belongs to 2 fleets that you do not administer, and deactivating ends every"
    " fleet. Remove the member from this one instead."
)


def _form(username: str, role: str, *, last: str = "", beyond: str = "") -> MemberForm:
    return MemberForm(
        url=f"{PLACE}move/", idempotency_key=f"k-{username}", username=username, seen=role,
        roles=tuple((each, each == role) for each in ("reviewer", "manager", "admin")),
        moves=(
            MemberMove(name="change", label="Change role", icon="swap", why_not=last,
                       says="Counts at once; open pages of the member load anew."),
            MemberMove(name="forgive", label="Let the sign-in go on", icon="undo", why_not="",
                       says="Wrong passwords and codes so far are forgotten."),
            MemberMove(name="second-factor", label="Take the second factor off", icon="minus",
                       why_not="" if username == "rita" else "Mona Lind signs in without one.",
                       says="For whoever lost phone and codes."),
            MemberMove(name="remove", label="Remove from the fleet", icon="x", why_not=last,
                       says="The sign-in and other fleets stay."),
            MemberMove(name="deactivate", label="Deactivate", icon="lock", why_not=last or beyond,
                       says="No sign-in any more, in every fleet."),
        ),
        proof=Proof(label="Your password") if username == "rita" else None,
    )  # fmt: skip


_ADAM = MemberLine(
    anchor="member-1", name="Adam Weiss", username="adam", email="adam@payments.example",
    role=Mark("Admin", "shield", "line"), factor=Mark("On", "check", "line"),
    signed_in="1 Mar 08:02", since="12 Jan 09:00", is_reader=True,
    form=_form("adam", "admin", last=_LAST),
)  # fmt: skip
_MONA = replace(
    _ADAM, anchor="member-2", name="Mona Lind", username="mona.lind-of-the-payments-team",
    email="mona.lind.of.the.payments.team@payments.example", is_reader=False,
    role=Mark("Manager", "people", "line"), factor=Mark("Off", "minus", "amber"),
    signed_in="never", held="12 wrong guesses", form=_form("mona", "manager", beyond=_BEYOND),
)  # fmt: skip
_RITA = replace(
    _MONA, anchor="member-3", name="Rita Okafor", username="rita", email="rita@payments.example",
    role=Mark("Reviewer", "eye", "line"), form=_form("rita", "reviewer"),
)  # fmt: skip
_INVITE = InviteForm(
    url=f"{PLACE}invite/", why_not="", email="",
    roles=tuple((each.value, words, each == "reviewer") for each, words in ROLE_WORDS.items()),
    sends="A mail with the link goes to the address at once. It works once, within 7 days.",
)  # fmt: skip
PEOPLE = PeoplePage(
    fleet_name="Payments", fleet_slug="payments-prod",
    summary="3 members: 1 reviewer, 1 manager, 1 admin. 1 of them has a second factor.",
    members=(_ADAM, _MONA, _RITA),
    invitations=(
        InvitationLine(
            invitation_id="i-1", email="nina.sol@payments.example", role="a reviewer",
            by="Adam Weiss, 1 Mar 09:00", expires="8 Mar 09:00",
            revoke_url=f"{PLACE}invitations/i-1/revoke/", idempotency_key="k-i-1",
        ),
    ),
    invite=_INVITE, roles=("Reviewer", "Manager", "Admin"), rights=rights_table(),
    gone=(
        GoneLine(
            anchor="gone-7", name="Dora Ek", username="dora", email="dora@payments.example",
            role="reviewer", one="a reviewer", url=f"{PLACE}move/", idempotency_key="k-dora",
            typed_reason="x" * 501, problem="Not recorded. Say why in at most 500 characters.",
        ),
        GoneLine(
            anchor="gone-8", name="Otto Berg", username="otto", email="", role="manager",
            one="a manager", url=f"{PLACE}move/", idempotency_key="k-otto",
            why_not=_BEYOND.replace("Mona Lind", "Otto Berg"),
        ),
    ),
    files=files("members"),
)  # fmt: skip
PEOPLE_STATES = {
    "admin": PEOPLE,
    "invited": replace(
        PEOPLE,
        link=LinkCard(
            link="https://countersign.example/invitation/" + "x" * 43,
            title="Invitation for nina.sol@payments.example",
            mailed="No mail server is set up, so nothing was sent: hand the link over yourself.",
            is_mailed=False, until="8 Mar 09:00 UTC",
        ),
    ),
    "refused": replace(
        PEOPLE, invitations=(), problem="Not recorded. There is no invitation 7.",
        members=(
            _ADAM, _MONA,
            replace(_RITA, form=replace(
                _form("rita", "reviewer"), typed_reason="", wrong="reason",
                problem="Not recorded. Say why; the log shows it to every member.",
            )),
        ),
        invite=replace(
            _INVITE, email="nina", wrong="email",
            problem="Not recorded. nina is no mail address.",
        ),
    ),
    "read": replace(
        PEOPLE, invitations=None, gone=(),
        members=tuple(
            replace(each, email="", form=None) for each in (_ADAM, _MONA, _RITA)
        ),
        invite=replace(
            _INVITE,
            why_not="Only an admin may add people and change their roles; you are a reviewer.",
        ),
    ),
}  # fmt: skip
_INVITATION = InvitationPage(
    url="/invitation/x/", fleet_name="Payments", role="a reviewer",
    role_words="decides tickets, and may freeze an agent or halt the fleet", by="Adam Weiss",
    email="nina.sol@payments.example", until="8 Mar 09:00 UTC",
    sign_in_url="/sign-in/?next=/invitation/x/", sign_out_url="/sign-out/",
)  # fmt: skip
INVITATION_STATES = {
    "new": _INVITATION,
    "refused": replace(
        _INVITATION, username="rita", first_name="Nina", last_name="Sol", wrong="username",
        problem="Not recorded. A person rita exists already; take another user name.",
    ),
    "known": replace(_INVITATION, is_known=True),
    "signed-in": replace(_INVITATION, joins_as="Otto Berg"),
    "member": replace(
        _INVITATION, joins_as="Rita Okafor",
        is_member="You are a reviewer of Payments already: this link is for somebody else.",
    ),
}  # fmt: skip
