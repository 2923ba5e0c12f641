"""Marks on charts: which events they are, whose, and how many are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from dashboard.forms.trends import trends_read
from dashboard.pages import trend_marks
from dashboard.pages.marks_card import marks_card
from dashboard.pages.trend_marks import (
    MarkKind,
    freezes_between,
    marks_between,
    marks_text,
)
from escalations.services.expiry import tickets_expire_due
from governance.events import DriftFound, FleetHalted, FleetIncidentRaised, PolicyPublished
from governance.models import Agent
from governance.services.breakers import agent_freeze, agent_release
from governance.services.events import events_publish
from tests.dashboard.shop import AGENT, NEWCOMER
from tests.escalations.answering import deny

if TYPE_CHECKING:
    from governance.events import FleetEvent
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _after_the_shop_was_opened(shop: Shop, clock: Clock) -> None:
    """Its first policy is a mark too, at 12:00."""
    clock.forward(minutes=1)


def agent(name: str = AGENT) -> Agent:
    return Agent.objects.select_related("fleet", "standing").get(external_id=name)


def drift(people: People, about: str = AGENT) -> DriftFound:
    return DriftFound(
        fleet_id=people.fleet.pk,
        actor="detector",
        agent_id=agent(about).pk,
        signal="failures",
        sentence="It fails more often.",
        evidence={},
        outcome_id=uuid4(),
        enforced=True,
    )


def told(clock: Clock, *events: FleetEvent) -> None:
    events_publish(*events, now=clock.now)


def marks(people: People, clock: Clock, whose: Agent | None = None, **given: Any) -> Any:
    wanted: dict[str, Any] = {"since": START, "until": clock.now, "kinds": list(MarkKind), **given}
    return marks_between(fleet=people.fleet, agent=whose, **wanted)


def test_a_denied_ticket_is_a_mark_with_its_sentence_and_a_way_to_the_event(
    shop: Shop, people: People, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(minutes=1)
    deny(ticket, people.rita)

    (found,) = marks(people, clock, kinds=[MarkKind.DECISION])

    assert (found.kind, found.at) == (MarkKind.DECISION, clock.now)
    assert found.sentence.startswith(f"{agent().name}: Ticket #{ticket.number}: denied by ")
    people.fleet.refresh_from_db()
    assert found.url.startswith("/f/shop/events/")


def test_a_ticket_that_expired_is_a_mark_of_a_decision(
    shop: Shop, people: People, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(seconds=(ticket.decide_by - clock.now).total_seconds() + 1)
    tickets_expire_due()

    (found,) = marks(people, clock, kinds=[MarkKind.DECISION])

    assert f"Ticket #{ticket.number} expired unanswered" in found.sentence


def test_the_agents_own_marks_and_those_of_the_whole_fleet_are_an_agents(
    shop: Shop, people: People, clock: Clock
) -> None:
    fleet_id = people.fleet.pk
    policy = PolicyPublished(fleet_id=fleet_id, actor="adam", number=4, reason="Calmer.")
    halt = FleetHalted(fleet_id=fleet_id, actor="adam", reason="Drill.")
    told(clock, drift(people), drift(people, NEWCOMER), policy, halt)

    mine = marks(people, clock, agent())
    everybodys = marks(people, clock)

    kinds = [MarkKind.DRIFT, MarkKind.POLICY, MarkKind.INCIDENT]
    assert [mark.kind for mark in mine] == kinds
    assert mine[0].sentence == "It fails more often."
    assert [mark.kind for mark in everybodys] == [MarkKind.DRIFT, *kinds]


def test_an_incident_is_a_mark_of_the_agents_it_lists(
    shop: Shop, people: People, clock: Clock
) -> None:
    raised = FleetIncidentRaised(
        fleet_id=people.fleet.pk,
        actor="detector",
        incident_id=uuid4(),
        sentence="Many agents fail.",
        shared=(),
        agents=(str(agent().pk),),
        enforced=False,
    )
    told(clock, raised)

    assert [mark.kind for mark in marks(people, clock, agent())] == [MarkKind.INCIDENT]
    assert marks(people, clock, agent(NEWCOMER)) == []


def test_a_period_begins_after_its_first_moment_and_ends_with_its_last(
    shop: Shop, people: People, clock: Clock
) -> None:
    told(clock, drift(people))
    at = clock.now

    assert marks(people, clock, since=at, until=at + timedelta(hours=1)) == []
    assert len(marks(people, clock, since=START, until=at)) == 1


def test_of_many_marks_the_latest_are_kept_and_the_rest_is_said(
    shop: Shop, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trend_marks, "MARKS_MOST", 2)
    for _ in range(3):
        told(clock, drift(people))
        clock.forward(minutes=1)

    found = marks(people, clock)

    assert [mark.at.minute for mark in found] == [2, 3]
    assert found.note.replace("\N{NO-BREAK SPACE}", " ") == (
        "Only the latest 2 marks are drawn, since 2 Mar 12:02 UTC."
    )


def test_all_the_marks_there_are_need_no_note(shop: Shop, people: People, clock: Clock) -> None:
    told(clock, drift(people))

    assert marks(people, clock).note == ""


def test_more_events_cost_no_more_queries(shop: Shop, people: People, clock: Clock) -> None:
    told(clock, drift(people))
    with CaptureQueriesContext(connection) as few:
        marks(people, clock)
    for _ in range(20):
        deny(shop.refund(), people.rita)
        told(clock, drift(people, NEWCOMER))

    with CaptureQueriesContext(connection) as many:
        found = marks(people, clock)

    assert len(found) == 41
    assert len(many) == len(few) == 3


def test_a_freeze_by_hand_is_a_region_until_people_released_it(
    shop: Shop, people: People, clock: Clock
) -> None:
    agent_freeze(fleet=people.fleet, agent_external_id=AGENT, actor="mona", reason="It loops.")
    began = clock.now
    clock.forward(hours=2)
    agent_release(fleet=people.fleet, agent_external_id=AGENT, user=people.mona, reason="Mended.")

    (span,) = freezes_between(agent=agent(), since=START, until=clock.now)

    assert (span.since, span.until) == (began, began + timedelta(hours=2))
    assert span.sentence.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "Frozen from 2 Mar 12:01 to 2 Mar 14:01 UTC: "
    )
    assert "It loops." in span.sentence


def test_a_freeze_from_before_the_period_that_goes_on_has_no_end(
    shop: Shop, people: People, clock: Clock
) -> None:
    agent_freeze(fleet=people.fleet, agent_external_id=AGENT, actor="mona", reason="It loops.")
    clock.forward(days=3)

    (span,) = freezes_between(agent=agent(), since=clock.now - timedelta(days=1), until=clock.now)

    assert (span.since, span.until) == (clock.now - timedelta(days=1), None)
    assert span.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Frozen since before 4 Mar 12:01 UTC."
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("trip,drift", {MarkKind.TRIP, MarkKind.DRIFT}),
        ("none", set()),
        ("policy,nonsense", {MarkKind.POLICY}),
    ],
)
def test_an_address_says_which_kinds_are_wanted(text: str, kinds: set[MarkKind]) -> None:
    form, again = (trends_read(QueryDict(f"marks={each}")) for each in (text, marks_text(kinds)))

    assert form.marks is not None
    assert set(form.marks) == kinds
    assert (again.marks, again.misread) == (form.marks, ())


def test_a_kind_of_mark_that_nobody_knows_is_said(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    said = ("marks cannot be “nonsense”. It takes trip, drift, decision, policy, incident, none.",)
    client = client_of(people.mona)

    for url in ("/f/shop/trends/", f"/f/shop/agents/{agent().pk}/trends/"):
        page = client.get(f"{url}?marks=policy,nonsense").context["trends"]
        assert page.bar.troubles == said


def test_below_the_chart_every_mark_is_a_link_and_each_kind_can_be_left_out(
    shop: Shop, people: People, clock: Clock
) -> None:
    told(clock, drift(people))
    clock.forward(minutes=1)
    deny(shop.refund(), people.rita)
    kinds = [MarkKind.DRIFT, MarkKind.DECISION]

    card = marks_card(
        marks(people, clock, kinds=kinds),
        kinds,
        fleet=people.fleet,
        agent=agent(),
        since=START,
        until=clock.now,
        address=lambda text: f"/f/shop/service/?range=7d&marks={text}",
    )

    assert [line.kind.label for line in card.lines] == ["Decision", "Drift"]
    assert all(line.url.startswith("/f/shop/events/") for line in card.lines)
    chosen = {
        link.label: (link.is_chosen, link.url.partition("marks=")[2]) for link in card.toggles
    }
    assert chosen == {
        "Trips and freezes": (False, "trip,drift,decision"),
        "Drift alarms": (True, "decision"),
        "Decisions": (True, "drift"),
        "Policy changes": (False, "drift,decision,policy"),
        "Cascades, rings, faults": (False, "drift,decision,incident"),
    }
    assert parse_qs(urlsplit(card.log_url).query) == {
        "agent": [AGENT],
        "from": ["2026-03-02T12:00:00.000Z"],
        "to": ["2026-03-02T12:02:00.000Z"],
        "back": ["/f/shop/service/?range=7d&marks=drift,decision"],
    }


def test_of_very_many_marks_the_newest_are_listed_and_the_others_counted(
    shop: Shop, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.marks_card.LISTED_MOST", 2)
    for _ in range(3):
        told(clock, drift(people))
        clock.forward(minutes=1)

    card = marks_card(
        marks(people, clock),
        list(MarkKind),
        fleet=people.fleet,
        agent=None,
        since=START,
        until=clock.now,
        address=lambda text: text,
    )

    assert [line.at.minute for line in card.lines] == [3, 2]
    assert (card.total, card.more) == (3, 1)
