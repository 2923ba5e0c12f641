"""Who of a fleet is reached outside the browser, as its admins see it, and the fleet's channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.escalation_policy import PersonReach
from dashboard.pages.channels import channels_card
from escalations.domain.notifying import ChannelState
from escalations.selectors.notices import (
    channels_of_fleet,
    channels_of_people,
    tests_latest,
)
from governance.domain.permissions import Action, permitted, why_not
from governance.domain.phrases import list_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from dashboard.cards.channels import ChannelsCard
    from dashboard.pages.channels import ChannelTyped
    from dashboard.pages.controls import Seat
    from escalations.models import NoticeChannel
    from escalations.selectors.notices import NoticeTold

_ALONE = "no channel that works: told on screen alone"


def fleet_channels(seat: Seat, *, typed: ChannelTyped | None = None) -> ChannelsCard | None:
    """Return the fleet's own channels; None for whoever may not see them."""
    if not permitted(seat.role, Action.WEBHOOKS_VIEW):
        return None
    return channels_card(
        channels_of_fleet(fleet=seat.fleet),
        fleet=seat.fleet,
        why_not=why_not(seat.role, Action.WEBHOOKS_MANAGE),
        typed=typed,
        now=seat.now,
    )


def reach_of(called: Collection[str], names: Mapping[str, str]) -> Mapping[str, PersonReach]:
    """Return how each of these people is reached and what became of the latest tests, by id."""
    channels = channels_of_people(user_ids=[int(each) for each in called])
    tests = tests_latest(channels=channels)
    owned: dict[str, list[NoticeChannel]] = {}
    for channel in channels:
        owned.setdefault(str(channel.user_id), []).append(channel)
    return {each: _reach(names[each], owned.get(each, []), tests) for each in called}


def _reach(
    name: str, channels: Sequence[NoticeChannel], tests: Mapping[UUID, NoticeTold]
) -> PersonReach:
    working = [each.kind for each in channels if each.state == ChannelState.WORKING]
    said = f"by {list_words(list(dict.fromkeys(working)))}" if working else _ALONE
    latest = tuple(
        f"Latest test, {told.sentence}."
        for channel in channels
        if channel.state != ChannelState.UNPROVEN and (told := tests.get(channel.pk)) is not None
    )
    return PersonReach(name=name, says=said, tests=latest, is_reached=bool(working))
