from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.models import Ticket
from governance.models import Cascade, Lineage, Task
from governance.selectors.clock import clock_now
from tests.dashboard.incident import incident_new, typed, words

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

LIST = "/f/shop/cascades/"


def test_the_list_names_each_incident_with_what_waits(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()

    page = words(client_of(people.rita), LIST)

    assert "Brief on winter shoes" in page
    assert "2 tasks held" in page
    assert "2 wait for a person" in page
    assert incident.url in client_of(people.rita).get(LIST).content.decode()


def test_the_list_shows_what_is_watched_with_its_numbers(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()
    other = Task.objects.get(pk=incident.root.pk)
    Cascade.objects.all().delete()
    Lineage.objects.create(
        root=other,
        fleet=other.fleet,
        children=3,
        failures=3,
        expected=0.2,
        parents=2,
        agents=["a", "b"],
        chance=0.0011485,
        updated_at=clock_now(),
    )

    page = words(client_of(people.rita), LIST)

    assert "3 of 3 tasks below failed parents failed too, touching 2 agents" in page


def test_an_incident_shows_its_numbers_its_tree_and_what_is_held(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()

    page = words(client_of(people.rita), incident.url)

    assert "3 of 4" in page
    assert "1.5 (0.7 to 2.8)" in page
    assert "once in 870 times" in page
    tree = page[page.index("Who builds on whom") :]
    assert tree.index("Brief on winter shoes") < tree.index("Read pages") < tree.index("draft")
    assert "After “Write the draft”." in page
    assert "Everything unstarted within reach was held." in page


def test_an_open_task_that_is_not_held_says_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()
    Task.objects.filter(pk=incident.root.pk).update(state="READY")

    page = words(client_of(people.rita), incident.url)

    root = page[page.index("Who builds on whom") : page.index("Read pages")]
    assert "may start" in root
    assert "not held: it builds on nothing that failed" in root
    assert page.count("it builds on nothing that failed") == 1
    assert "2 tasks are held" in page


def test_the_agents_page_leads_to_the_incident(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()

    page = client_of(people.rita).get(f"/f/shop/agents/{incident.cascade.agent_id}/")

    assert f'href="{incident.url}"' in page.content.decode()
    assert "it spread this" in page.content.decode()


def test_ticket_and_incident_lead_to_each_other(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    number = Ticket.objects.get(kind="cascade").number

    assert f'href="/f/shop/tickets/{number}/"' in rita.get(incident.url).content.decode()
    assert f'href="{incident.url}"' in rita.get(f"/f/shop/tickets/{number}/").content.decode()


def test_strangers_see_no_incident(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident, otto = incident_new(), client_of(people.otto)

    assert [otto.get(url).status_code for url in (LIST, incident.url)] == [404, 404]
    answer = otto.post(incident.settle_url(incident.draft), typed("resume"))
    assert answer.status_code == 404


def test_the_parts_of_both_pages_are_served_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    pieces = [rita.get(f"{url}parts/").content.decode() for url in (LIST, incident.url)]

    assert all("data-incidents" in piece and "<html" not in piece for piece in pieces)
