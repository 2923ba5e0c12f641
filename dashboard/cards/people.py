"""People of a fleet: who they are, what they may do, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.files import FileLinks
from dashboard.cards.security import Proof
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMove:
    """One thing an admin may do to a member; `why_not` keeps this admin from it."""

    name: str
    label: str
    icon: str
    says: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberForm:
    """What changes a member: `roles` are pairs of a role and whether it is chosen.

    `seen` is the role on this page; `wrong` names the field at fault. `left` says what the fleet
    lacks once the member is gone, and is empty where it lacks nothing. `proof` is what taking the
    second factor off asks of the admin, None where it cannot be done.
    """

    url: str
    idempotency_key: str
    username: str
    seen: str
    roles: tuple[tuple[str, bool], ...]
    moves: tuple[MemberMove, ...]
    left: str = ""
    proof: Proof | None = None
    typed_reason: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One member; `email` and `held` are empty for whoever may not manage people, `form` is None.

    `held` says how many wrong guesses at the sign-in are counted, and is empty for none; so is
    `tokens`, how many personal tokens sign in.
    """

    anchor: str
    name: str
    username: str
    role: Mark
    factor: Mark
    signed_in: str
    since: str
    is_reader: bool
    email: str = ""
    form: MemberForm | None = None
    held: str = ""
    tokens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneLine:
    """Somebody who was deactivated; `why_not` keeps this admin from taking them back.

    `problem` says why it was refused, with the reason that was typed.
    """

    anchor: str
    name: str
    username: str
    email: str
    role: str
    one: str
    url: str
    idempotency_key: str
    why_not: str = ""
    typed_reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLine:
    """An invitation that waits for somebody."""

    invitation_id: str
    email: str
    role: str
    by: str
    expires: str
    revoke_url: str
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteForm:
    """What invites somebody; `why_not` keeps this person from it, `wrong` names a field at fault.

    `roles` are a role, what it may do, and whether it is chosen. `sends` says whether a mail goes
    out.
    """

    url: str
    why_not: str
    email: str
    roles: tuple[tuple[str, str, bool], ...]
    sends: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """The link of a new invitation, shown this once; `mailed` says what became of the mail."""

    link: str
    title: str
    mailed: str
    is_mailed: bool
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """One thing people do, and which roles may, in the order of the roles."""

    words: str
    allowed: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """The members of a fleet, and what its admins do about them.

    `invitations` is None for whoever may not manage people, and `gone` is empty. `problem` stands
    above all of it.
    """

    fleet_name: str
    fleet_slug: str
    summary: str
    members: tuple[MemberLine, ...]
    invitations: tuple[InvitationLine, ...] | None
    invite: InviteForm
    roles: tuple[str, ...]
    rights: tuple[RightLine, ...]
    gone: tuple[GoneLine, ...] = ()
    link: LinkCard | None = None
    problem: str = ""
    files: FileLinks | None = None

    @property
    def says_refused(self) -> bool:
        """Return whether a form on it says why its move was refused."""
        moves = any(each.form.problem for each in self.members if each.form)
        return moves or any(each.problem for each in self.gone)
