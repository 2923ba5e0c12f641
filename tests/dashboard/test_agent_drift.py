from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from escalations.models import Ticket
from governance.domain.types import Result
from governance.models import Agent, DriftAlarm, Fleet, FleetIncident
from governance.selectors.clock import clock_now
from governance.services.batches import outcomes_load
from governance.services.drift import drift_acknowledge_step
from governance.services.events import events_publish
from governance.services.schemas import OutcomeItem

if TYPE_CHECKING:
    from dashboard.cards.agent_page import AgentPage
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def drifted(shop: Shop) -> Agent:
    """Return the shop's agent after ten tasks that cost three times as much as before."""
    now = clock_now()
    items = [
        OutcomeItem(
            task_id=f"dear-{n}",
            agent="refund-bot",
            finished_at=now - timedelta(minutes=60 - n),
            result=Result.SUCCESS,
            requested_by=f"job:{n % 3}",
            cost_usd=Decimal("0.30" if n >= 50 else "0.10"),
            budget_usd=Decimal(1),
        )
        for n in range(60)
    ]
    outcomes_load(key=shop.key, items=items)
    return Agent.objects.select_related("standing", "fleet").get(external_id="refund-bot")


def page_of(client_of: ClientOf, people: People, agent: Agent) -> AgentPage:
    card: AgentPage = client_of(people.rita).get(f"/f/shop/agents/{agent.pk}/").context["agent"]
    return card


def test_the_page_says_what_was_normal_what_is_now_and_over_how_many_tasks(
    drifted: Agent, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of, people, drifted)

    (line,) = page.drift.lines
    alarm = DriftAlarm.objects.get(agent=drifted)
    assert (line.mark.label, line.state.label) == ("Costs more", "Open")
    assert line.sentence == alarm.sentence
    assert (line.tasks, line.now) == (alarm.evidence["tasks"], line.now)
    assert line.normal.endswith(" USD")
    assert "no tier rises" in line.note
    assert "Drifting" in [mark.label for mark in page.status.others]
    assert page.summary.startswith("Breaker closed, Drifting. ")
    assert page.moves[0].mark.label in {"Drift", "Tier fell"}


def test_the_page_leads_to_the_ticket_that_asks_what_follows(
    drifted: Agent, people: People, client_of: ClientOf
) -> None:
    ticket = Ticket.objects.get(agent=drifted, kind="drift")

    drift = page_of(client_of, people, drifted).drift

    assert drift.ticket_number == ticket.number
    assert drift.ticket_url == f"/f/shop/tickets/{ticket.number}/"


@pytest.mark.parametrize(
    ("rebaseline", "words"),
    [(True, "took the present for normal"), (False, "held to what was normal before")],
)
def test_once_people_have_looked_the_page_says_who_and_what_follows(
    drifted: Agent, people: People, client_of: ClientOf, rebaseline: bool, words: str
) -> None:
    with transaction.atomic():
        events = drift_acknowledge_step(
            agent=drifted, rebaseline=rebaseline, actor="rita", now=clock_now()
        )
        events_publish(*events, now=clock_now())

    page = page_of(client_of, people, drifted)

    (line,) = page.drift.lines
    assert line.state.label == "Looked at"
    assert words in line.note
    assert page.moves[0].mark.label == "Drift looked at"
    assert "Drifting" not in [mark.label for mark in page.status.others]


def test_a_new_agent_says_that_it_is_still_learned(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    newcomer = Agent.objects.select_related("standing").get(external_id="new-bot")

    drift = page_of(client_of, people, newcomer).drift

    assert drift.lines == ()
    assert drift.watched.startswith("Learns what is normal: 0 of 40 outcomes.")


def test_a_held_alarm_says_that_nothing_followed_and_names_the_fleets_incident(
    drifted: Agent, people: People, client_of: ClientOf
) -> None:
    DriftAlarm.objects.filter(agent=drifted).update(held=True, signal="failing", kind="drift")
    fleet = Fleet.objects.get(slug="shop")
    FleetIncident.objects.create(
        fleet=fleet, kind="drift", sentence="6 of 9 agents fail.", shared=[], agents=[],
        raised_at=clock_now(),
    )  # fmt: skip

    drift = page_of(client_of, people, drifted).drift

    (line,) = drift.lines
    assert (line.mark.label, line.state.label) == ("Fails more", "Held")
    assert line.now.endswith("% fail")
    assert drift.incident == "6 of 9 agents fail."
