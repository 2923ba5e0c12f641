"""What the mail says to whose second factor an admin took off: plain text, nothing secret."""

from __future__ import annotations

from escalations.domain.notice_text import Message, one_line


def factor_off_message(*, username: str, by: str) -> Message:
    """Return the message to a person.

    Args:
        username: theirs.
        by: who took it off, by full name.
    """
    by = one_line(by)
    return Message(
        subject="Your second factor for Countersign was taken off",
        body="\n".join(
            [
                f"{by} took the second factor off {one_line(username)} on Countersign, and every"
                " session of yours has ended. Sign in with your password and set up an app again,"
                " under Sign-in and sessions.",
                "",
                f"If you did not ask {by} for it, change your password at once and tell another"
                " admin: somebody may want to sign in as you.",
            ]
        ),
    )
