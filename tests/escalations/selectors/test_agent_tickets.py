from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.models import Ticket
from escalations.selectors.agent_tickets import release_tickets_of, waiting_counts
from tests.escalations.asking import task_asked
from tests.escalations.freezing import latch, release_ticket
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_only_a_release_that_is_waited_for_is_found(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    held = AgentFactory(fleet=fleet, owner=crew.lena, external_id="refund-bot")
    watched = AgentFactory(
        fleet=fleet, owner=crew.lena, external_id="mail-bot", enforcement="shadow"
    )
    latch(held)
    latch(watched)

    found = release_tickets_of(agent_ids=[held.pk, watched.pk], now=clock())

    assert release_ticket(watched).practice
    assert found == {held.pk: release_ticket(held)}


def test_what_waits_is_counted_by_kind_in_one_query(
    fleet: Fleet, crew: Crew, clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    latch(AgentFactory(fleet=fleet, owner=crew.lena, external_id="refund-bot"))
    task_asked(fleet, crew.lena)
    overdue = task_asked(fleet, crew.lena)
    Ticket.objects.filter(pk=overdue.pk).update(decide_by=clock())

    with django_assert_num_queries(1):
        counts = waiting_counts(fleet=fleet, now=clock())

    assert counts == {"release": 1, "task": 1}
