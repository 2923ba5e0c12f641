"""Channels, and what became of each message: per person, per fleet and per ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q

from escalations.domain.notice_timing import QuietHours
from escalations.domain.notice_told import Told, told_sentence, told_state
from escalations.domain.notifying import (
    TOLD_ON,
    ChannelKind,
    NoticeState,
    Purpose,
    Unsent,
)
from escalations.models import Notice, NoticeChannel, NoticeHours
from escalations.selectors.judging import ended_because
from governance.refusals import MissingError
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.models import Fleet

UTC_ZONE = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold:
    """What became of one message about a ticket.

    ``state`` is what counts now: a message that waits for a ticket that has ended is DROPPED.
    ``sentence`` says all of it with times in UTC; ``at`` is the time in it, None where there is
    none, and ``who`` its beginning, such as ``mail to Mona``.
    """

    id: UUID
    kind: ChannelKind
    level: int
    state: NoticeState
    who: str
    sentence: str
    at: datetime | None
    attempts: int


def channels_of_person(*, user: User) -> list[NoticeChannel]:
    """Return the person's channels that have not ended, oldest first."""
    return list(NoticeChannel.objects.filter(user=user, ended_at=None).order_by("id"))


def channels_of_fleet(*, fleet: Fleet) -> list[NoticeChannel]:
    """Return the fleet's own channels that have not ended, oldest first."""
    return list(NoticeChannel.objects.filter(fleet=fleet, ended_at=None).order_by("id"))


def channel_get(
    *, user: User, fleet: Fleet | None, channel_id: UUID, lock: bool = False
) -> NoticeChannel:
    """Return a channel of the fleet or, without one, of the person; its row locked if asked.

    Raises:
        MissingError: channel_unknown, for one that has ended or is somebody else's, alike.
    """
    rows = NoticeChannel.objects.filter(pk=channel_id, ended_at=None)
    rows = rows.filter(user=user) if fleet is None else rows.filter(fleet=fleet)
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise MissingError(
            f"There is no channel {channel_id}.",
            code="channel_unknown",
            field="channel",
            value=str(channel_id),
        )
    return found


def hours_of(*, user: User) -> NoticeHours:
    """Return the person's time zone and quiet hours; UTC and none where nothing was said."""
    found = NoticeHours.objects.filter(user=user).first()
    return NoticeHours(user=user, zone=UTC_ZONE) if found is None else found


def quiet_of(hours: NoticeHours | None) -> QuietHours | None:
    """Return the quiet hours of a row, None where there are none."""
    if hours is None or hours.quiet_from is None or hours.quiet_until is None:
        return None
    return QuietHours(zone=ZoneInfo(hours.zone), begins=hours.quiet_from, until=hours.quiet_until)


def hours_by_person(user_ids: Collection[int]) -> Mapping[int, NoticeHours]:
    """Return the hours of those people who have said any, by their keys."""
    rows = NoticeHours.objects.filter(user_id__in=user_ids)
    return {row.user_id: row for row in rows}


def channels_to_call(*, fleet_id: UUID) -> list[NoticeChannel]:
    """Return the channels, of the fleet and of its members, that tickets are told on."""
    whose = Q(fleet_id=fleet_id) | Q(user__memberships__fleet_id=fleet_id, user__is_active=True)
    rows = NoticeChannel.objects.filter(whose, state__in=[state.value for state in TOLD_ON])
    return list(rows.order_by("id"))


def notices_of_ticket(*, ticket: Ticket, now: datetime) -> list[NoticeTold]:
    """Return what became of every message about the ticket, level by level, in planned order."""
    rows = (
        Notice.objects.filter(ticket=ticket, purpose=Purpose.CALL.value)
        .select_related("channel__user", "folded_into", "instead_of__channel__user")
        .order_by("level", "due_at", "id")
    )
    over = ended_because(ticket, now=now)
    return [_told(row, over) for row in rows]


def channels_of_people(*, user_ids: Collection[int]) -> list[NoticeChannel]:
    """Return the channels of these people that have not ended, oldest first."""
    return list(NoticeChannel.objects.filter(user_id__in=user_ids, ended_at=None).order_by("id"))


def tests_latest(*, channels: Collection[NoticeChannel]) -> Mapping[UUID, NoticeTold]:
    """Return what became of the latest test message of each channel, by the channel's id."""
    rows = Notice.objects.filter(channel__in=channels, purpose=Purpose.TEST.value)
    latest = rows.order_by("channel_id", "-planned_at", "-id").distinct("channel_id")
    told = latest.select_related("channel__user", "folded_into", "instead_of__channel__user")
    return {row.channel_id: _told(row, None) for row in told}


def whose_channel(channel: NoticeChannel) -> str:
    """Return a channel in words: ``mail to Mona``, ``chat of the fleet``."""
    if channel.user is None:
        return f"{channel.kind} of the fleet"
    return f"{channel.kind} to {person_name(channel.user)}"


def shown_to_others(channel: NoticeChannel) -> str:
    """Return what anybody may read of a channel, for good: of a mail address only its domain."""
    if channel.kind != ChannelKind.MAIL:
        return channel.shown
    return f"…@{channel.shown.rpartition('@')[2]}"


def _told(row: Notice, over: Unsent | None) -> NoticeTold:
    instead = "" if row.instead_of is None else whose_channel(row.instead_of.channel)
    folded = row.folded_into
    told = Told(
        who=whose_channel(row.channel),
        state=NoticeState(row.state),
        unsent=Unsent(row.unsent) if row.unsent else None,
        over=over,
        due_at=row.due_at,
        held_until=row.held_until,
        next_at=row.next_at,
        attempts=row.attempts,
        ended_at=row.ended_at,
        folded_state=None if folded is None else NoticeState(folded.state),
        folded_at=None if folded is None else folded.ended_at or folded.next_at,
        instead_of=instead,
    )
    sentence, at = told_sentence(told)
    return NoticeTold(
        id=row.pk,
        kind=ChannelKind(row.channel.kind),
        level=row.level or 1,
        state=told_state(told),
        who=told.who,
        sentence=sentence,
        at=at,
        attempts=row.attempts,
    )
