"""Plan who is told of a ticket outside the browser, in the transaction that calls them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalations.domain.escalation import called_on
from escalations.domain.notice_timing import due_after, due_at, quiet_until
from escalations.domain.notifying import ChannelKind, ChannelState, Purpose
from escalations.domain.reaching import level_due
from escalations.models import Notice
from escalations.selectors.escalation import escalation_of
from escalations.selectors.notices import channels_to_call, hours_by_person, quiet_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from escalations.domain.escalation import EscalationPolicy
    from escalations.domain.routing import Routing
    from escalations.models import NoticeChannel, NoticeHours, Ticket


@dataclass(frozen=True, slots=True)
class Called:
    """A ticket whose level has just been called, and who may decide it."""

    ticket: Ticket
    routing: Routing


@dataclass(frozen=True, slots=True)
class _Ways:
    """The channels of a fleet, what kinds of each owner work, and the hours of its people."""

    channels: Sequence[NoticeChannel]
    kinds: Mapping[int | None, frozenset[ChannelKind]]
    hours: Mapping[int, NoticeHours]


def calls_plan(called: Sequence[Called], *, now: datetime, flooded: bool = False) -> int:
    """Write a message for each channel of those called, and of the fleet; return how many.

    Each ticket's level is told once to a channel, however often this is asked for. Those who may
    not decide the ticket are told nothing.

    Args:
        called: stored tickets of one fleet.
        now: the moment of the call.
        flooded: nobody is called for these alone, only together with others.
    """
    if not called:
        return 0
    ways = _ways_of(called[0].ticket)
    planned = [
        notice
        for each in called
        for channel in ways.channels
        if (notice := _planned(each, channel, ways, flooded=flooded, now=now)) is not None
    ]
    Notice.objects.bulk_create(planned, ignore_conflicts=True)
    return len(planned)


def _ways_of(ticket: Ticket) -> _Ways:
    channels = channels_to_call(fleet_id=ticket.fleet_id)
    kinds: dict[int | None, set[ChannelKind]] = defaultdict(set)
    for channel in channels:
        # What fails may tell nobody: another must not wait for its turn after it.
        if channel.state == ChannelState.WORKING:
            kinds[channel.user_id].add(ChannelKind(channel.kind))
    people = [channel.user_id for channel in channels if channel.user_id is not None]
    return _Ways(
        channels,
        {whose: frozenset(found) for whose, found in kinds.items()},
        hours_by_person(people) if people else {},
    )


def _planned(
    called: Called, channel: NoticeChannel, ways: _Ways, *, flooded: bool, now: datetime
) -> Notice | None:
    ticket, policy = called.ticket, escalation_of(called.ticket)
    if policy is None or not _is_called(called, channel, policy):
        return None
    after = due_after(
        ChannelKind(channel.kind),
        ways.kinds.get(channel.user_id, frozenset()),
        chat_after_s=policy.chat_after_s,
        mail_after_s=policy.mail_after_s,
    )
    due = due_at(now, _until(ticket, policy), after)
    held = None
    if channel.user_id is not None and not is_last(ticket, ticket.escalation_level):
        held = quiet_until(quiet_of(ways.hours.get(channel.user_id)), now=due)
    return Notice(
        channel=channel,
        purpose=Purpose.CALL.value,
        ticket=ticket,
        level=ticket.escalation_level,
        flooded=flooded,
        planned_at=now,
        due_at=due,
        held_until=held,
        next_at=held or due,
    )


def is_last(ticket: Ticket, level: int) -> bool:
    """Return whether a level is the last of the ticket's policy, which no quiet hours mute."""
    policy = escalation_of(ticket)
    return policy is None or level >= len(policy.levels)


def _is_called(called: Called, channel: NoticeChannel, policy: EscalationPolicy) -> bool:
    if channel.user_id is None:
        return True
    able = {person.id: person for person in called.routing.eligible}
    return str(channel.user_id) in called_on(
        policy.levels[called.ticket.escalation_level - 1], able
    )


def _until(ticket: Ticket, policy: EscalationPolicy) -> datetime:
    """Return when the next level is called, or the time to decide ends."""
    level = ticket.escalation_level
    if level >= len(policy.levels):
        return ticket.decide_by
    return level_due(policy, level + 1, opened_at=ticket.opened_at, decide_by=ticket.decide_by)
