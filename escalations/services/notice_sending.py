"""Messages to people on their way out: one row for each call and channel, worked until it ends.

A row is claimed and that is committed before anything is sent, so that a worker that dies leaves it
to be tried again, under the same id. No lock is held while a message is under way.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.notice_timing import retry_at
from escalations.domain.notifying import (
    PROOF_WITHIN_MIN,
    ChannelState,
    NoticeMove,
    NoticeState,
    Purpose,
    channel_judged,
    notice_moved,
)
from escalations.events import ChannelFailing
from escalations.models import Notice, NoticeChannel
from escalations.selectors.notice_messages import calls_told
from escalations.selectors.notices import whose_channel
from escalations.services.notice_claiming import CLAIMED_FOR, notice_claim, notices_due
from escalations.services.notice_out import NotTakenError, message_send
from escalations.services.notice_second import second_try
from governance.selectors.clock import clock_now
from governance.services.counted import told_counted
from governance.services.events import events_publish
from governance.services.leasing import lease_free, leased_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from escalations.services.notice_claiming import Claimed

logger = logging.getLogger(__name__)

SENDER = "courier"
# One channel is sent to for so long at a time, and by one worker.
RUN_FOR = timedelta(seconds=20)


def channels_due() -> list[UUID]:
    """Return the channels that have something to be sent now and that nobody is working on."""
    now = clock_now()
    due = notices_due(now).filter(lease_free(now, prefix="channel__"))
    return list(due.values_list("channel_id", flat=True).distinct())


def notices_send(*, channel_id: UUID, send: Callable[..., None] = message_send) -> int:
    """Send what is due to one channel; return how many messages were taken.

    It stops at the first that is not taken, and after 20 s: others wait as well.

    Args:
        channel_id: the channel; one that is worked on is sent nothing.
        send: sends one message, as `message_send`.
    """

    def send_next() -> int | None:
        claimed = notice_claim(channel_id)
        if claimed is None or claimed.message is None:
            return None if claimed is None else 0
        return 1 if _attempt(claimed, send) else None

    channels = NoticeChannel.objects.filter(pk=channel_id)
    return leased_work(channels, send_next, step=CLAIMED_FOR, run_for=RUN_FOR)


def _attempt(claimed: Claimed, send: Callable[..., None]) -> bool:
    """Send a claimed message, note what came of it, and return whether it was taken."""
    notice = claimed.notice
    try:
        send(notice.channel, claimed.message, notice_id=notice.pk)
    except NotTakenError as error:
        told_counted(notice.channel.kind, taken=False)
        return _note(notice, str(error))
    except Exception:  # noqa: BLE001
        # The boundary: what nobody thought of is an attempt that failed like any other. The
        # traceback of a chat would hold its address.
        logger.error("message %s could not be sent", notice.pk)  # noqa: TRY400
        told_counted(notice.channel.kind, taken=False)
        return _note(notice, "It could not be sent.")
    told_counted(notice.channel.kind, taken=True)
    return _note(notice, "")


@transaction.atomic
def _note(notice: Notice, error: str) -> bool:
    """Write down what came of an attempt, unless the message went on without it meanwhile.

    A test that fails says nothing new of how the channel is doing.
    """
    channels = NoticeChannel.objects.select_for_update(of=("self",), no_key=True)
    channel, now = channels.select_related("user").get(pk=notice.channel_id), clock_now()
    rows = Notice.objects.filter(
        pk=notice.pk, attempts=notice.attempts, state=NoticeState.WAITING.value
    )
    if not rows.update(**_outcome(notice, error, now)):
        return not error
    if not error:
        _judge(channel, notice, "", now)
    elif notice.purpose != Purpose.TEST:
        _judge(channel, notice, error, now)
    else:
        NoticeChannel.objects.filter(pk=channel.pk).update(last_error=error)
    return not error


def _outcome(notice: Notice, error: str, now: datetime) -> dict[str, object]:
    if not error:
        sent = notice_moved(NoticeState.WAITING, NoticeMove.SEND).value
        return {"state": sent, "sent_at": now, "ended_at": now, "next_at": None, "last_error": ""}
    again = retry_at(notice.attempts, now=now, decide_by=_needed_until(notice))
    if again is not None:
        return {"next_at": again, "last_error": error}
    failed = notice_moved(NoticeState.WAITING, NoticeMove.FAIL).value
    return {"state": failed, "ended_at": now, "next_at": None, "last_error": error}


def _needed_until(notice: Notice) -> datetime | None:
    """Return until when a message is tried again; None: until it was tried often enough."""
    if notice.purpose == Purpose.REPORT:
        return None
    if notice.ticket is not None:
        return notice.ticket.decide_by
    return notice.planned_at + timedelta(minutes=PROOF_WITHIN_MIN)


def _judge(channel: NoticeChannel, notice: Notice, error: str, now: datetime) -> None:
    """Count an attempt; where a locked channel fails too often, another is tried at once."""
    channel.failures = channel.failures + 1 if error else 0
    channel.last_error = error
    if not error:
        channel.sent_at = now
    before = ChannelState(channel.state)
    channel.state = channel_judged(before, failures=channel.failures).value
    channel.save(update_fields=["failures", "last_error", "sent_at", "state"])
    if not error or channel.state != ChannelState.FAILING:
        return
    calls = calls_told(notice)
    for call in calls:
        second_try(call, now=now)
    fleet_id = next((call.ticket.fleet_id for call in calls if call.ticket is not None), None)
    if before is not ChannelState.FAILING and fleet_id is not None:
        # Why is for the owner alone: what a server says can name more than the others may know.
        told = f"{whose_channel(channel)} failed {channel.failures} times in a row."
        failing = ChannelFailing(
            fleet_id=fleet_id,
            actor=SENDER,
            channel_id=channel.pk,
            failures=channel.failures,
            sentence=f"{told[:1].upper()}{told[1:]}",
        )
        events_publish(failing, now=now)
