"""Channels: where people, and fleets as a whole, want to be told; added and ended.

One belongs to a person, who alone sees and changes it, or to a fleet, whose admins do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from escalations.domain.chat_addresses import (
    CHAT_FORMS,
    ChatAddressError,
    chat_service_of,
    chat_shown,
)
from escalations.domain.notifying import (
    CHANNELS_MOST,
    ChannelKind,
    ChannelMove,
    ChannelState,
    NoticeMove,
    NoticeState,
    Unsent,
    channel_moved,
    notice_moved,
)
from escalations.models import Notice, NoticeChannel
from escalations.selectors.judging import mail_is_set_up
from escalations.selectors.notices import channel_get, shown_to_others
from escalations.services.channel_owners import (
    channel_publish,
    channels_owned,
    owner_lock,
    owner_permit,
)
from escalations.services.channel_proof import test_send
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Fleet

LONGEST_MAIL = 254
_MAIL_FORM = f"one mail address, at most {LONGEST_MAIL} characters"


@transaction.atomic
def channel_add(
    *, user: User, fleet: Fleet | None, kind: ChannelKind, address: str
) -> NoticeChannel:
    """Return a new channel with a code on its way to it; it is told nothing else until then.

    Args:
        user: who adds it, for themselves or, as an admin, for the fleet.
        fleet: whose channel it is; None: the person's own.
        kind: how it reaches people.
        address: a mail address, or the address of a chat as `chat_addresses` allows it.

    Raises:
        ForbiddenError: role_too_low, for a fleet's channel.
        InvalidFieldError: address_refused, which never repeats a chat's address; mail_not_set_up.
        ConflictError: channels_full, for whoever has 5; channel_exists; tests_too_many.
    """
    owner_permit(user, fleet)
    shown = _shown(kind, address)
    now = clock_now()
    owner_lock(user, fleet)
    standing = channels_owned(user, fleet).filter(ended_at=None)
    if standing.count() >= CHANNELS_MOST:
        raise ConflictError(
            f"There may be {CHANNELS_MOST} channels at most; end one first.", code="channels_full"
        )
    if standing.filter(kind=kind.value, address=address).exists():
        raise ConflictError(f"{shown} is a channel already.", code="channel_exists")
    channel = NoticeChannel.objects.create(
        user=user if fleet is None else None,
        fleet=fleet,
        kind=kind.value,
        address=address,
        shown=shown,
        created_by=user.get_username(),
        created_at=now,
    )
    test_send(channel, user, fleet, now)
    channel_publish(channel, user, f"A {kind.value} channel was added; it has to be proven.", now)
    return channel


@transaction.atomic
def channel_end(*, user: User, fleet: Fleet | None, channel_id: UUID) -> NoticeChannel:
    """End a channel: what waits for it is not sent, and its address is forgotten.

    Raises:
        ForbiddenError, MissingError: as `channel_test`.
    """
    owner_permit(user, fleet)
    channel = channel_get(user=user, fleet=fleet, channel_id=channel_id, lock=True)
    now = clock_now()
    channel.state = channel_moved(ChannelState(channel.state), ChannelMove.END).value
    channel.shown = shown_to_others(channel)
    channel.ended_at, channel.address = now, ""
    channel.save(update_fields=["state", "ended_at", "address", "shown"])
    waiting = Notice.objects.filter(channel=channel, state=NoticeState.WAITING.value)
    waiting.update(
        state=notice_moved(NoticeState.WAITING, NoticeMove.DROP).value,
        unsent=Unsent.CHANNEL_ENDED.value,
        next_at=None,
        ended_at=now,
    )
    channel_publish(channel, user, f"The {channel.kind} channel {channel.shown} has ended.", now)
    return channel


def _shown(kind: ChannelKind, address: str) -> str:
    """Return what people see of an address that may be told; raises as `channel_add`."""
    if kind is ChannelKind.CHAT:
        try:
            chat_service_of(address)
        except ChatAddressError as error:
            raise InvalidFieldError(
                str(error), code="address_refused", field="address", allowed=CHAT_FORMS
            ) from error
        return chat_shown(address)
    if not mail_is_set_up():
        raise InvalidFieldError(
            "No mail server is set up, so nobody can be told by mail; whoever runs Countersign"
            " names one in EMAIL_HOST.",
            code="mail_not_set_up",
            field="kind",
            value=kind.value,
            allowed=ChannelKind.CHAT.value,
        )
    try:
        validate_email(address)
    except ValidationError as error:
        raise _mail_refusal(address) from error
    if len(address) > LONGEST_MAIL or not address.isascii():
        raise _mail_refusal(address)
    return address


def _mail_refusal(address: str) -> InvalidFieldError:
    # A chat's address that was sent as mail is a secret all the same.
    is_secret = "://" in address
    return InvalidFieldError(
        f"{'This' if is_secret else address[:80]} is no mail address.",
        code="address_refused",
        field="address",
        value=None if is_secret else address,
        allowed=_MAIL_FORM,
    )
