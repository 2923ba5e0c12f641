"""How late the courier is: nobody sends, or somebody is told nothing because their channel fails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import NoticeChannel
from escalations.selectors.sweeping import notices_lag
from escalations.services.notice_out import NotTakenError
from escalations.services.notice_sending import channels_due, notices_send
from governance.selectors.courier import COURIER_LATE
from tests.clock import NOON
from tests.escalations.asking import task_asked
from tests.escalations.noticing import channel_of

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")

SLOW = timedelta(seconds=5)
# One slow refusal each, they take longer than a courier may be silent.
MANY = COURIER_LATE // SLOW + 2


def test_a_channel_that_fails_slowly_is_no_dead_courier(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    for _ in range(MANY):
        task_asked(fleet, crew.lena)
    clock.now = NOON + timedelta(seconds=60)

    def refuse(*_: object, **__: object) -> None:
        clock.now += SLOW
        raise NotTakenError("Nobody answers.")

    lags = []
    for _ in range(MANY):
        for each in channels_due():
            notices_send(channel_id=each, send=refuse)
        clock.forward(seconds=2)
        lags.append(notices_lag(now=clock()))

    assert clock() - NOON > COURIER_LATE
    assert set(lags) == {timedelta(seconds=2)}


def test_a_courier_that_died_is_late_since_its_lease_ended(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    NoticeChannel.objects.update(worked_until=NOON + timedelta(seconds=120))
    clock.now = NOON + timedelta(seconds=119)
    before = notices_lag(now=clock())
    clock.now = NOON + timedelta(seconds=240)

    assert (before, notices_lag(now=clock())) == (timedelta(), timedelta(seconds=120))


def test_a_courier_that_never_came_is_late_since_the_message_was_due(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    NoticeChannel.objects.update(worked_until=None)
    task_asked(fleet, crew.lena)
    clock.now = NOON + timedelta(seconds=90)

    assert notices_lag(now=clock()) == timedelta(seconds=30)
