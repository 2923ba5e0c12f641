"""The way out of a message: by mail through the server that is set up, or by Apprise to a chat."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from escalations.domain.chat_addresses import ChatAddressError, chat_service_of
from escalations.domain.notice_text import for_chat, one_line
from escalations.domain.notifying import ChannelKind

if TYPE_CHECKING:
    from uuid import UUID

    from escalations.domain.notice_text import Message
    from escalations.models import NoticeChannel


class NotTakenError(Exception):
    """A message was not taken; the sentence says why and holds no secret."""


def message_send(channel: NoticeChannel, message: Message, *, notice_id: UUID) -> None:
    """Send one message once.

    Args:
        channel: where to.
        message: what.
        notice_id: names the message: sent again it is the same to whoever receives mail.

    Raises:
        NotTakenError: unless the other side took it.
    """
    if channel.kind == ChannelKind.MAIL:
        mail_send(channel.address, message, notice_id)
    else:
        _chat(channel.address, message)


def message_id(notice_id: UUID) -> str:
    """Return the Message-ID of a mail, the same for every attempt."""
    return f"<{notice_id}@{urlsplit(settings.CONSOLE_URL).hostname}>"


def mail_send(address: str, message: Message, notice_id: UUID) -> None:
    """Mail one message once; ``notice_id`` names it, so that sent again it is the same.

    Raises:
        NotTakenError: unless the mail server took it.
    """
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        to=[address],
        headers={
            "Message-ID": message_id(notice_id),
            # No holiday notice is wanted in answer (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPResponseException as error:
        told = one_line(_text(error.smtp_error))
        raise NotTakenError(f"The mail server answered {error.smtp_code}: {told}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotTakenError(_refused(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        told = one_line(str(error)) or type(error).__name__
        raise NotTakenError(f"The mail server could not be reached: {told}") from error
    except BadHeaderError as error:
        raise NotTakenError("A line break in a header was refused.") from error


def _refused(error: smtplib.SMTPRecipientsRefused) -> str:
    code, said = next(iter(error.recipients.values()), (0, b""))
    return f"The mail server answered {code}: {one_line(_text(said))}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _chat(address: str, message: Message) -> None:
    try:
        # Asked again: what may be told can have become less since the channel was added.
        service = chat_service_of(address)
    except ChatAddressError as error:
        raise NotTakenError(str(error)) from error
    # Nobody is redirected, and nothing is kept on this machine's disk.
    asset = AppriseAsset(app_id="Countersign", app_desc="Countersign", http_redirects=False)
    chats = Apprise(asset=asset)
    if not chats.add(address):
        raise NotTakenError(f"The address of {service.name} was not understood.")
    taken = chats.notify(
        title=for_chat(message.subject),
        body=for_chat(message.body),
        # What pages people takes a plain notice for good news, and closes what is open.
        notify_type=NotifyType.WARNING,
        body_format=NotifyFormat.TEXT,
        interpret_escapes=False,
    )
    if not taken:
        raise NotTakenError(f"{service.name} did not take it.")
