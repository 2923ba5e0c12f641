"""The page behind an invitation's link."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPage:
    """An open invitation, to somebody new or to somebody who is signed in.

    `joins_as` names the signed-in person, and is empty for a stranger; `is_member` says that they
    are in the fleet already, and is empty for others. `is_known` says that
    somebody with the invited address can sign in already, so that nobody new is made. `wrong`
    names the field at fault.
    """

    url: str
    fleet_name: str
    role: str
    role_words: str
    by: str
    email: str
    until: str
    sign_in_url: str
    sign_out_url: str
    joins_as: str = ""
    is_member: str = ""
    is_known: bool = False
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    problem: str = ""
    wrong: str = ""
