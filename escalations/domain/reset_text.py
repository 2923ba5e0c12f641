"""What the mail for a new password says: plain text, and nothing that breaks out of its line."""

from __future__ import annotations

from escalations.domain.notice_text import Message, one_line

# As long as a link is good for, in minutes; the settings take it from here.
GOOD_FOR_MIN = 60


def reset_message(*, username: str, url: str, asks_code: bool) -> Message:
    """Return the message to a person who forgot their password.

    Args:
        username: theirs.
        url: the link, which is a secret.
        asks_code: whether they sign in with a code, too.
    """
    then = ["", "Your app's code, or a recovery code, is asked for as before."] if asks_code else []
    return Message(
        subject="A new password for Countersign",
        body="\n".join(
            [
                f"Somebody, you if all is well, wants a new password for {one_line(username)}"
                " on Countersign. To set one, open",
                "",
                url,
                "",
                f"The link works once, for {GOOD_FOR_MIN} min. A new password ends every session"
                " of yours.",
                *then,
                "",
                "If it was not you, do nothing: your password stays as it is.",
            ]
        ),
    )
