"""Take the next message of a channel to send: judged again, held, folded into one, or dropped.

All of it is one transaction before anything is sent, and as shortly before as can be: what people
decide from then on is overtaken by the message only while it is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, Max, Value, When

from escalations.domain.notice_timing import FLOOD_WITHIN, digest_at, is_flood, quiet_until
from escalations.domain.notifying import (
    NoticeMove,
    NoticeState,
    Purpose,
    Unsent,
    notice_moved,
)
from escalations.models import Notice, NoticeChannel
from escalations.selectors.judging import call_unsent, channel_unsent
from escalations.selectors.notice_messages import digest_calls, message_of
from escalations.selectors.notices import hours_of, quiet_of
from escalations.selectors.reports import report_of, report_unsent
from escalations.services.channel_proof import code_of
from escalations.services.notice_planning import is_last
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from escalations.domain.notice_text import Message

# An attempt nobody has heard of for this long is lost with its worker; longer than a mail server
# may take for all the steps of one mail, 5 s each.
CLAIMED_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that was looked at; ``message`` is None where nothing is sent now."""

    notice: Notice
    message: Message | None


@transaction.atomic
def notice_claim(channel_id: UUID) -> Claimed | None:
    """Return the channel's next message, counted as attempted; None if none is due.

    The caller holds the channel's lease. A test comes first: somebody waits for it.
    """
    now = clock_now()
    notice = _next(channel_id, now)
    if notice is None:
        return None
    unsent = _unsent(notice, now)
    if unsent is not None:
        if not _put_off(notice, unsent):
            _drop(notice, unsent, now)
        return Claimed(notice, None)
    if _held(notice, now) or _folded(notice, now):
        return Claimed(notice, None)
    message = message_of(notice, code=code_of(notice.channel), now=now)
    notice.attempts += 1
    notice.next_at = now + CLAIMED_FOR
    notice.save(update_fields=["attempts", "next_at"])
    return Claimed(notice, message)


def notices_due(now: datetime) -> QuerySet[Notice]:
    """Return the messages that are to be looked at now."""
    return Notice.objects.filter(state=NoticeState.WAITING.value, next_at__lte=now)


def _next(channel_id: UUID, now: datetime) -> Notice | None:
    free = (
        notices_due(now)
        .filter(channel=channel_id)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    first = Case(
        When(purpose=Purpose.TEST.value, then=Value(0)),
        When(purpose=Purpose.CALL.value, then=Value(1)),
        default=Value(2),
    )
    rows = free.select_related(
        "channel__user", "channel__fleet", "ticket__fleet", "ticket__agent", "ticket__task"
    )
    return rows.order_by(first, "next_at", "id").first()


def _unsent(notice: Notice, now: datetime) -> Unsent | None:
    """Return why a message is not sent, None if it is; one for several goes while one waits."""
    unsent = channel_unsent(notice.channel)
    if unsent is not None or notice.purpose == Purpose.TEST:
        return unsent
    if notice.purpose == Purpose.REPORT:
        return report_unsent(report_of(notice))
    if notice.purpose == Purpose.CALL:
        return call_unsent(notice, now=now)
    wanted, why = digest_calls(notice, now=now)
    return None if wanted else why


def _put_off(notice: Notice, unsent: Unsent) -> bool:
    """Let a call wait for as long as its ticket is snoozed, and return whether it does.

    A ticket that wakes is nobody's, and who put it off need not be the one who was to be told.
    """
    if unsent is not Unsent.SNOOZED or notice.ticket is None:
        return False
    notice.next_at = notice.ticket.snoozed_until
    notice.save(update_fields=["next_at"])
    return True


def _drop(notice: Notice, unsent: Unsent, now: datetime) -> None:
    notice.state = notice_moved(NoticeState.WAITING, NoticeMove.DROP).value
    notice.unsent, notice.next_at, notice.ended_at = unsent.value, None, now
    notice.save(update_fields=["state", "unsent", "next_at", "ended_at"])


def _held(notice: Notice, now: datetime) -> bool:
    """Put a message off until the quiet hours of its reader end, and return whether it was."""
    user = notice.channel.user
    if user is None or notice.purpose == Purpose.TEST:
        return False
    until = quiet_until(quiet_of(hours_of(user=user)), now=now)
    if until is None or any(_is_on_last(each) for each in _told_in(notice, now)):
        return False
    notice.held_until = notice.next_at = until
    notice.save(update_fields=["held_until", "next_at"])
    return True


def _told_in(notice: Notice, now: datetime) -> Sequence[Notice]:
    """Return the calls that a message tells of now."""
    return [notice] if notice.purpose == Purpose.CALL else digest_calls(notice, now=now)[0]


def _is_on_last(call: Notice) -> bool:
    return call.ticket is not None and is_last(call.ticket, call.level or 1)


def _folded(notice: Notice, now: datetime) -> bool:
    """Fold a call into one message for several where there are too many, and return whether.

    What was attempted already goes on alone: its reader may have it.
    """
    channel = notice.channel
    if notice.purpose != Purpose.CALL or notice.attempts:
        return False
    if not (notice.flooded or is_flood(_sent_lately(channel, now))):
        return False
    notice.folded_into = _digest_open(channel, now, or_held=not _is_on_last(notice))
    notice.state = notice_moved(NoticeState.WAITING, NoticeMove.FOLD).value
    notice.next_at, notice.ended_at = None, now
    notice.save(update_fields=["folded_into", "state", "next_at", "ended_at"])
    return True


def _sent_lately(channel: NoticeChannel, now: datetime) -> int:
    lately = Notice.objects.filter(channel=channel, sent_at__gt=now - FLOOD_WITHIN)
    return lately.filter(purpose=Purpose.CALL.value).count()


def _digest_open(channel: NoticeChannel, now: datetime, *, or_held: bool) -> Notice:
    """Return the message for several that was not attempted yet, a new one if there is none.

    Args:
        channel: where to.
        now: the moment.
        or_held: whether one that waits for the end of quiet hours will do.
    """
    digests = Notice.objects.filter(channel=channel, purpose=Purpose.DIGEST.value)
    open_ones = digests.filter(state=NoticeState.WAITING.value, attempts=0)
    waiting = (open_ones if or_held else open_ones.filter(held_until=None)).first()
    if waiting is not None:
        return waiting
    due = digest_at(digests.aggregate(last=Max("sent_at"))["last"], now=now)
    return Notice.objects.create(
        channel=channel,
        purpose=Purpose.DIGEST.value,
        planned_at=now,
        due_at=due,
        next_at=due,
    )
