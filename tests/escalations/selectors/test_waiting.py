from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import Alike, QueueView, urgency
from escalations.models import Ticket
from escalations.selectors.waiting import WaitingCounts
from escalations.services.claims import ticket_claim
from governance.domain.types import BlastLevel
from tests.escalations.answering import approve
from tests.escalations.asking import attempt_denied, task_asked
from tests.escalations.selectors.waiting_list import counts_of, numbers, page_of
from tests.factories import AgentFactory, FleetFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _claim(ticket: Ticket, user: User) -> None:
    ticket_claim(ticket_id=ticket.pk, user=user, expected_version=ticket.version)


def _same(fleet: Fleet, crew: Crew, count: int) -> list[Ticket]:
    """Return tickets of as many requests that are identical."""
    agent = AgentFactory(fleet=fleet, owner=crew.lena)
    return [task_asked(fleet, crew.lena, agent=agent) for _ in range(count)]


def test_the_queue_weighs_time_left_by_risk(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    # Minutes left over weight: 1440 / 1, 240 / 2, 30 / 4, 15 / 8.
    for level in BlastLevel:
        task_asked(fleet, crew.lena, level=level)

    page = page_of(crew.rita, fleet, clock.now)

    assert [row.ticket.risk_level for row in page.rows] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]


def test_little_time_lifts_a_lower_risk(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena, level=BlastLevel.HIGH)
    clock.forward(minutes=29)
    task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    # 1 min / 4 comes before 15 min / 8.
    assert numbers(page_of(crew.rita, fleet, clock.now)) == [1, 2]


