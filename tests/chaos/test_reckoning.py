from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from escalations.models import Ticket
from governance.models import Event, Grant, Outcome, Standing
from tests.chaos.reckoning import contradictions
from tests.escalations.answering import approve
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from django.db.models import QuerySet

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> list[str]:
    told = connection.settings_dict
    return contradictions(
        make_conninfo(
            dbname=str(told["NAME"]),
            user=str(told["USER"]),
            password=str(told["PASSWORD"]),
            host=str(told["HOST"]),
            port=told["PORT"] or None,
        )
    )


@pytest.fixture
def worked() -> None:
    """A fleet that has worked: outcomes, and a refund that a person approved."""
    fleet = FleetFactory(slug="shop")
    crew = crew_of(fleet)
    shop = Orchestrator(fleet, crew)
    shop.work()
    shop.work("failure")
    shop.ask("refund")
    for user in (crew.rita, crew.mona):
        ticket = Ticket.objects.get()
        if ticket.state == "PENDING":
            approve(ticket, user)


def test_what_services_wrote_contradicts_nothing(worked: None) -> None:
    assert Ticket.objects.get().state == "RESOLVED"
    assert found() == []


def _approved() -> QuerySet[Event]:
    return Event.objects.filter(name="ticket.resolved")


def test_a_lost_outcome_shows(worked: None) -> None:
    Outcome.objects.order_by("fact")[0].delete()

    said = found()

    assert said[0].startswith("an agent's standing counts other outcomes than are stored: shop-bot")
    assert "an agent's facts have a gap or a double: shop-bot (1)" in said
    assert "a finished task has other than one outcome: t-1 (1)" in said


def test_an_outcome_that_was_folded_twice_shows(worked: None) -> None:
    Standing.objects.update(outcomes=3, facts=3)

    assert len(found()) == 2


def test_a_lost_grant_shows(worked: None) -> None:
    Grant.objects.all().delete()

    assert found() == ["an approval issued other than one grant: 1 (1)"]


def test_a_lost_event_shows_where_the_chain_breaks(worked: None) -> None:
    seq = _approved().get().seq
    _approved().delete()

    said = found()

    assert said[0] == "a ticket was resolved other than its state says: 1 (1)"
    assert f"shop: the chain breaks at event {seq + 1}" in said


def test_a_changed_event_shows(worked: None) -> None:
    seq = _approved().get().seq
    _approved().update(actor="otto")

    assert found() == [f"shop: event {seq} was changed"]


def test_an_event_that_nobody_pushed_shows(worked: None) -> None:
    seq = _approved().get().seq
    _approved().update(pushed_at=None)

    assert found() == [f"an event was never pushed: {seq} (1)"]
