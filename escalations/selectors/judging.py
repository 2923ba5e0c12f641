"""Whether a message about a ticket is still wanted, read again at the moment of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from escalations.domain.escalation import called_on
from escalations.domain.lifecycle import TicketState
from escalations.domain.notifying import ChannelKind, ChannelState, Unsent
from escalations.domain.routing import route
from escalations.domain.wanted import over_because
from escalations.models import Notice, NoticeChannel, Ticket
from escalations.selectors.escalation import escalation_of
from escalations.selectors.routing import people_of, route_of, votes_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.domain.routing import Person


def ended_because(ticket: Ticket, *, now: datetime) -> Unsent | None:
    """Return why nobody needs to hear of the ticket at ``now``; None if somebody does."""
    return over_because(
        TicketState(ticket.state),
        decide_by=ticket.decide_by,
        snoozed_until=ticket.snoozed_until,
        is_archived=ticket.fleet.archived_at is not None,
        now=now,
    )


def mail_is_set_up() -> bool:
    """Return whether a mail server is set up; without one no mail is offered or sent."""
    return bool(settings.EMAIL_HOST)


def channel_unsent(channel: NoticeChannel) -> Unsent | None:
    """Return why nothing can be sent to a channel, None if something can."""
    if channel.state == ChannelState.ENDED:
        return Unsent.CHANNEL_ENDED
    if channel.kind == ChannelKind.MAIL and not mail_is_set_up():
        return Unsent.NO_MAIL_SERVER
    if channel.user is not None and not channel.user.is_active:
        return Unsent.ACCOUNT_CLOSED
    return None


def call_unsent(
    notice: Notice, *, now: datetime, members: Callable[..., Mapping[str, Person]] = people_of
) -> Unsent | None:
    """Return why a call is not sent at ``now``, None if it is; all is read as it is now.

    Args:
        notice: with its ticket, whose fleet and agent, and its channel, whose person.
        now: the moment.
        members: as `people_of`; whoever asks about many calls need not read them for each.
    """
    ticket, channel = notice.ticket, notice.channel
    if ticket is None:
        return None
    ended = ended_because(ticket, now=now)
    if ended is not None or channel.user is None:
        return ended
    return _person_unsent(ticket, channel.user, notice.level or 1, members(fleet=ticket.fleet))


def called_and_able(ticket: Ticket, level: int, people: Mapping[str, Person]) -> frozenset[str]:
    """Return the ids of the members whom a level of the ticket calls and who may decide it.

    Whoever owns the agent or asked for the task is left out: four eyes.
    """
    policy = escalation_of(ticket)
    if policy is None:
        return frozenset()
    return called_on(policy.levels[level - 1], people) & _able(ticket, people)


def _person_unsent(
    ticket: Ticket, user: User, level: int, people: Mapping[str, Person]
) -> Unsent | None:
    person, policy = str(user.pk), escalation_of(ticket)
    if person not in people:
        return Unsent.NO_MEMBER
    if policy is None or person not in called_on(policy.levels[level - 1], people):
        return Unsent.NOT_CALLED
    return None if person in _able(ticket, people) else Unsent.BARRED


def _able(ticket: Ticket, people: Mapping[str, Person]) -> frozenset[str]:
    votes = votes_standing(ticket=ticket)
    asked = route_of(ticket=ticket, votes=votes, people=people)
    return frozenset(person.id for person in route(tuple(people.values()), asked).eligible)
