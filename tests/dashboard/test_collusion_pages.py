from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.collusion.states import ScanSlice, ScanState
from governance.models import CollusionScan, Fleet, TieCheck
from governance.selectors.clock import clock_now
from governance.services.collusion_scans import scan_ask
from tests.dashboard.incident import words
from tests.dashboard.rings import LIST, form, ring_new, rings_more

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


def watched_tie() -> dict[str, str]:
    """Record a fleet with a ring, put its agents on the watch list too, and return their form."""
    ring = ring_new()
    agents = [str(pk) for pk in ring.agents.values_list("pk", flat=True)]
    entry = {"agents": agents, "interactions": 9, "expected": 3.0, "chance": 1e-4, "checked": 2}
    CollusionScan.objects.update(watch=[{**entry, "why": "They worked together 9 times."}])
    return form("check") | {"agents": ",".join(agents)}


def test_before_any_scan_the_list_says_so(shop: Shop, people: People, client_of: ClientOf) -> None:
    page = words(client_of(people.rita), LIST)

    assert "No ring is suspected." in page
    assert "No scan has ended yet." in page
    assert "The whole window was not scanned yet." in page


def test_the_list_names_each_ring_with_its_evidence_and_its_value(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()

    page = words(client_of(people.rita), LIST)

    assert "Broker, Buyer" in page
    assert "worked together" in page
    assert f"${ring.value_usd:,.2f} moved among them" in page
    assert "960 interactions of 14 agents since" in page
    assert "No payoffs: joint benefit at normal quality cannot be seen." in page


def test_thirty_rings_are_read_in_as_few_queries_as_three(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring, client = ring_new(), client_of(people.rita)
    rings_more(ring, 2)
    words(client, f"{LIST}parts/")
    with CaptureQueriesContext(connection) as three:
        words(client, f"{LIST}parts/")
    rings_more(ring, 27)

    with CaptureQueriesContext(connection) as thirty:
        page = words(client, f"{LIST}parts/")

    assert page.count("Broker, Buyer") == 30
    assert len(thirty) == len(three)


def test_of_many_rings_the_gravest_are_listed_and_all_are_counted(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    rings_more(ring_new(), 50)

    page = words(client_of(people.rita), LIST)

    assert "the gravest 50 of 51, times in UTC" in page
    assert page.count("Broker, Buyer") == 50


def test_the_list_says_on_whose_behalf_the_last_scan_ran(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring_new()
    by_schedule = words(client_of(people.rita), LIST)
    CollusionScan.objects.update(asked_by="mona")

    assert "960 interactions, on schedule." in by_schedule
    assert "960 interactions, asked for by Mona Lind." in words(client_of(people.rita), LIST)


def test_a_scan_that_failed_is_not_said_to_have_read_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring_new()
    CollusionScan.objects.update(state=ScanState.FAILED, interactions=0, error="No room.")

    page = words(client_of(people.rita), LIST)

    assert "Last scan, of the whole window: failed" in page
    assert "0 interactions" not in page


def test_a_scan_that_runs_shows_how_far_it_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    scan = scan_ask(fleet=Fleet.objects.get(slug="shop"), part=ScanSlice.FULL, actor="scan")
    CollusionScan.objects.filter(pk=scan.pk).update(stage="lockstep", share=0.75)

    page = words(client_of(people.rita), f"{LIST}parts/")

    assert "A scan runs, now at who calls on others in step: 75 % done." in page
    assert "Nothing was heard of it" not in page
    CollusionScan.objects.update(heard_at=clock_now() - timedelta(seconds=45))
    silent = words(client_of(people.rita), f"{LIST}parts/")
    assert "Nothing was heard of it for 4" in silent
    assert "its worker may be lost." in silent


def test_a_manager_starts_a_scan_from_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.mona).post(f"{LIST}scan/", form("scan"))

    assert response.status_code == 302
    assert CollusionScan.objects.get().asked_by == "mona"


def test_a_reviewer_cannot_start_a_scan_and_reads_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = words(client_of(people.rita), LIST)
    response = client_of(people.rita).post(f"{LIST}scan/", form("scan"), headers=JSON)

    assert "Only a manager or an admin may start a scan for collusion" in page
    assert response.status_code == 403
    assert not CollusionScan.objects.exists()


def test_a_second_scan_is_refused_with_how_far_the_first_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    scan_ask(fleet=Fleet.objects.get(slug="shop"), part=ScanSlice.FULL, actor="scan")

    response = client_of(people.mona).post(f"{LIST}scan/", form("scan"))

    assert response.status_code == 409
    assert "A scan runs already, still waiting for a worker: 0 % done." in response.content.decode()


def test_a_manager_asks_for_checks_of_a_watched_tie_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    sent = watched_tie()
    before = words(client_of(people.mona), LIST)

    first = client_of(people.mona).post(f"{LIST}check/", sent, headers=JSON)
    again = client_of(people.mona).post(f"{LIST}check/", sent | {"idempotency_key": "k-2"})

    progress = "The next 8 jobs between them are checked; 0 of 8 done."
    after = words(client_of(people.mona), LIST)
    assert (first.json()["then"], again.status_code) == (progress, 302)
    assert "Ask for checks" in before
    assert "Ask for checks" not in after
    assert progress in after
    assert TieCheck.objects.get().asked_by == "mona"


def test_a_reviewer_cannot_ask_for_checks_and_reads_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    sent = watched_tie()

    page = words(client_of(people.rita), LIST)
    response = client_of(people.rita).post(f"{LIST}check/", sent, headers=JSON)

    assert "may confirm or dismiss collusion, and ask for checks; you are a reviewer" in page
    assert response.status_code == 403


def test_checks_of_agents_that_are_no_ids_are_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.mona).post(f"{LIST}check/", form("check") | {"agents": "Buyer"})

    assert response.status_code == 422
    assert "The agents must be ids with commas between." in response.content.decode()
