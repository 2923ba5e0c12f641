"""What a manager sees first: each figure beside what it is out of, each change in a sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from escalations.services.decisions import ticket_decide
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import Tier
from governance.models import Agent, Event, PolicyVersion, Standing, TrustDay
from governance.selectors.clock import clock_now
from tests.dashboard.incident import fleet_incident_new, incident_new, words
from tests.dashboard.rings import ring_new
from tests.factories import AgentFactory, StandingFactory

if TYPE_CHECKING:
    from dashboard.cards.overview import KeyFigure, OverviewPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/overview/"


def page_of(client: Any) -> OverviewPage:
    page: OverviewPage = client.get(URL).context["overview"]
    return page


def figures(page: OverviewPage) -> dict[str, KeyFigure]:
    return {figure.label: figure for figure in (*page.figures, *page.system)}


def said(page: OverviewPage) -> list[str]:
    spoken = (f"{change.sentence} {change.quote}".strip() for change in page.changes)
    return [each.replace("\N{NO-BREAK SPACE}", " ") for each in spoken]


def answered(ticket: Ticket, people: People, choice: str = "deny") -> None:
    ticket_decide(
        ticket_id=ticket.pk,
        user=people.mona,
        choice=choice,
        reason_code="other",
        reason_text="Not today.",
        expected_version=ticket.version,
        via="browser",
    )


def test_a_calm_fleet_says_so_in_every_part(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    Agent.objects.filter(fleet=people.fleet).update(created_at=clock.now - timedelta(days=30))
    PolicyVersion.objects.filter(fleet=people.fleet).update(
        created_at=clock.now - timedelta(days=30)
    )

    text = words(client_of(people.mona), URL)

    assert "Nothing changed. This page is live." in text
    assert "No detector found anything." in text
    assert "Every agent runs freely." in text
    assert "All well" in text


def test_frozen_counts_what_is_latched_and_leads_to_the_list(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.latch()

    frozen = figures(page_of(client_of(people.mona)))["Frozen"]

    assert (frozen.value, frozen.url) == ("1", "/f/shop/agents/?state=latched")
    assert frozen.note.startswith("1 latched, detectors hold ")


def test_what_waits_says_how_much_of_it_is_soon_over(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    first = shop.refund()
    shop.refund()
    Ticket.objects.filter(pk=first.pk).update(decide_by=clock.now + timedelta(minutes=14))

    waiting = figures(page_of(client_of(people.mona)))["Waiting"]

    assert waiting.value == "2"
    assert waiting.note.replace("\N{NO-BREAK SPACE}", " ") == "1 ends within 15 min"
    assert (waiting.url, waiting.is_bad) == ("/f/shop/queue/?view=expiring", True)


def test_time_to_decide_is_of_what_people_answered_within_a_day(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    tickets = [shop.refund() for _ in range(3)]
    for ticket, seconds in zip(tickets, (60, 120, 600), strict=True):
        clock.forward(seconds=seconds - (clock.now - ticket.opened_at).total_seconds())
        answered(ticket, people)

    took = figures(page_of(client_of(people.mona)))["Time to decide"]

    # Of 60, 120 and 600 s: the middle one, and 120 + .8 * 480.
    assert took.value == "2:00"
    assert took.note.replace("\N{NO-BREAK SPACE}", " ") == ("median of 3 in 24 h, 90 % within 8:24")


def test_without_an_answer_there_is_no_time_to_decide(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    took = figures(page_of(client_of(people.mona)))["Time to decide"]

    assert (took.value, took.note.replace("\N{NO-BREAK SPACE}", " ")) == (
        "–",
        "nothing answered in 24 h",
    )


def test_what_expired_stands_beside_what_ended(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    answered(shop.refund(), people)
    late = shop.refund()
    clock.forward(seconds=(late.decide_by - clock.now).total_seconds() + 1)
    tickets_expire_due()

    page = page_of(client_of(people.mona))

    expired = figures(page)["Expired"]
    assert (expired.value, expired.is_bad) == ("1", True)
    assert expired.note.replace("\N{NO-BREAK SPACE}", " ") == "of 2 tickets that ended in 24 h"
    assert expired.url == "/f/shop/queue/decided/?outcome=expired"
    assert (
        "2 tickets ended: 1 answered and 1 expired unanswered."
        " The day before 0, of which 0 expired."
    ) in said(page)


def test_spending_stands_beside_the_budgets(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agents = Agent.objects.filter(fleet=people.fleet)
    agents.update(budget_usd=None)
    one = agents.first()
    assert one is not None
    agents.filter(pk=one.pk).update(budget_usd=Decimal(500))

    spent = figures(page_of(client_of(people.mona)))["Spent this month"]

    note = spent.note.replace("\N{NO-BREAK SPACE}", " ")
    assert note == f"of $500.00 in budgets, {agents.count() - 1} agent without one"


def test_a_trip_stands_beside_the_day_before(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    client = client_of(people.mona)

    today = said(page_of(client))
    clock.forward(hours=25)
    tomorrow = said(page_of(client))

    assert "Breakers froze agents once, never the day before." in today
    assert "No breaker froze an agent; the day before it happened once." in tomorrow


def test_agents_that_earn_another_tier_are_named(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    agent = Agent.objects.get(fleet=people.fleet, external_id="refund-bot")
    assert agent.standing.tier == Tier.HIGH
    TrustDay.objects.create(
        agent=agent, day=(clock.now - timedelta(days=1)).date(), tier=Tier.MEDIUM.value,
        outcomes=30, breaker_state="CLOSED", created_at=clock.now - timedelta(days=1),
    )  # fmt: skip

    page = page_of(client_of(people.mona))

    assert f"1 agent earns a higher tier than yesterday: {agent.name} (medium to high)." in said(
        page
    )


def test_a_new_policy_gives_its_reason_as_it_was_written(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    first = PolicyVersion.objects.filter(fleet=people.fleet).latest("number")
    PolicyVersion.objects.create(
        fleet=people.fleet, number=first.number + 1, body=first.body, reason="Tighter on refunds.",
        published_by="mona", created_at=clock.now,
    )  # fmt: skip

    found = [each for each in said(page_of(client_of(people.mona))) if "Tighter" in each]

    assert len(found) == 1
    assert found[0].startswith(f"Policy {first.number + 1} came into force ")
    assert found[0].endswith(": Tighter on refunds.")


def test_alarms_of_every_kind_lead_to_their_pages(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.latch()
    cascade, incident, ring = incident_new().cascade, fleet_incident_new(), ring_new()

    alarms = page_of(client_of(people.mona)).alarms

    found = {alarm.mark.label: alarm for alarm in alarms}
    assert set(found) == {"Latched", "Cascade", "Incident", "Collusion"}
    assert found["Cascade"].url == f"/f/shop/cascades/{cascade.pk}/"
    assert found["Incident"].url == f"/f/shop/incidents/{incident.pk}/"
    assert found["Collusion"].url == f"/f/shop/collusion/{ring.pk}/"
    assert found["Latched"].title == "refund-bot"
    assert all(alarm.is_open for alarm in alarms)
    assert [alarm.at for alarm in alarms] == sorted((each.at for each in alarms), reverse=True)


def test_alarms_are_of_the_last_seven_days(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    fleet_incident_new()
    clock.forward(days=7, seconds=1)

    assert page_of(client_of(people.mona)).alarms == ()


def test_agents_that_do_not_run_freely_are_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    page = page_of(client_of(people.mona))

    assert [row.external_id for row in page.looks] == ["refund-bot"]
    assert (page.need_look, page.agents) == (1, 2)


def test_what_only_stands_in_shadow_needs_no_look(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    people.fleet.enforcement = "shadow"
    people.fleet.save(update_fields=["enforcement"])

    page = page_of(client_of(people.mona))

    assert [row.external_id for row in page.looks] == ["refund-bot"]
    assert (page.need_look, page.agents) == (1, 2)


def test_events_that_nobody_sent_are_told(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    Event.objects.update(pushed_at=clock.now)
    assert figures(page_of(client_of(people.mona)))["System"].value == "All well"
    stuck = Event.objects.filter(fleet=people.fleet).earliest("seq")
    Event.objects.filter(pk=stuck.pk).update(pushed_at=None)
    clock.forward(minutes=2)

    system = figures(page_of(client_of(people.mona)))

    assert (system["System"].value, system["System"].is_bad) == ("Needs a look", True)
    assert (system["Events not sent yet"].value, system["Events not sent yet"].is_bad) == (
        "1",
        True,
    )


def test_a_fleet_of_500_costs_no_more_queries_than_one_of_two(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    client = client_of(people.mona)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    crowd = [
        AgentFactory.build(
            fleet=people.fleet, owner=people.lena, external_id=f"a-{n}", created_at=clock_now()
        )
        for n in range(498)
    ]
    Agent.objects.bulk_create(crowd)
    Standing.objects.bulk_create([StandingFactory.build(agent=each) for each in crowd])

    with CaptureQueriesContext(connection) as many:
        page = page_of(client)

    assert page.agents == 500
    assert len(many) == len(few)
    assert len(many) <= 45


def test_it_leads_to_what_governance_held_up(people: People, client_of: ClientOf) -> None:
    page = client_of(people.mona).get("/f/shop/overview/").content.decode()

    assert 'What governance held up and stopped: <a href="/f/shop/matrix/">Matrix</a>' in page
