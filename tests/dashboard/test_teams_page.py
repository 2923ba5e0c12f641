from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from governance.domain.collusion.states import ScanSlice
from governance.models import Agent, CollusionScan, DeclaredTeam, Fleet
from governance.selectors.clock import clock_now
from governance.services.collusion_scans import scan_ask, scan_run
from tests.dashboard.incident import words
from tests.dashboard.rings import LIST, ring_new
from tests.governance.services.colluding import colluding

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

TEAMS = f"{LIST}teams/"
JSON = {"Accept": "application/json"}


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Monthly budget",
        "member": ["Buyer", "", "Broker"],
        "reason": "The same amount goes round each month.",
        "until": (clock_now() + timedelta(days=30)).date().isoformat(),
        "idempotency_key": "k-1",
        **fields,
    }


def scanned() -> CollusionScan:
    fleet = Fleet.objects.get(slug="shop")
    return scan_run(scan_id=scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan").pk)


def test_a_manager_declares_a_team_and_everybody_reads_who_why_and_until(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)

    response = client_of(people.mona).post(f"{TEAMS}declare/", form())

    assert (response.status_code, response["Location"]) == (302, TEAMS)
    team = DeclaredTeam.objects.get()
    # It counts through the day that was named.
    assert f"{team.until:%H:%M:%S}" == "00:00:00"
    assert (team.until - timedelta(days=1)).date().isoformat() == form()["until"]
    page = words(client_of(people.rita), TEAMS)
    assert f"Broker , Buyer until {team.until:%Y-%m-%d} 00:00 UTC" in page
    assert "Monthly budget" in page
    assert "The same amount goes round each month." in page
    assert "by Mona Lind." in page
    assert "1 team in force" in words(client_of(people.rita), LIST).replace("\xa0", " ")


def test_what_the_team_explains_stays_shown(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)
    client_of(people.mona).post(f"{TEAMS}declare/", form())
    scanned()

    page = words(client_of(people.rita), f"{TEAMS}parts/")

    assert "1 finding explained by this team" in page.replace("\xa0", " ")
    assert "Buyer and Broker worked together 73 times" in page
    assert "No ring is suspected." in words(client_of(people.rita), LIST)


def test_a_team_is_ended_on_the_page_with_a_reason(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)
    client_of(people.mona).post(f"{TEAMS}declare/", form())
    url = f"{TEAMS}{DeclaredTeam.objects.get().pk}/end/"
    typed = {"control": "end", "idempotency_key": "k-2"}

    unexplained = client_of(people.mona).post(url, {**typed, "reason": " "})
    ended = client_of(people.mona).post(url, {**typed, "reason": "It is gone."}, headers=JSON)

    assert unexplained.status_code == 422
    assert "To end a team needs a reason." in unexplained.content.decode()
    assert ended.json()["then"] == "The next scan may watch and accuse them."
    page = words(client_of(people.rita), TEAMS)
    assert "No team is declared." in page
    assert "UTC by Mona Lind: It is gone." in page


def test_a_refusal_loses_nothing_that_was_typed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)

    response = client_of(people.mona).post(
        f"{TEAMS}declare/", form(member=["Buyer", "Nobody"], until="2026-13-01")
    )
    no_day = response.content.decode()
    nobody = client_of(people.mona).post(
        f"{TEAMS}declare/", form(member=["Buyer", "Nobody"]), headers=JSON
    )

    assert response.status_code == 422
    assert "Name the last day on which the team counts." in no_day
    assert 'value="Nobody"' in no_day
    assert 'value="Monthly budget"' in no_day
    assert "The same amount goes round each month." in no_day
    assert nobody.status_code == 422
    assert nobody.json()["field"] == "member"
    assert nobody.json()["value"] == "Nobody"
    assert nobody.json()["allowed"] == "the name or the id of one agent of the fleet"


def test_a_reviewer_reads_why_not_and_an_owner_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)
    Agent.objects.filter(name="Buyer").update(owner=people.mona)

    page = words(client_of(people.rita), TEAMS)
    reviewer = client_of(people.rita).post(f"{TEAMS}declare/", form(), headers=JSON)
    owner = client_of(people.mona).post(f"{TEAMS}declare/", form(), headers=JSON)

    assert "Only a manager or an admin may declare a team, and end one" in page
    assert reviewer.json()["code"] == "role_too_low"
    assert owner.json()["code"] == "owns_agent"
    assert not DeclaredTeam.objects.exists()


def test_sent_twice_a_team_is_declared_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    colluding(people.fleet)

    for _ in range(2):
        assert client_of(people.mona).post(f"{TEAMS}declare/", form()).status_code == 302

    assert DeclaredTeam.objects.count() == 1


def test_a_watched_tie_links_to_a_form_that_names_its_agents(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring_new()
    scan = CollusionScan.objects.get()
    buyer = Agent.objects.get(name="Buyer")
    often = {"why": "Often.", "checked": 0, "interactions": 9, "expected": 2.0}
    scan.watch = [{**often, "agents": [str(buyer.pk)]}]
    scan.save()

    page = client_of(people.mona).get(LIST).content.decode()
    proposed = client_of(people.mona).get(f"{TEAMS}?agent={buyer.pk}&agent=none").content.decode()

    assert f"{TEAMS}?agent={buyer.pk}#declare" in page
    assert "#declare" not in client_of(people.rita).get(LIST).content.decode()
    assert 'aria-label="Member 1" value="Buyer"' in proposed
