"""``/api/v1/channels``, ``/fleet/channels``: where people are told that a ticket waits."""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import TYPE_CHECKING

from escalations.api.bodies_channels import ChannelBody, CodeBody, HoursBody
from escalations.api.views import TicketApiView
from escalations.selectors.notices import (
    channels_of_fleet,
    channels_of_person,
    hours_of,
    notices_of_ticket,
)
from escalations.selectors.tickets import ticket_by_id
from escalations.services.channel_proof import channel_prove, channel_test
from escalations.services.channels import channel_add, channel_end
from escalations.services.notice_hours import hours_set
from governance.api.answers import answer
from governance.api.callers import Person, permission_require, person_required
from governance.domain.permissions import Action
from governance.domain.types import Scope
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.api.shown_channels import ChannelShown, HoursShown, NoticeShown
    from escalations.models import NoticeChannel, NoticeHours
    from escalations.selectors.notices import NoticeTold
    from governance.models import Fleet


class OwnChannelsView(TicketApiView):
    """The caller's own channels."""

    http_method_names = ["get", "head", "post"]

    def get(self, _request: Request) -> HttpResponse:
        """Return the caller's channels that have not ended, oldest first."""
        person = person_required(self.caller)
        return _listed(channels_of_person(user=person.user))

    def post(self, _request: Request) -> HttpResponse:
        """Add a channel, which is sent a code, and return it."""
        person, body = person_required(self.caller), self.body(ChannelBody)
        return self.once(partial(_added, person, None, body))


class FleetChannelsView(TicketApiView):
    """The channels of the fleet as a whole."""

    http_method_names = ["get", "head", "post"]

    def get(self, _request: Request) -> HttpResponse:
        """Return the fleet's channels that have not ended, oldest first."""
        caller = self.caller
        permission_require(caller, Action.WEBHOOKS_VIEW, scope=Scope.READ)
        return _listed(channels_of_fleet(fleet=caller.fleet))

    def post(self, _request: Request) -> HttpResponse:
        """Add a channel, which is sent a code, and return it."""
        person, body = person_required(self.caller), self.body(ChannelBody)
        return self.once(partial(_added, person, person.fleet, body))


class ChannelMoveView(TicketApiView):
    """A move of one channel; ``of_fleet`` says whose."""

    http_method_names = ["post"]
    of_fleet = False

    def moved(self, move: Callable[..., NoticeChannel], channel_id: UUID) -> HttpResponse:
        """Make the move once and return the channel."""
        person = person_required(self.caller)
        call = partial(move, user=person.user, fleet=self._fleet(person), channel_id=channel_id)
        return self.once(lambda: answer(channel_shown(call())))

    def _fleet(self, person: Person) -> Fleet | None:
        return person.fleet if self.of_fleet else None


class ChannelTestView(ChannelMoveView):
    """``POST channels/{id}/test``: a message, to see it arrive."""

    def post(self, _request: Request, channel_id: UUID) -> HttpResponse:
        """Send the message within seconds and return the channel."""
        return self.moved(channel_test, channel_id)


class ChannelProveView(ChannelMoveView):
    """``POST channels/{id}/prove``: the code that arrived."""

    def post(self, _request: Request, channel_id: UUID) -> HttpResponse:
        """Return the channel as working; each wrong code counts, sent again or not."""
        person, body = person_required(self.caller), self.body(CodeBody)
        proven = channel_prove(
            user=person.user, fleet=self._fleet(person), channel_id=channel_id, code=body.code
        )
        return answer(channel_shown(proven))


class ChannelEndView(ChannelMoveView):
    """``POST channels/{id}/end``: it is told nothing any more."""

    def post(self, _request: Request, channel_id: UUID) -> HttpResponse:
        """End the channel and return it."""
        return self.moved(channel_end, channel_id)


class HoursView(TicketApiView):
    """``channels/hours``: the caller's time zone and quiet hours."""

    http_method_names = ["get", "head", "put"]

    def get(self, _request: Request) -> HttpResponse:
        """Return them; UTC and no quiet hours where nothing was said."""
        return answer(hours_shown(hours_of(user=person_required(self.caller).user)))

    def put(self, _request: Request) -> HttpResponse:
        """Put others in their place and return them."""
        person, body = person_required(self.caller), self.body(HoursBody)
        hours = hours_set(
            user=person.user,
            zone=body.zone,
            quiet_from=_time(body.quiet_from),
            quiet_until=_time(body.quiet_until),
        )
        return answer(hours_shown(hours))


class NoticesView(TicketApiView):
    """``GET tickets/{id}/notices``: who was told of a ticket outside the browser."""

    http_method_names = ["get", "head"]

    def get(self, _request: Request, ticket_id: UUID) -> HttpResponse:
        """Return what became of each message, level by level."""
        ticket = ticket_by_id(fleet=self.fleet_read, ticket_id=ticket_id)
        found = notices_of_ticket(ticket=ticket, now=clock_now())
        return answer({"notices": [notice_shown(each) for each in found]})


def channel_shown(channel: NoticeChannel) -> ChannelShown:
    """Return a channel as callers see it: never with the address of a chat."""
    return {
        "id": channel.pk,
        "kind": channel.kind,
        "shown": channel.shown,
        "state": channel.state,
        "failures": channel.failures,
        "last_error": channel.last_error,
        "proven_at": channel.proven_at,
        "sent_at": channel.sent_at,
        "created_by": channel.created_by,
        "created_at": channel.created_at,
        "ended_at": channel.ended_at,
    }


def hours_shown(hours: NoticeHours) -> HoursShown:
    """Return a person's hours as they write them."""
    quiet_from, quiet_until = hours.quiet_from, hours.quiet_until
    return {
        "zone": hours.zone,
        "quiet_from": None if quiet_from is None else f"{quiet_from:%H:%M}",
        "quiet_until": None if quiet_until is None else f"{quiet_until:%H:%M}",
    }


def notice_shown(told: NoticeTold) -> NoticeShown:
    """Return what became of one message."""
    return {
        "id": told.id,
        "kind": told.kind.value,
        "level": told.level,
        "state": told.state.value,
        "who": told.who,
        "sentence": told.sentence,
        "at": told.at,
        "attempts": told.attempts,
    }


def _added(person: Person, fleet: Fleet | None, body: ChannelBody) -> HttpResponse:
    channel = channel_add(user=person.user, fleet=fleet, kind=body.kind, address=body.address)
    return answer(channel_shown(channel), 201)


def _listed(channels: list[NoticeChannel]) -> HttpResponse:
    return answer({"channels": [channel_shown(each) for each in channels]})


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
