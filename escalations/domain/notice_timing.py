"""When a person is told: by steps, outside quiet hours, again after a failure, not in a flood."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from escalations.domain.notifying import ChannelKind
from governance.domain.webhooks import retry_s

# However long the delays of a policy, half of the time that a level has is left to answer.
# Own choice.
STEP_SHARE_MOST = 0.5
# More than this many messages to one channel within this time are told in one.
ALONE_MOST = 5
FLOOD_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a person wants to hear nothing: from and until a time of day in their zone.

    ``until`` before ``begins`` crosses midnight. The two differ.
    """

    zone: tzinfo
    begins: time
    until: time


def due_after(
    kind: ChannelKind, others: Collection[ChannelKind], *, chat_after_s: int, mail_after_s: int
) -> timedelta:
    """Return how long after the call a channel is told, before any cap.

    Args:
        kind: of the channel.
        others: the kinds of all channels of the same person that work; a person who has only
            mail is told at the chat's moment.
        chat_after_s: seconds until chat, from the policy.
        mail_after_s: seconds until mail, from the policy.
    """
    waits = kind is ChannelKind.MAIL and ChannelKind.CHAT in others
    return timedelta(seconds=mail_after_s if waits else chat_after_s)


def due_at(called_at: datetime, until: datetime, after: timedelta) -> datetime:
    """Return when a channel is told of a call.

    Args:
        called_at: when the level was called.
        until: when the next level is, or the time to decide ends.
        after: the delay of the policy; capped to half of the time in between.
    """
    return called_at + min(after, max(until - called_at, timedelta()) * STEP_SHARE_MOST)


def quiet_until(quiet: QuietHours | None, *, now: datetime) -> datetime | None:
    """Return when the quiet hours that ``now`` is in end, None outside of them.

    Times of day are those of the person's clock: on the days when it changes they are shorter or
    longer by that.
    """
    if quiet is None:
        return None
    local = now.astimezone(quiet.zone)
    clock, crosses = local.time(), quiet.until < quiet.begins
    if crosses:
        inside = clock >= quiet.begins or clock < quiet.until
    else:
        inside = quiet.begins <= clock < quiet.until
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if crosses and clock >= quiet.begins else 0)
    end = datetime.combine(day, quiet.until, tzinfo=quiet.zone).astimezone(now.tzinfo)
    # In the hour that a clock repeats, the end read from it may be behind.
    return end if end > now else None


def retry_at(attempts: int, *, now: datetime, decide_by: datetime | None) -> datetime | None:
    """Return when a message is tried again, None if it is given up.

    Args:
        attempts: made so far, at least 1.
        now: the time of the last one.
        decide_by: after it nobody needs the message; None: it is about no ticket.
    """
    wait_s = retry_s(attempts)
    if wait_s is None:
        return None
    found = now + timedelta(seconds=wait_s)
    return None if decide_by is not None and found >= decide_by else found


def is_flood(sent_lately: int) -> bool:
    """Return whether one more message to a channel would be too many to read one by one.

    Args:
        sent_lately: messages to the channel within the last 10 min.
    """
    return sent_lately >= ALONE_MOST


def digest_at(last: datetime | None, *, now: datetime) -> datetime:
    """Return when the next message that folds others may be sent: one in 10 min at most.

    Args:
        last: when the one before was sent, None if there was none.
        now: the moment.
    """
    return now if last is None else max(now, last + FLOOD_WITHIN)
