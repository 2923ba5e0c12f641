from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from escalations.services.rings_again import rings_ask
from governance.domain.collusion.states import RingState, ScanSlice, ScanState
from governance.domain.ids import id_new
from governance.models import Agent, CollusionRing, CollusionScan, Fleet, TieCheck
from governance.selectors.clock import clock_now
from governance.services.collusion_scans import scan_ask
from tests.dashboard.incident import words
from tests.dashboard.rings import LIST, ring_new, ring_url, rings_more
from tests.dashboard.sample_cards import NOW
from tests.escalations.finding import answer
from tests.governance.selectors.test_ledger import fine

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


def form(control: str, reason: str = "") -> dict[str, str]:
    return {"control": control, "reason": reason, "idempotency_key": "k-1"}


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


def test_a_ring_of_more_members_costs_no_further_query(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring, client = ring_new(), client_of(people.rita)
    words(client, ring_url(ring.pk))
    with CaptureQueriesContext(connection) as two:
        words(client, ring_url(ring.pk))
    ring.agents.set(Agent.objects.all())

    with CaptureQueriesContext(connection) as all_of_them:
        words(client, ring_url(ring.pk))

    assert len(all_of_them) == len(two)


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


def test_a_ring_shows_evidence_members_jobs_and_what_would_change_the_verdict(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()

    page = words(client_of(people.rita), ring_url(ring.pk))

    assert "Broker and Buyer" in page
    assert "By luck alone" in page
    assert "No evidence" in page
    assert "the latest 20 of" in page
    assert "Until a person has judged, a task of one member that goes on with a task of" in page


def test_joint_benefit_would_be_none_up_to_the_gain_that_is_tolerated(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    # .5 in all of 1.40 instead of .90 is an effect of .25: of that .10 is tolerated.
    ring = ring_new()
    gain = {"kind": "joint_benefit", "sentence": "", "usual": 0.9, "seen": 1.4, "effect": 0.25}
    CollusionRing.objects.update(findings=[{**ring.findings[0], **gain}])

    page = words(client_of(people.rita), ring_url(ring.pk))

    assert "No evidence up to 1.10 gained together on average." in page


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

    assert "Only a manager or admin may start a scan for collusion" in page
    assert response.status_code == 403
    assert not CollusionScan.objects.exists()


def test_a_second_scan_is_refused_with_how_far_the_first_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    scan_ask(fleet=Fleet.objects.get(slug="shop"), part=ScanSlice.FULL, actor="scan")

    response = client_of(people.mona).post(f"{LIST}scan/", form("scan"))

    assert response.status_code == 409
    assert "A scan runs already, still waiting for a worker: 0 % done." in response.content.decode()


def test_a_confirmed_ring_is_cleared_on_its_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    answer(Ticket.objects.get(kind="collusion"), people.mona, "confirm")
    page = words(client_of(people.mona), ring_url(ring.pk))

    response = client_of(people.mona).post(
        f"{ring_url(ring.pk)}clear/", form("clear", reason="The desk checked the wrong jobs.")
    )

    assert "Tier low and 50" in page
    assert "fined $" in page
    assert "balances as of" in page
    assert response.status_code == 302
    assert CollusionRing.objects.get().state == RingState.DISMISSED
    assert "Nothing stands against them." in words(client_of(people.mona), ring_url(ring.pk))


def test_the_page_tells_what_happened_from_the_first_job_to_the_appeal(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    ticket = Ticket.objects.get(kind="collusion")
    answer(ticket, people.mona, "confirm")
    client_of(people.mona).post(
        f"{ring_url(ring.pk)}clear/", form("clear", reason="The desk checked the wrong jobs.")
    )

    page = words(client_of(people.mona), ring_url(ring.pk))
    told = page[page.index("What happened") : page.index("The jobs behind it")]

    places = [
        told.index(each)
        for each in (
            "First job",
            "Found",
            f"Ticket #{ticket.number} asked whether the ring is real.",
            "Confirmed",
            "The desk checked the wrong jobs.",
        )
    ]
    assert places == sorted(places)
    assert "by the scan" in told
    assert "count as a team until" in told


def test_wealth_of_the_members_is_drawn_beside_that_of_the_others(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    before = words(client_of(people.rita), ring_url(ring.pk))
    for name, amount in (("Buyer", 3), ("Broker", 1), ("Agent 0", 2), ("Agent 1", 4)):
        fine(Agent.objects.get(name=name), amount)

    page = words(client_of(people.rita), ring_url(ring.pk))
    listed = words(client_of(people.rita), LIST)

    assert "Nothing was booked for its members yet." in before
    assert (
        "From 2 Dec to now Broker went from $0.00 to −$1.00, Buyer went from $0.00 to"
        " −$3.00 and the mean of 2 other agents from $0.00 to −$3.00."
    ) in page
    assert (
        "Mean balance now; each agent counts with the group it is in today. Accused, n = 2: −$2.00; Others, n = 2: −$3.00."
    ) in listed


def test_without_a_reason_nothing_is_cleared_and_nothing_typed_is_lost(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    answer(Ticket.objects.get(kind="collusion"), people.mona, "confirm")

    response = client_of(people.mona).post(f"{ring_url(ring.pk)}clear/", form("clear", reason=" "))

    assert response.status_code == 422
    assert "To clear a ring needs a reason." in response.content.decode()
    assert CollusionRing.objects.get().state == RingState.CONFIRMED


def test_the_ticket_shows_all_evidence_and_the_ring(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    ticket = Ticket.objects.get(kind="collusion")

    page = words(client_of(people.mona), f"/f/shop/tickets/{ticket.number}/")

    assert all(each["sentence"].split(".")[0] in page for each in ring.findings)
    assert "ring with its evidence" in page
    assert "and the ring stays suspected" in page


def test_a_ticket_that_asks_again_says_why_first(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring_new()
    first = Ticket.objects.get(kind="collusion")
    Ticket.objects.filter(pk=first.pk).update(state="EXPIRED", resolved_at=first.decide_by)

    rings_ask()

    again = Ticket.objects.get(kind="collusion", state="PENDING")
    page = words(client_of(people.mona), f"/f/shop/tickets/{again.number}/")
    assert f"Asked again: ticket #{first.number} expired unanswered." in page


def watched_tie() -> dict[str, str]:
    """Record a fleet with a ring, put its agents on the watch list too, and return their form."""
    ring = ring_new()
    agents = [str(pk) for pk in ring.agents.values_list("pk", flat=True)]
    entry = {"agents": agents, "interactions": 9, "expected": 3.0, "chance": 1e-4, "checked": 2}
    CollusionScan.objects.update(watch=[{**entry, "why": "They worked together 9 times."}])
    return form("check") | {"agents": ",".join(agents)}


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

    assert "may confirm or dismiss collusion, and ask for checks; you are reviewer" in page
    assert response.status_code == 403


def test_checks_of_agents_that_are_no_ids_are_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.mona).post(f"{LIST}check/", form("check") | {"agents": "Buyer"})

    assert response.status_code == 422
    assert "The agents must be ids with commas between." in response.content.decode()


def test_the_ring_shows_how_far_its_checks_are(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    answer(Ticket.objects.get(kind="collusion"), people.mona, "verify")

    page = words(client_of(people.rita), ring_url(ring.pk))

    assert "The next 8 jobs between them are checked; 0 of 8 done." in page
    assert "Their word for each other counts for nothing in trust: no outcome so far." in page


def test_merged_rings_lead_to_each_other(shop: Shop, people: People, client_of: ClientOf) -> None:
    ring = ring_new()
    other = CollusionRing.objects.get()
    other.pk, other.state, other.merged_into, other.merged_at = id_new(), "MERGED", ring, NOW
    other.save(force_insert=True)
    other.agents.set(ring.agents.filter(name="Buyer"))

    page = client_of(people.rita).get(ring_url(ring.pk)).content.decode()
    merged = client_of(people.rita).get(ring_url(other.pk)).content.decode()

    assert "Took over what was found of Buyer alone" in page
    assert ring_url(other.pk) in page
    assert "Found to be part of an older ring" in merged
    assert ring_url(ring.pk) in merged
    assert "Nothing stands against them." not in merged
