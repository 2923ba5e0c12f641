"""Several tickets in one message, where there are too many to read them one by one."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.domain.notifying import ChannelKind, ChannelState
from escalations.models import Notice, NoticeChannel, Ticket
from escalations.selectors.notice_messages import digest_calls
from escalations.services.escalating import tickets_escalate_due
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from escalations.services.notice_hours import hours_set
from tests.clock import NOON
from tests.escalations.answering import deny
from tests.escalations.asking import task_asked
from tests.escalations.noticing import Courier, channel_of, told

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")

ONLY_REVIEWERS_LAST = {
    "levels": [
        {"people": [], "roles": ["manager"]},
        {"people": [], "roles": ["admin"]},
        {"people": [], "roles": ["reviewer"]},
    ],
    "shares": [0.5, 0.8],
}


def test_the_sixth_message_within_ten_minutes_is_told_with_others_in_one(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    tickets = [task_asked(fleet, crew.lena, operation=f"refund {at}") for at in range(8)]
    courier = Courier()
    clock.forward(seconds=60)

    assert courier.round() == 6

    *alone, (_, digest, _) = courier.got
    assert len(alone) == 5
    assert digest.subject == "[Countersign] 3 tickets wait for a decision"
    assert "https://console.example/queue/" in digest.body
    assert told(tickets[7], clock) == ["mail to Rita: told with others in one message 12:01 UTC"]


def test_there_is_one_message_for_several_in_ten_minutes_at_most(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    for _ in range(6):
        task_asked(fleet, crew.lena)
    courier = Courier()
    clock.forward(seconds=60)
    courier.round()
    late = task_asked(fleet, crew.lena)
    clock.forward(seconds=60)
    courier.round()

    assert told(late, clock) == ["mail to Rita: will be told with others in one message 12:11 UTC"]
    clock.forward(minutes=8, seconds=59)
    assert courier.round() == 0
    clock.forward(seconds=1)
    assert courier.round() == 1


def test_a_message_for_several_tells_only_what_still_waits(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    tickets = [task_asked(fleet, crew.lena) for _ in range(7)]
    courier = Courier()
    clock.forward(seconds=60)
    Notice.objects.filter(ticket=tickets[6]).update(flooded=True)
    deny(tickets[5], crew.ravi)

    courier.round()

    assert courier.subjects[-1] == (
        "rita@example.test",
        "[Countersign] 1 ticket waits for a decision",
    )


def test_a_message_for_several_is_not_sent_once_nothing_waits(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    tickets = [task_asked(fleet, crew.lena) for _ in range(6)]
    courier = Courier()
    clock.forward(seconds=60)
    digest_at = clock() + timedelta(minutes=10)
    channel = NoticeChannel.objects.get()
    Notice.objects.create(
        channel=channel,
        purpose="digest",
        state="SENT",
        planned_at=NOON,
        due_at=NOON,
        sent_at=clock(),
        ended_at=clock(),
    )
    courier.round()
    deny(tickets[5], crew.ravi)
    clock.now = digest_at

    assert courier.round() == 0
    assert told(tickets[5], clock) == [
        "mail to Rita: not sent, nothing of what was to be told in one message waited"
    ]


def test_quiet_hours_hold_a_message_for_several_too(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.rita)
    ticket = _folded_late(fleet, crew, clock)
    hours_set(user=crew.rita, zone="UTC", quiet_from=time(12, 5), quiet_until=time(12, 20))
    courier = Courier()
    clock.now = NOON + timedelta(minutes=11)

    assert courier.round() == 0
    assert told(ticket, clock) == [
        "mail to Rita: will be told with others in one message 12:20 UTC"
    ]


def test_quiet_hours_hold_no_message_for_several_that_tells_the_last_level(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    ticket = _folded_late(fleet, crew, clock)
    Notice.objects.filter(ticket=ticket).update(level=3)
    Ticket.objects.filter(pk=ticket.pk).update(escalation=ONLY_REVIEWERS_LAST)
    hours_set(user=crew.rita, zone="UTC", quiet_from=time(12, 5), quiet_until=time(12, 20))
    clock.now = NOON + timedelta(minutes=11)

    assert Courier().round() == 1


def test_a_last_level_that_needs_no_message_any_more_opens_no_quiet_hours(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    last = _folded_late(fleet, crew, clock)
    Notice.objects.filter(ticket=last).update(level=3)
    Ticket.objects.filter(pk=last.pk).update(escalation=ONLY_REVIEWERS_LAST)
    other = task_asked(fleet, crew.lena)
    Notice.objects.filter(ticket=other).update(flooded=True)
    clock.forward(seconds=60)
    Courier().round()
    deny(last, crew.ravi)
    hours_set(user=crew.rita, zone="UTC", quiet_from=time(12, 5), quiet_until=time(12, 20))
    clock.now = NOON + timedelta(minutes=11)

    assert Courier().round() == 0


def test_the_last_level_is_told_past_a_message_for_several_that_quiet_hours_hold(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    escalation_publish(
        fleet=fleet,
        user=crew.adam,
        levels=[
            LevelDraft(people=["adam"], roles=[]),
            LevelDraft(people=[], roles=["admin", "manager"]),
        ],
        shares=[0.5],
        reason="Adam first.",
        replaces=0,
    )
    channel_of(crew.adam)
    hours_set(user=crew.adam, zone="UTC", quiet_from=time(12, 5), quiet_until=time(13))
    courier = Courier()
    for _ in range(6):
        task_asked(fleet, crew.lena)
    clock.now = NOON + timedelta(minutes=1)
    courier.round()
    task_asked(fleet, crew.lena)
    for minute in (2, 11):
        clock.now = NOON + timedelta(minutes=minute)
        courier.round()
    clock.now = NOON + timedelta(minutes=15)
    tickets_escalate_due()
    clock.now = NOON + timedelta(minutes=16)

    assert courier.round() == 6
    assert courier.subjects[-1][1] == "[Countersign] 1 ticket waits for a decision"
    held = Notice.objects.get(purpose="digest", state="WAITING")
    assert held.held_until == NOON + timedelta(minutes=60)


def test_members_are_read_once_however_many_tickets_one_message_tells_of(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    tickets = [task_asked(fleet, crew.lena) for _ in range(9)]
    Notice.objects.filter(ticket__in=tickets).update(flooded=True)
    courier = Courier()
    clock.now = NOON + timedelta(minutes=1)
    courier.round()
    digest = Notice.objects.select_related("channel__user").get(purpose="digest")
    with CaptureQueriesContext(connection) as asked:
        wanted, _ = digest_calls(digest, now=clock())

    read = [query for query in asked.captured_queries if "governance_membership" in query["sql"]]
    assert (len(wanted), len(read)) == (9, 1)


def test_where_a_message_for_several_fails_each_is_told_on_the_other_channel(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.rita)
    ticket = _folded_late(fleet, crew, clock)
    NoticeChannel.objects.update(state=ChannelState.FAILING.value, failures=3)
    channel_of(crew.rita, ChannelKind.CHAT)
    courier = Courier(broken={"rita@example.test"})
    clock.now = NOON + timedelta(minutes=11)
    courier.round()
    courier.round()

    assert [shown for shown, _ in courier.subjects] == ["ntfy://…9f3c"]
    assert told(ticket, clock)[1] == (
        "chat to Rita: told with others in one message 12:11 UTC, because mail to Rita failed"
    )


def _folded_late(fleet: Fleet, crew: Crew, clock: Clock) -> Ticket:
    """Return a ticket that is to be told with others at 12:11, because one such was at 12:01."""
    Notice.objects.create(
        channel=NoticeChannel.objects.get(),
        purpose="digest",
        state="SENT",
        planned_at=NOON,
        due_at=NOON,
        sent_at=NOON + timedelta(minutes=1),
        ended_at=NOON + timedelta(minutes=1),
    )
    ticket = task_asked(fleet, crew.lena)
    Notice.objects.filter(ticket=ticket).update(flooded=True)
    clock.forward(seconds=60)
    Courier().round()
    return ticket