def test_equal_tickets_keep_the_order_they_came_in(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for _ in range(3):
        task_asked(fleet, crew.lena)

    assert numbers(page_of(crew.rita, fleet, clock.now)) == [1, 2, 3]


def test_the_queue_holds_only_what_can_still_be_decided(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(minutes=30)
    task_asked(fleet, crew.lena, practice=True, state="READY")
    approve(task_asked(fleet, crew.lena), crew.rita)
    task_asked(FleetFactory(), crew.lena)
    waiting = task_asked(fleet, crew.lena)

    assert numbers(page_of(crew.rita, fleet, clock.now)) == [waiting.number]


def test_a_page_ends_where_the_next_begins(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for _ in range(5):
        task_asked(fleet, crew.lena)

    first = page_of(crew.rita, fleet, clock.now, most=2)
    second = page_of(crew.rita, fleet, clock.now, after=first.end, most=2)
    third = page_of(crew.rita, fleet, clock.now, after=second.end, most=2)

    assert [numbers(first), numbers(second), numbers(third)] == [[1, 2], [3, 4], [5]]
    assert third.end is None


def test_tickets_that_change_places_between_two_pages_are_each_shown_once(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    # Minutes over weight, at noon: 30 / 4 and 60 / 8; 24 min later 6 / 4 and 36 / 8.
    task_asked(fleet, crew.lena, level=BlastLevel.MEDIUM)
    high = task_asked(fleet, crew.lena, level=BlastLevel.HIGH)
    critical = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)
    Ticket.objects.filter(pk=critical.pk).update(decide_by=clock.now.replace(minute=59))

    first = page_of(crew.rita, fleet, clock.now, most=1)
    clock.forward(minutes=24)
    second = page_of(crew.rita, fleet, clock.now, after=first.end, most=1)

    assert [numbers(first), numbers(second)] == [[critical.number], [high.number]]
    assert numbers(page_of(crew.rita, fleet, clock.now))[:2] == [high.number, critical.number]


def test_a_ticket_opened_meanwhile_moves_no_later_page(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    for _ in range(3):
        task_asked(fleet, crew.lena)
    first = page_of(crew.rita, fleet, clock.now, most=2)
    clock.forward(seconds=5)
    task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    second = page_of(crew.rita, fleet, clock.now, after=first.end, most=2)

    assert numbers(second) == [3]


@pytest.mark.parametrize("level", list(BlastLevel))
def test_the_database_and_the_rule_work_out_the_same_urgency(
    fleet: Fleet, crew: Crew, clock: Clock, level: BlastLevel
) -> None:
    ticket = task_asked(fleet, crew.lena, level=level)
    task_asked(fleet, crew.lena, level=BlastLevel.LOW)
    clock.forward(microseconds=1_234_567)

    end = page_of(crew.rita, fleet, clock.now, most=1).end

    assert end is not None
    assert end.urgency == urgency(ticket.decide_by - clock.now, level)


def test_identical_requests_are_one_row_at_the_most_urgent_ones_place(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    _, second, third = _same(fleet, crew, 3)
    other = task_asked(fleet, crew.lena)
    soonest = clock.now.replace(minute=1)
    Ticket.objects.filter(pk=third.pk).update(decide_by=soonest)

    page = page_of(crew.rita, fleet, clock.now)

    assert [(row.ticket.number, row.size) for row in page.rows] == [
        (third.number, 3),
        (other.number, 1),
    ]
    assert second.action_digest == third.action_digest


def test_requests_alike_in_all_but_the_kind_of_question_stay_apart(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    _same(fleet, crew, 2)
    Ticket.objects.filter(number=2).update(kind="audit")

    assert numbers(page_of(crew.rita, fleet, clock.now)) == [1, 2]


def test_a_group_is_on_one_page_only(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    _same(fleet, crew, 2)
    other = task_asked(fleet, crew.lena)
    Ticket.objects.filter(number=1).update(decide_by=clock.now.replace(minute=1))

    first = page_of(crew.rita, fleet, clock.now, most=1)
    second = page_of(crew.rita, fleet, clock.now, after=first.end, most=1)

    # Ticket 2 stands after the end of the first page, where its group was.
    assert [numbers(first), numbers(second)] == [[1], [other.number]]
    assert second.end is None


def test_a_group_lists_its_members_page_by_page(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    first, *_ = _same(fleet, crew, 3)
    task_asked(fleet, crew.lena)
    alike = Alike(TicketKind.TASK, first.action_digest)

    page = page_of(crew.rita, fleet, clock.now, alike=alike, most=2)
    rest = page_of(crew.rita, fleet, clock.now, alike=alike, after=page.end, most=2)

    assert [(row.ticket.number, row.size) for row in page.rows] == [(1, 1), (2, 1)]
    assert numbers(rest) == [3]


def test_views_tell_claimed_unclaimed_and_expiring_apart(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    mine, others, over, free = (task_asked(fleet, crew.lena) for _ in range(4))
    _claim(over, crew.rita)
    clock.forward(minutes=11)
    _claim(mine, crew.rita)
    _claim(others, crew.mona)
    soon = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    shown = {
        view: set(numbers(page_of(crew.rita, fleet, clock.now, view=view))) for view in QueueView
    }

    assert shown == {
        QueueView.ALL: {1, 2, 3, 4, 5},
        QueueView.MINE: {mine.number},
        QueueView.EXPIRING: {soon.number},
        QueueView.UNASSIGNED: {over.number, free.number, soon.number},
        QueueView.ESCALATED: set(),
        QueueView.SNOOZED: set(),
    }


def test_what_was_put_off_is_in_its_own_view_until_its_time_comes(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    task_asked(fleet, crew.lena)
    off = task_asked(fleet, crew.lena)
    wakes_at = clock.now.replace(minute=5)
    Ticket.objects.filter(pk=off.pk).update(snoozed_until=wakes_at, snoozed_by=crew.mona)

    asleep = [
        numbers(page_of(crew.rita, fleet, clock.now, view=view))
        for view in (QueueView.ALL, QueueView.UNASSIGNED, QueueView.SNOOZED)
    ]
    counts = counts_of(crew.rita, fleet, clock.now, view=QueueView.SNOOZED)
    clock.forward(minutes=5)

    assert asleep == [[1], [1], [off.number]]
    assert counts == WaitingCounts(mine=1, matching=1, expiring=0, others=0)
    assert numbers(page_of(crew.rita, fleet, clock.now)) == [1, off.number]


def test_kind_and_risk_narrow_together(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    task_asked(fleet, crew.lena, level=BlastLevel.LOW)
    attempt_denied(fleet, crew.lena)

    narrowed = page_of(crew.rita, fleet, clock.now, kind=TicketKind.TASK, level=BlastLevel.HIGH)

    assert numbers(narrowed) == [1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("#2", [2]),
        ("2", [2]),
        ("payout", [1]),
        ("PAY-BOT", [1]),
        ("issue", [2]),
        ("ord-77", [2]),
        ("coupons delete", [1]),
        ("delete ord-77", []),
        ("100%", []),
        ("#999999999999999999999", []),
    ],
)
def test_a_search_finds_number_agent_operation_title_and_task(
    fleet: Fleet, crew: Crew, clock: Clock, words: str, found: list[int]
) -> None:
    paying = AgentFactory(fleet=fleet, owner=crew.lena, external_id="pay-bot", name="Payouts")
    asking = AgentFactory(fleet=fleet, owner=crew.lena, external_id="shop-agent", name="Shop")
    task_asked(
        fleet,
        crew.lena,
        agent=paying,
        title="Delete old coupons",
        operation="coupon.drop",
        external_id="first",
    )
    task_asked(
        fleet,
        crew.lena,
        agent=asking,
        title="Refund",
        operation="refund.issue",
        external_id="ord-77",
    )

    assert numbers(page_of(crew.rita, fleet, clock.now, words=words)) == found


def test_what_waits_is_counted_for_the_person_within_the_filter_and_for_others(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    _same(fleet, crew, 2)
    task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)
    task_asked(fleet, crew.lena, requested_by="person:rita")

    counts = counts_of(crew.rita, fleet, clock.now)
    critical = counts_of(crew.rita, fleet, clock.now, level=BlastLevel.CRITICAL)

    assert counts == WaitingCounts(mine=3, matching=3, expiring=1, others=1)
    assert critical == WaitingCounts(mine=3, matching=1, expiring=1, others=1)


def test_a_longer_queue_costs_no_more_queries(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for _ in range(3):
        approve(task_asked(fleet, crew.lena, approvals=2), crew.rita)

    with CaptureQueriesContext(connection) as asked:
        page = page_of(crew.mona, fleet, clock.now)
        drawn = [
            (row.ticket.agent.owner, row.ticket.fleet.slug, row.ticket.votes_now[0].user)  # type: ignore[attr-defined, union-attr]
            for row in page.rows
        ]

    assert drawn == [(crew.lena, "shop", crew.rita)] * 3
    # Who asked, places and sizes, tickets, votes.
    assert len(asked) == 4
