"""The test message of a channel, and the code in it by which its owner proves that it arrived."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac

from escalations.domain.notifying import (
    PROOF_TRIES,
    PROOF_WITHIN_MIN,
    TESTS_AN_HOUR,
    ChannelMove,
    ChannelState,
    Purpose,
    channel_moved,
)
from escalations.models import Notice
from escalations.selectors.notices import channel_get, shown_to_others
from escalations.services.channel_owners import (
    channel_publish,
    channels_owned,
    owner_permit,
)
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import NoticeChannel
    from governance.models import Fleet

# Crockford's: no letter in it is taken for a digit, or makes words.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8


@transaction.atomic
def channel_test(*, user: User, fleet: Fleet | None, channel_id: UUID) -> NoticeChannel:
    """Send a test message to a channel within seconds; while it is unproven, with a new code.

    Raises:
        ForbiddenError: role_too_low, for a fleet's channel.
        MissingError: channel_unknown.
        ConflictError: tests_too_many, after 10 within an hour.
    """
    owner_permit(user, fleet)
    channel = channel_get(user=user, fleet=fleet, channel_id=channel_id, lock=True)
    test_send(channel, user, fleet, clock_now())
    return channel


def channel_prove(*, user: User, fleet: Fleet | None, channel_id: UUID, code: str) -> NoticeChannel:
    """Return the channel as working: whoever enters its code has received it.

    One that works already stays as it is. A wrong code is counted even though it is refused.

    Raises:
        ForbiddenError, MissingError: as `channel_test`.
        InvalidFieldError: code_wrong.
        ConflictError: code_over, once it is too old or was guessed at 5 times.
    """
    with transaction.atomic():
        owner_permit(user, fleet)
        channel = channel_get(user=user, fleet=fleet, channel_id=channel_id, lock=True)
        refusal = _proved(channel, user, code, clock_now())
    if refusal is not None:
        raise refusal
    return channel


def code_of(channel: NoticeChannel) -> str:
    """Return the code that the latest test message of an unproven channel carries.

    It is derived, so that no row holds it and the sender needs none.
    """
    said = f"{channel.pk}:{channel.tests}"
    number = int(salted_hmac("countersign.channel", said, algorithm="sha256").hexdigest(), 16)
    letters = []
    for _ in range(_CODE_LENGTH):
        number, at = divmod(number, len(_CODE_LETTERS))
        letters.append(_CODE_LETTERS[at])
    return "".join(letters)


def _proved(
    channel: NoticeChannel, user: User, code: str, now: datetime
) -> ConflictError | InvalidFieldError | None:
    """Move a locked channel on if the code is its own, and return what is wrong with it else."""
    if channel.state != ChannelState.UNPROVEN:
        return None
    is_over = channel.proof_until is None or channel.proof_until <= now
    if is_over or channel.proof_tries >= PROOF_TRIES:
        return ConflictError(
            "This code counts no longer; send a new one.",
            code="code_over",
            field="code",
            allowed=f"a code of the last {PROOF_WITHIN_MIN} min, within {PROOF_TRIES} tries",
        )
    entered = code.replace("-", "").replace(" ", "").upper()
    if not secrets.compare_digest(entered.encode(), code_of(channel).encode()):
        channel.proof_tries += 1
        channel.save(update_fields=["proof_tries"])
        return InvalidFieldError(
            "This is not the code of the latest message.",
            code="code_wrong",
            field="code",
            value=code,
            allowed=f"the {_CODE_LENGTH} characters that were sent to {channel.shown}",
        )
    channel.state = channel_moved(ChannelState.UNPROVEN, ChannelMove.PROVE).value
    channel.proven_at, channel.proof_until, channel.failures = now, None, 0
    channel.save(update_fields=["state", "proven_at", "proof_until", "failures"])
    shown = shown_to_others(channel)
    told = f"The {channel.kind} channel {shown} is proven: it is told of tickets."
    channel_publish(channel, user, told, now)
    return None


def test_send(channel: NoticeChannel, user: User, fleet: Fleet | None, now: datetime) -> None:
    """Put a test message for a locked or new channel on its way.

    Raises:
        ConflictError: tests_too_many.
    """
    lately = Notice.objects.filter(
        channel__in=channels_owned(user, fleet),
        purpose=Purpose.TEST.value,
        planned_at__gt=now - timedelta(hours=1),
    )
    if lately.count() >= TESTS_AN_HOUR:
        raise ConflictError(
            f"There were {TESTS_AN_HOUR} test messages within an hour; wait a little.",
            code="tests_too_many",
        )
    channel.tests += 1
    channel.proof_tries = 0
    channel.proof_until = now + timedelta(minutes=PROOF_WITHIN_MIN)
    channel.save(update_fields=["tests", "proof_tries", "proof_until"])
    Notice.objects.create(
        channel=channel, purpose=Purpose.TEST.value, planned_at=now, due_at=now, next_at=now
    )
