from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from escalations.services.rings_again import rings_ask
from governance.domain.collusion.states import RingState
from governance.domain.ids import id_new
from governance.models import Agent, CollusionRing
from tests.dashboard.incident import words
from tests.dashboard.rings import LIST, form, ring_new, ring_url
from tests.dashboard.sample_cards import NOW
from tests.escalations.finding import answer
from tests.governance.selectors.test_ledger import fine

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


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
        " −$3.00 and the mean of 2 other agents went from $0.00 to −$3.00."
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
    assert "U+00A0" not in merged
    assert ring_url(ring.pk) in merged
    assert "Nothing stands against them." not in merged
