from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from escalations.models import Ticket
from governance.models import Cascade, Lineage, Task
from governance.selectors.clock import clock_now
from tests.dashboard.incident import incident_new

if TYPE_CHECKING:
    from django.test import Client

    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}
LIST = "/f/shop/cascades/"


def post(client: Client, url: str, control: str, reason: str = "Checked.", key: str = "k-1") -> Any:
    form = {"control": control, "reason": reason, "idempotency_key": key}
    return client.post(url, form, headers=JSON)


def words(client: Client, url: str) -> str:
    """Return what a page says, without markup and with plain spaces."""
    text = re.sub(r"<[^>]+>", " ", client.get(url).content.decode())
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


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


def test_a_reviewer_settles_root_first(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    early = post(rita, incident.settle_url(incident.digest), "cancel")
    first = post(rita, incident.settle_url(incident.draft), "resume", key="k-2")
    second = post(rita, incident.settle_url(incident.digest), "rerun", key="k-3")

    assert early.status_code == 409
    assert early.json()["detail"] == "Settle “Write the draft” first: it stands above this task."
    assert first.json()["then"] == "The task may start."
    assert second.json()["then"] == "The task has ended; its caller is told to ask again."
    assert Cascade.objects.get().resolved_by == "rita"
    assert "Over since" in words(rita, incident.url)


def test_without_script_a_form_leads_back_to_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    form = {"control": "cancel", "reason": "Not needed.", "idempotency_key": "k-1"}

    answer = rita.post(incident.settle_url(incident.draft), form)

    assert (answer.status_code, answer["Location"]) == (302, f"{incident.url}#held")


def test_what_was_not_recorded_comes_back_with_its_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    form = {"control": "explode", "reason": "Half a thought", "idempotency_key": "k-1"}

    answer = rita.post(incident.settle_url(incident.draft), form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Half a thought" in page
    assert "Not recorded." in page


def test_a_reason_is_required(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident = incident_new()

    refused = post(client_of(people.rita), incident.settle_url(incident.draft), "cancel", reason="")

    assert (refused.status_code, refused.json()["field"]) == (422, "reason")


def test_an_owner_is_told_why_resuming_is_for_somebody_else(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()

    page = words(client_of(people.lena), incident.url)

    assert "You own its agent; somebody else must resume it." in page


def test_an_incident_that_holds_nothing_is_closed_with_a_reason(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    incident.cascade.tasks.filter(fate="held").update(fate="running")
    assert "What became of it?" in words(rita, incident.url)

    closed = post(rita, f"{incident.url}close/", "close", "The pages were mended.")

    assert closed.json()["then"] == "The incident is over."
    assert Cascade.objects.get().resolution == "The pages were mended."


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
    incident, rita = incident_new(told=True), client_of(people.rita)
    number = Ticket.objects.get(kind="cascade").number

    assert f'href="/f/shop/tickets/{number}/"' in rita.get(incident.url).content.decode()
    assert f'href="{incident.url}"' in rita.get(f"/f/shop/tickets/{number}/").content.decode()


def test_strangers_see_no_incident(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident, otto = incident_new(), client_of(people.otto)

    assert [otto.get(url).status_code for url in (LIST, incident.url)] == [404, 404]
    assert post(otto, incident.settle_url(incident.draft), "resume").status_code == 404


def test_the_parts_of_both_pages_are_served_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    pieces = [rita.get(f"{url}parts/").content.decode() for url in (LIST, incident.url)]

    assert all("data-incidents" in piece and "<html" not in piece for piece in pieces)
