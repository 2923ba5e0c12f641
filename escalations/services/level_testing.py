"""Test a level: a message to every channel of the people on it, as an admin asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.escalation import called_on
from escalations.domain.notice_timing import quiet_until
from escalations.domain.notifying import TESTS_AN_HOUR, Purpose
from escalations.models import Notice
from escalations.selectors.escalation import escalation_in_force
from escalations.selectors.notices import channels_to_call, hours_by_person, quiet_of
from escalations.selectors.routing import people_of
from governance.domain.permissions import Action
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import NoticeChannel
    from governance.models import Fleet


@dataclass(frozen=True, slots=True)
class LevelTest:
    """How many messages are on their way, and how many people were spared by quiet hours."""

    sent: int
    quiet: int


@transaction.atomic
def level_test(*, fleet: Fleet, user: User, level: int) -> LevelTest:
    """Send a test message to every proven channel of those whom a level of the policy calls.

    Whoever is in their quiet hours is left alone.

    Args:
        fleet: whose policy in force it is.
        user: the admin who asks.
        level: from 1.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: for a level that the policy has not.
        ConflictError: nobody_reachable, where no message could be sent; tests_too_many, after 10
            within an hour to any of the channels.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    levels = escalation_in_force(fleet_id=fleet.pk).policy.levels
    if not 1 <= level <= len(levels):
        raise InvalidFieldError(
            f"The policy has {len(levels)} levels.",
            field="level",
            value=level,
            allowed=f"1 to {len(levels)}",
        )
    # One admin after the other, so that the tests of an hour are counted.
    fleet_lock(fleet.pk)
    now = clock_now()
    called = called_on(levels[level - 1], people_of(fleet=fleet))
    channels = [
        each
        for each in channels_to_call(fleet_id=fleet.pk)
        if each.user_id is not None and str(each.user_id) in called
    ]
    quiet = _quiet(channels, now)
    wanted = [each for each in channels if each.user_id not in quiet]
    if not wanted:
        raise ConflictError(
            f"Nobody on level {level} can be told now: no channel is proven, or all are quiet.",
            code="nobody_reachable",
        )
    _room_check(wanted, now)
    Notice.objects.bulk_create(
        Notice(channel=each, purpose=Purpose.TEST.value, planned_at=now, due_at=now, next_at=now)
        for each in wanted
    )
    return LevelTest(sent=len(wanted), quiet=len(quiet))


def _quiet(channels: Sequence[NoticeChannel], now: datetime) -> Collection[int]:
    hours = hours_by_person([each.user_id for each in channels if each.user_id is not None])
    return {
        person for person, row in hours.items() if quiet_until(quiet_of(row), now=now) is not None
    }


def _room_check(channels: Sequence[NoticeChannel], now: datetime) -> None:
    lately = Notice.objects.filter(
        channel__in=channels,
        purpose=Purpose.TEST.value,
        planned_at__gt=now - timedelta(hours=1),
    )
    counts: dict[object, int] = {}
    for channel_id in lately.values_list("channel_id", flat=True):
        counts[channel_id] = counts.get(channel_id, 0) + 1
    if max(counts.values(), default=0) >= TESTS_AN_HOUR:
        raise ConflictError(
            f"There were {TESTS_AN_HOUR} test messages within an hour; wait a little.",
            code="tests_too_many",
        )
