"""What is read again when a message is sent, and what becomes of it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail

from escalations.domain.notifying import ChannelKind, ChannelState, NoticeState
from escalations.models import NoticeChannel, Ticket
from escalations.services.channels import channel_end
from escalations.services.escalating import tickets_escalate_due
from escalations.services.expiry import tickets_expire_due
from escalations.services.notice_hours import hours_set
from escalations.services.notice_sending import channels_due, notices_send
from escalations.services.snoozing import ticket_wake
from governance.domain.types import Role
from governance.models import Event, Membership
from governance.services.fleets import membership_remove
from tests.clock import NOON
from tests.escalations.answering import deny
from tests.escalations.asking import task_asked
from tests.escalations.holders import claim, snooze
from tests.escalations.noticing import OTHER_CHAT, Courier, calls, channel_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")


def test_a_mail_says_what_waits_until_when_and_where(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    hours_set(user=crew.rita, zone="Europe/Berlin", quiet_from=None, quiet_until=None)
    channel = channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena, operation="refund", arguments='{"iban":"secret"}')
    clock.forward(seconds=60)

    assert notices_send(channel_id=channel.pk) == 1

    [notice] = calls()
    [sent] = mail.outbox
    assert sent.to == ["rita@example.test"]
    assert sent.subject == f"[Shop] HIGH #{ticket.number}: refund"
    assert "Decide by: 2026-03-02 13:30 CET, in 29 min" in sent.body
    assert f"https://console.example/f/shop/tickets/{ticket.number}/" in sent.body
    assert "secret" not in sent.body
    assert sent.message()["Message-ID"] == f"<{notice.pk}@console.example>"
    assert told(ticket, clock) == ["mail to Rita: delivered 12:01 UTC"]


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        ("decided", "decided before"),
        ("expired", "the time to decide was over"),
        ("gone", "no member of the fleet any longer"),
        ("promoted", "no longer on the level that was called"),
        ("named", "may not decide this ticket, or not any longer"),
        ("closed", "the account is closed"),
        ("channel", "the channel has ended"),
        ("server", "no mail server is set up"),
    ],
)
def test_nothing_is_sent_that_nobody_needs_any_more(
    ending: str, why: str, fleet: Fleet, crew: Crew, clock: Clock, settings: Settings
) -> None:
    channel = channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    courier = Courier()
    membership = Membership.objects.filter(user=crew.rita)

    def expire() -> None:
        clock.forward(minutes=30)
        tickets_expire_due()

    def close() -> None:
        crew.rita.is_active = False
        crew.rita.save()

    endings: dict[str, Callable[[], object]] = {
        "decided": lambda: deny(ticket, crew.ravi),
        "expired": expire,
        "gone": lambda: membership_remove(fleet=fleet, user=crew.rita, actor="adam"),
        "promoted": lambda: membership.update(role=Role.MANAGER.value),
        "named": lambda: Ticket.objects.update(requested_by="rita"),
        "closed": close,
        "channel": lambda: channel_end(user=crew.rita, fleet=None, channel_id=channel.pk),
        "server": lambda: setattr(settings, "EMAIL_HOST", ""),
    }
    endings[ending]()
    clock.forward(seconds=60)

    assert courier.round() == 0
    [notice] = calls()
    assert (notice.state, courier.got) == (NoticeState.DROPPED.value, [])
    assert told(ticket, clock) == [f"mail to Rita: not sent, {why}"]


def test_what_is_put_off_is_told_once_it_wakes(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    snooze(claim(ticket, crew.ravi), crew.ravi)
    courier = Courier()
    clock.forward(seconds=60)

    assert courier.round() == 0
    assert told(ticket, clock) == [
        "mail to Rita: is sent once the ticket wakes, put off by a person"
    ]
    clock.now = Ticket.objects.get(pk=ticket.pk).snoozed_until or clock()
    assert courier.round() == 1


def test_who_wakes_a_ticket_lets_those_called_be_told_at_once(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    snooze(claim(ticket, crew.ravi), crew.ravi)
    courier = Courier()
    clock.forward(seconds=60)
    courier.round()

    ticket_wake(ticket_id=ticket.pk, user=crew.ravi)

    assert courier.round() == 1


def test_what_waits_says_when_it_is_sent_and_by_a_decision_that_it_is_not(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    before = told(ticket, clock)

    deny(ticket, crew.ravi)

    assert before == ["mail to Rita: is sent 12:01 UTC"]
    assert told(ticket, clock) == ["mail to Rita: not sent, decided before"]


def test_quiet_hours_set_later_still_hold_a_message(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    hours_set(user=crew.rita, zone="UTC", quiet_from=time(11), quiet_until=time(12, 10))
    courier = Courier()
    clock.forward(seconds=60)

    assert courier.round() == 0
    assert told(ticket, clock) == ["mail to Rita: held until 12:10 UTC, quiet hours"]
    clock.forward(minutes=9)
    assert courier.round() == 1


def test_a_message_not_taken_is_tried_again_within_the_time_to_decide(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    courier = Courier(broken={"rita@example.test"})
    waits = []
    clock.forward(seconds=60)
    while (notice := calls()[0]).next_at is not None:
        waits.append((notice.next_at - clock()).total_seconds())
        clock.now = max(clock(), notice.next_at)
        courier.round()

    # The sixth would come an hour after the fifth, when the ticket has long expired.
    assert waits == [0.0, 5.0, 30.0, 120.0, 600.0]
    assert told(ticket, clock) == ["mail to Rita: failed after 5 attempts"]


def test_a_channel_that_fails_three_times_in_a_row_is_failing_and_the_other_is_tried_at_once(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    chat = channel_of(crew.rita, ChannelKind.CHAT)
    channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena)
    courier = Courier(broken={chat.shown})
    for seconds in (60, 5, 30, 0):
        clock.forward(seconds=seconds)
        courier.round()

    chat.refresh_from_db()
    event = Event.objects.get(name="channel.failing")
    assert (chat.state, chat.failures, chat.last_error) == ("FAILING", 3, "Nobody answers.")
    assert event.payload["sentence"] == "Chat to Rita failed 3 times in a row."
    assert [shown for shown, _ in courier.subjects] == ["rita@example.test"]
    assert told(ticket, clock) == [
        "chat to Rita: not taken after 3 attempts, is tried again 12:03 UTC",
        "mail to Rita: delivered 12:01 UTC, because chat to Rita failed",
    ]


def test_a_failing_channel_works_again_once_it_takes_a_message(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel = channel_of(crew.rita)
    NoticeChannel.objects.update(state=ChannelState.FAILING.value, failures=7)
    task_asked(fleet, crew.lena)
    clock.forward(seconds=60)

    assert Courier().round() == 1
    channel.refresh_from_db()
    assert (channel.state, channel.failures, channel.sent_at) == ("WORKING", 0, clock())


def test_who_has_a_failing_chat_gets_mail_at_the_moment_of_the_chat(
    fleet: Fleet, crew: Crew
) -> None:
    channel_of(crew.rita, ChannelKind.CHAT)
    NoticeChannel.objects.update(state=ChannelState.FAILING.value)
    channel_of(crew.rita)

    task_asked(fleet, crew.lena)

    assert [each.due_at for each in calls()] == [NOON + timedelta(seconds=60)] * 2


def test_one_worker_at_a_time_sends_to_a_channel(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel = channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(seconds=60)
    counts: list[int] = []

    def meanwhile(*_: object, **__: object) -> None:
        counts.append(notices_send(channel_id=channel.pk, send=Courier()))
        counts.append(len(channels_due()))

    assert notices_send(channel_id=channel.pk, send=meanwhile) == 1
    assert counts == [0, 0]


def test_a_worker_that_dies_leaves_its_message_to_be_tried_again_under_the_same_id(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel = channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(seconds=60)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        notices_send(channel_id=channel.pk, send=dies)
    courier = Courier()
    assert courier.round() == 0
    clock.forward(seconds=60)

    assert courier.round() == 1
    assert courier.got[0][2] == calls()[0].pk


def test_the_next_level_is_told_beside_the_first(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.rita)
    channel_of(crew.mona, ChannelKind.CHAT, address=OTHER_CHAT)
    ticket = task_asked(fleet, crew.lena)
    courier = Courier()
    clock.forward(minutes=1)
    courier.round()
    clock.forward(minutes=14)
    tickets_escalate_due()
    clock.forward(minutes=1)
    courier.round()

    assert told(ticket, clock) == [
        "mail to Rita: delivered 12:01 UTC",
        "chat to Mona: delivered 12:16 UTC",
    ]
    assert "level 2 of 3. 50 % of the time to decide is over." in courier.got[1][1].body
