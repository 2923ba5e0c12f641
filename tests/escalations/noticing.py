"""Channels that work, and couriers that note what they were given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from escalations.domain.notifying import ChannelKind
from escalations.models import Notice, NoticeChannel, Ticket
from escalations.selectors.notices import notices_of_ticket
from escalations.services.channel_proof import channel_prove, code_of
from escalations.services.channels import channel_add
from escalations.services.notice_out import NotTakenError
from escalations.services.notice_sending import channels_due, notices_send

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.notice_text import Message
    from governance.models import Fleet
    from tests.clock import Clock

CHAT = "ntfy://countersign-on-call-9f3c"
OTHER_CHAT = "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz"


@dataclass
class Courier:
    """Stands where messages leave the machine; refuses those to the channels in ``broken``."""

    broken: set[str] = field(default_factory=set)
    got: list[tuple[str, Message, UUID]] = field(default_factory=list)

    def __call__(self, channel: NoticeChannel, message: Message, *, notice_id: UUID) -> None:
        if channel.shown in self.broken:
            raise NotTakenError("Nobody answers.")
        self.got.append((channel.shown, message, notice_id))

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Return where what arrived, in order."""
        return [(shown, message.subject) for shown, message, _ in self.got]

    def round(self) -> int:
        """Send what is due, as the workers do, and return how many messages were taken."""
        return sum(notices_send(channel_id=each, send=self) for each in channels_due())


def channel_of(
    user: User,
    kind: ChannelKind = ChannelKind.MAIL,
    *,
    fleet: Fleet | None = None,
    address: str = "",
) -> NoticeChannel:
    """Return a channel of the person, or of the fleet, that works; its test is out of the way."""
    where = address or (user.email if kind is ChannelKind.MAIL else CHAT)
    channel = channel_add(user=user, fleet=fleet, kind=kind, address=where)
    notices_send(channel_id=channel.pk, send=Courier())
    return channel_prove(user=user, fleet=fleet, channel_id=channel.pk, code=code_of(channel))


def calls() -> list[Notice]:
    """Return every call on its way or past it, in planned order."""
    return list(Notice.objects.filter(purpose="call").order_by("due_at", "id"))


def told(ticket: Ticket, clock: Clock) -> list[str]:
    """Return what people read beside the ticket of the messages about it."""
    found = Ticket.objects.select_related("fleet").get(pk=ticket.pk)
    return [each.sentence for each in notices_of_ticket(ticket=found, now=clock())]
