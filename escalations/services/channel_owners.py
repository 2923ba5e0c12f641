"""Whose a channel is: a person's own, or a fleet's, whose admins say where it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from escalations.events import ChannelChanged
from escalations.models import NoticeChannel
from governance.domain.permissions import Action
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.models import Fleet


def owner_permit(user: User, fleet: Fleet | None) -> None:
    """Refuse whoever may not say where a fleet is told; a person's own channels are theirs.

    Raises:
        ForbiddenError: role_too_low.
    """
    if fleet is not None:
        person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)


def owner_lock(user: User, fleet: Fleet | None) -> None:
    """Let nobody else add to the same owner's channels until the transaction ends."""
    if fleet is not None:
        fleet_lock(fleet.pk)
        return
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk))


def channels_owned(user: User, fleet: Fleet | None) -> QuerySet[NoticeChannel]:
    """Return the channels of the fleet or, without one, of the person; those that ended too."""
    whose = {"user": user} if fleet is None else {"fleet": fleet}
    return NoticeChannel.objects.filter(**whose)


def channel_publish(channel: NoticeChannel, user: User, sentence: str, now: datetime) -> None:
    """Record a change of a fleet's channel; a person's own is nobody else's matter."""
    if channel.fleet_id is not None:
        changed = ChannelChanged(
            fleet_id=channel.fleet_id,
            actor=user.get_username(),
            channel_id=channel.pk,
            sentence=sentence,
        )
        events_publish(changed, now=now)
