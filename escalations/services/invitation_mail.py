"""An invitation goes out by mail, where a mail server is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.invitation_text import invitation_message
from escalations.selectors.judging import mail_is_set_up
from escalations.services.notice_out import NotTakenError, mail_send
from governance.domain.types import Role
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from governance.models import Invitation


def invitation_mail(invitation: Invitation, url: str) -> tuple[bool, str]:
    """Mail an invitation to whom it is for; return whether it was taken, and that in a sentence.

    Call it outside a transaction: a mail cannot be taken back, and a slow server holds no rows.
    """
    if not mail_is_set_up():
        return False, "No mail server is set up, so nothing was sent: hand the link over yourself."
    message = invitation_message(
        fleet=invitation.fleet.name,
        role=Role(invitation.role),
        by=person_name(invitation.invited_by),
        url=url,
        expires_at=invitation.expires_at,
    )
    try:
        mail_send(invitation.email, message, invitation.pk)
    except NotTakenError as error:
        return False, f"The mail did not go out: {error} Hand the link over yourself."
    return True, f"The mail server took a mail to {invitation.email}."
