from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from escalations.models import Notice
from escalations.services.escalating import tickets_escalate_due
from tests.chaos.channels import AGE, HOOKS, NOTICES, UNPLANNED, WAITING
from tests.escalations.asking import task_asked
from tests.escalations.noticing import Courier, channel_of
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.far import added

if TYPE_CHECKING:
    from typing import Any

    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def fleet(db: None, clock: Clock, settings: Settings) -> Fleet:
    settings.EMAIL_HOST = "mail.example"
    return FleetFactory()


@pytest.fixture
def crew(fleet: Fleet) -> Crew:
    return crew_of(fleet)


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_each_call_of_a_fleet_with_a_mailbox_is_planned_or_named(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel_of(crew.adam, fleet=fleet, address="log@mail.example")
    clock.forward(seconds=1)
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=15)
    tickets_escalate_due()
    planned = {row[2:4] for row in rows(NOTICES)}
    Notice.objects.filter(ticket=ticket, level=2).delete()

    assert planned == {(None, None), (1, 1), (1, 2)}
    assert [(row[0], *row[2:4]) for row in rows(UNPLANNED)] == [("log@mail.example", 1, 2)]


def test_what_is_still_to_come_is_counted_and_what_was_sent_grows_old(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    added(fleet, crew, "ticket.*")
    channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(minutes=5)
    waiting = [rows(query) for query in WAITING]
    Courier().round()

    for statement in AGE:
        rows(statement)

    assert waiting == [[(1,)], [(1,)], [(1,)]]
    assert len(rows(HOOKS)) == 1
    assert [rows(query) for query in WAITING] == [[(1,)], [(0,)], [(1,)]]
