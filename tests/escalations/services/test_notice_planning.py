"""Who is told of a ticket, on which channels, and when."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.domain.notifying import ChannelKind, NoticeState
from escalations.models import Notice
from escalations.services.calling import ticket_escalate
from escalations.services.channels import channel_add
from escalations.services.escalating import tickets_escalate_due
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from escalations.services.notice_hours import hours_set
from tests.clock import NOON
from tests.escalations.asking import task_asked
from tests.escalations.noticing import calls, channel_of

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")


def planned() -> list[tuple[str, int | None, float]]:
    """Return channel, level, and the seconds after noon at which each call falls due."""
    return [
        (each.channel.shown, each.level, (each.due_at - NOON).total_seconds()) for each in calls()
    ]


def test_chat_comes_first_and_mail_after_it(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita, ChannelKind.CHAT)
    channel_of(crew.rita)

    task_asked(fleet, crew.lena)

    assert planned() == [
        ("ntfy://…9f3c", 1, 60.0),
        ("rita@example.test", 1, 300.0),
    ]


def test_who_has_only_mail_is_told_at_the_moment_of_the_chat(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita)

    task_asked(fleet, crew.lena)

    assert planned() == [("rita@example.test", 1, 60.0)]


def test_the_next_level_is_told_when_it_is_called(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.mona)
    task_asked(fleet, crew.lena)
    assert planned() == []

    clock.forward(minutes=15)
    tickets_escalate_due()
    tickets_escalate_due()

    assert planned() == [("mona@example.test", 2, 960.0)]


def test_a_level_called_by_hand_is_told_too(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.mona)
    ticket = task_asked(fleet, crew.lena)

    ticket_escalate(ticket_id=ticket.pk, user=crew.ravi, level=2, reason="Mona knows the shop.")

    assert planned() == [("mona@example.test", 2, 60.0)]


def test_delays_of_the_policy_are_capped_to_half_of_the_time_of_the_level(
    fleet: Fleet, crew: Crew
) -> None:
    escalation_publish(
        fleet=fleet,
        user=crew.adam,
        levels=[
            LevelDraft(people=["rita"], roles=[]),
            LevelDraft(people=[], roles=["manager"]),
        ],
        shares=[0.5],
        reason="Slowly.",
        replaces=0,
        chat_after_s=600,
        mail_after_s=3_600,
    )
    channel_of(crew.rita, ChannelKind.CHAT)
    channel_of(crew.rita)

    task_asked(fleet, crew.lena)

    # 30 min to decide, the next level after 15 of them.
    assert planned() == [("ntfy://…9f3c", 1, 450.0), ("rita@example.test", 1, 450.0)]


def test_those_who_may_not_decide_it_are_told_nothing(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.lena)
    channel_of(crew.ravi)

    task_asked(fleet, crew.lena, requested_by="ravi")

    assert planned() == []


def test_a_channel_is_told_nothing_before_it_is_proven(fleet: Fleet, crew: Crew) -> None:
    channel_add(user=crew.rita, fleet=None, kind=ChannelKind.MAIL, address="rita@example.test")

    task_asked(fleet, crew.lena)

    assert planned() == []


def test_the_channel_of_a_fleet_is_told_of_each_level_of_its_tickets_alone(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.adam, ChannelKind.CHAT, fleet=fleet)
    task_asked(fleet, crew.lena)
    clock.forward(minutes=15)
    tickets_escalate_due()

    assert planned() == [("ntfy://…9f3c", 1, 60.0), ("ntfy://…9f3c", 2, 960.0)]


def test_practice_calls_nobody(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita)

    task_asked(fleet, crew.lena, practice=True)

    assert planned() == []


def test_quiet_hours_hold_a_message_until_they_end(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita)
    hours_set(user=crew.rita, zone="Europe/Berlin", quiet_from=time(12), quiet_until=time(14))

    task_asked(fleet, crew.lena)

    # Noon in UTC is 13:00 in Berlin in March.
    [notice] = calls()
    assert notice.due_at == NOON + timedelta(seconds=60)
    assert notice.held_until == notice.next_at == NOON + timedelta(hours=1)


def test_quiet_hours_never_mute_the_last_level(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel_of(crew.adam)
    hours_set(user=crew.adam, zone="UTC", quiet_from=time(1), quiet_until=time(23))
    task_asked(fleet, crew.lena)
    clock.forward(minutes=24)
    tickets_escalate_due()

    [notice] = calls()
    assert (notice.level, notice.held_until) == (3, None)


def test_new_hours_are_heard_by_what_waits_for_the_former_ones(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita)
    hours_set(user=crew.rita, zone="UTC", quiet_from=time(11), quiet_until=time(20))
    task_asked(fleet, crew.lena)

    hours_set(user=crew.rita, zone="UTC", quiet_from=None, quiet_until=None)

    [notice] = calls()
    assert (notice.next_at, notice.held_until) == (notice.due_at, None)


def test_one_agents_flood_is_marked_on_the_messages(fleet: Fleet, crew: Crew) -> None:
    channel_of(crew.rita)
    first = task_asked(fleet, crew.lena)
    for _ in range(10):
        task_asked(fleet, crew.lena, agent=first.agent)

    flooded = list(Notice.objects.filter(purpose="call").order_by("id").values_list("flooded"))
    assert flooded == [(False,)] * 10 + [(True,)]
    assert {each.state for each in calls()} == {NoticeState.WAITING.value}
