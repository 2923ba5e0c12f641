"""The other channel of a person, or of a fleet, where one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.notifying import ChannelState, NoticeState, Purpose
from escalations.models import Notice, NoticeChannel

if TYPE_CHECKING:
    from datetime import datetime


def second_try(failed: Notice, *, now: datetime) -> int:
    """Tell of the same call on every other channel of its owner that works, at once.

    What is planned there already is brought forward, what was sent there is not sent again.

    Args:
        failed: a call whose channel fails.
        now: the moment.

    Returns:
        How many channels that makes.
    """
    channel = failed.channel
    owned = NoticeChannel.objects.filter(
        user=channel.user_id, fleet=channel.fleet_id, state=ChannelState.WORKING.value
    )
    return sum(_bring(failed, other, now) for other in owned.exclude(pk=channel.pk).order_by("id"))


def _bring(failed: Notice, other: NoticeChannel, now: datetime) -> int:
    found, made = Notice.objects.get_or_create(
        ticket=failed.ticket,
        level=failed.level,
        channel=other,
        purpose=Purpose.CALL.value,
        defaults={
            "flooded": failed.flooded,
            "planned_at": now,
            "due_at": now,
            "next_at": now,
            "instead_of": failed,
        },
    )
    if made:
        return 1
    waiting = Notice.objects.filter(
        pk=found.pk, state=NoticeState.WAITING.value, attempts=0, next_at__gt=now
    )
    return waiting.update(next_at=now, held_until=None, instead_of=failed)
