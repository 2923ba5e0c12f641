"""Invitations: the one behind a link, and those of a fleet that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.invitations import InvitationState, why_not_open
from governance.domain.permissions import Action, permitted
from governance.models import Invitation
from governance.refusals import MissingError
from governance.selectors.access import secret_sha256
from governance.selectors.people import membership_role, person_name

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet


def invitation_open(token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Return the invitation behind a link, with its fleet and who invited.

    Args:
        token: what the link ends in.
        now: the moment of the question.
        lock: whether to hold its row until the end of the transaction.

    Raises:
        MissingError: invitation_unknown, invitation_used, invitation_expired, invitation_revoked,
            or invitation_void where the fleet is over or whoever invited may do so no longer.
    """
    rows = Invitation.objects.select_related("fleet", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(token_sha256=secret_sha256(token)).first()
    if found is None:
        raise MissingError(
            "No invitation has this link. It may have been cut short: copy all of it, or ask an"
            " admin of the fleet for a new one.",
            code="invitation_unknown",
        )
    code, sentence = why_not_open(
        InvitationState(found.state),
        expires_at=found.expires_at,
        ended_at=found.ended_at,
        now=now,
    )
    if code:
        raise MissingError(sentence, code=code)
    _stands(found)
    return found


def _stands(found: Invitation) -> None:
    """Refuse an invitation to a fleet that is over, or by somebody who may invite no longer.

    Raises:
        MissingError: invitation_void.
    """
    if found.fleet.archived_at is not None:
        raise MissingError(
            f"The fleet {found.fleet.name} is over; nobody joins it any more.",
            code="invitation_void",
        )
    by = found.invited_by
    if not permitted(membership_role(user=by, fleet=found.fleet), Action.PEOPLE_MANAGE):
        raise MissingError(
            f"{person_name(by)}, who invited you, may not invite to {found.fleet.name} any longer."
            " Ask an admin of the fleet for a new invitation.",
            code="invitation_void",
        )


def invitations_open(*, fleet: Fleet, now: datetime) -> list[Invitation]:
    """Return the fleet's invitations that wait for somebody, the oldest first."""
    return list(
        Invitation.objects.select_related("invited_by")
        .filter(fleet=fleet, state=InvitationState.OPEN.value, expires_at__gt=now)
        .order_by("created_at", "pk")
    )
