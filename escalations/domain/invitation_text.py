"""What an invitation's mail says: plain text, and nothing that breaks out of its line."""

from __future__ import annotations

from datetime import datetime

from escalations.domain.notice_text import Message, one_line
from governance.domain.types import Role


def invitation_message(
    *, fleet: str, role: Role, by: str, url: str, expires_at: datetime
) -> Message:
    """Return the message to whoever is invited.

    Args:
        fleet: its name.
        role: what they would have.
        by: who invites, by full name.
        url: the link, which is a secret.
        expires_at: when it ends, aware.
    """
    fleet, by = one_line(fleet), one_line(by)
    return Message(
        subject=f"{by} invites you to {fleet} on Countersign",
        body="\n".join(
            [
                f"{by} invites you to the fleet {fleet} on Countersign, as {role.one}.",
                "",
                "Countersign asks people before AI agents do something dangerous. To join, open",
                "",
                url,
                "",
                f"The link is for you alone, works once and ends on {expires_at:%Y-%m-%d at %H:%M}"
                " UTC. Opening it changes nothing until you press the button there.",
                "If you do not know who wrote this, do nothing: nobody joins in your name.",
            ]
        ),
    )
