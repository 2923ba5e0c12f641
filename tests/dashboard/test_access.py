from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pytest
from django.test import Client

from escalations.models import Ticket
from governance.models import ApiKey
from governance.services.webhooks import webhook_create
from tests.clock import Clock
from tests.dashboard.addresses import (
    ADMIN_PAGES,
    ADMIN_PIECES,
    CASCADE_MOVES,
    FLEET_PAGES,
    FLEET_PIECES,
    MANAGER_PAGES,
    MANAGER_PIECES,
    MEMBERS,
    MOVES,
    OWN_PAGES,
    OWN_PIECES,
    OWN_SWITCHES,
)
from tests.dashboard.incident import fleet_incident_new, incident_new, typed
from tests.dashboard.kept import undone_at_the_end
from tests.dashboard.people import people_of_shop
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import shop_of
from tests.dashboard.tried import backtest_new, trial_new
from tests.governance.services.far import URL

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.dashboard.people import ClientOf, People

JSON = {"Accept": "application/json"}

Place: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Furnished:
    """The fleet `shop` with a ticket about a refund, and the ids of what else it has."""

    people: People
    ticket: Ticket
    ids: dict[str, object]


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Furnished]:
    """Nothing here may change anything, so that one arrangement does for all tests."""
    with pytest.MonkeyPatch.context() as patch, undone_at_the_end(django_db_blocker):
        patch.setattr("governance.selectors.clock.source", Clock())
        people = people_of_shop()
        ticket = shop_of(people).refund()
        cascade, incident, ring = incident_new(), fleet_incident_new(), ring_new()
        webhook, _ = webhook_create(
            fleet=people.fleet, user=people.adam, name="SIEM", url=URL, events=[]
        )
        ids: dict[str, object] = {
            "cascade": cascade.cascade.pk,
            "agent": ticket.agent_id,
            "task": cascade.draft.pk,
            "incident": incident.pk,
            "ring": ring.pk,
            "webhook": webhook.pk,
            "key": ApiKey.objects.get(fleet=people.fleet, name="orchestrator").pk,
            "backtest": backtest_new(people).pk,
            "trial": trial_new(people).pk,
        }
        yield Furnished(people, ticket, ids)


@pytest.fixture
def people(furnished: Furnished, db: None) -> People:
    return furnished.people


@pytest.fixture
def ticket(furnished: Furnished, db: None) -> Ticket:
    return furnished.ticket


@pytest.fixture
def place(furnished: Furnished, db: None) -> Place:
    """Return addresses with the ids of what the fleet has: cascade, incident, ring."""
    return lambda url: url.format(**furnished.ids)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("url", FLEET_PAGES + OWN_PAGES + FLEET_PIECES + OWN_PIECES)
def test_members_see_every_page(
    place: Place, people: People, client_of: ClientOf, name: str, url: str
) -> None:
    response = client_of(getattr(people, name)).get(place(url))

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["mona", "adam"])
@pytest.mark.parametrize("url", MANAGER_PAGES + MANAGER_PIECES)
def test_managers_see_where_events_are_sent(
    place: Place, people: People, client_of: ClientOf, name: str, url: str
) -> None:
    response = client_of(getattr(people, name)).get(place(url))

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert b"Only a manager or an admin may see where events are sent" not in response.getvalue()


@pytest.mark.parametrize("url", MANAGER_PAGES + MANAGER_PIECES)
def test_a_reviewer_is_told_why_they_see_no_webhook(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.rita).get(place(url))

    assert response.status_code == 403
    assert b"Only a manager or an admin may see where events are sent" in response.content
    assert b"siem.example.org" not in response.content


@pytest.mark.parametrize("url", ADMIN_PAGES + ADMIN_PIECES)
def test_an_admin_sees_keys_and_nobody_else_does(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    answers = [client_of(person).get(place(url)) for person in (people.rita, people.mona)]

    assert client_of(people.adam).get(place(url)).status_code == 200
    assert [each.status_code for each in answers] == [403, 403]
    for answer in answers:
        assert b"Only an admin may issue and revoke keys" in answer.getvalue()
        assert b"cs_" not in answer.getvalue()


@pytest.mark.parametrize(
    "url",
    FLEET_PAGES + FLEET_PIECES + MANAGER_PAGES + MANAGER_PIECES + ADMIN_PAGES + ADMIN_PIECES,
)
def test_an_outsider_finds_nothing_there(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.otto).get(place(url))

    assert response.status_code == 404
    assert b"Refund order" not in response.content
    assert b"winter shoes" not in response.content


@pytest.mark.parametrize("url", ["/queue/", "/queue/rows/", "/queue/calls/", "/queue/decided/"])
def test_an_outsider_sees_only_his_own_fleets(
    people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.otto).get(url)

    assert response.status_code == 200
    assert b"Refund order" not in response.content
    assert b"shop" not in response.content.lower()


@pytest.mark.parametrize("url", FLEET_PAGES + MANAGER_PAGES + OWN_PAGES)
def test_a_stranger_signs_in_first_and_comes_back(
    place: Place, client_of: ClientOf, url: str
) -> None:
    response = client_of(None).get(place(url))

    assert response.status_code == 302
    assert response["Location"] == f"/sign-in/?next={place(url)}"


@pytest.mark.parametrize("url", [*FLEET_PIECES, *MANAGER_PIECES, *OWN_PIECES])
def test_a_script_of_a_stranger_is_told_to_sign_in(
    place: Place, client_of: ClientOf, url: str
) -> None:
    response = client_of(None).get(place(url))

    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "signed_out"


@pytest.mark.parametrize("url", MOVES)
def test_an_outsider_cannot_move_a_ticket_that_is_not_there_for_him(
    ticket: Ticket, people: People, client_of: ClientOf, url: str
) -> None:
    page = client_of(people.otto).post(url, {"version": "1"})
    script = client_of(people.otto).post(url, {"version": "1"}, headers=JSON)

    ticket.refresh_from_db()
    assert (page.status_code, script.status_code) == (404, 404)
    assert (ticket.version, ticket.state) == (1, "PENDING")


def test_an_outsider_answers_no_tickets_together(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    url = "/f/shop/queue/together/"
    form = {"tickets": "shop/1/1", "choice": "deny", "confirmed": "yes", "idempotency_key": "key"}

    page = client_of(people.otto).post(url, form)
    script = client_of(people.otto).post(url, form, headers=JSON)
    stranger = client_of(None).post(url, form, headers=JSON)
    results = client_of(people.otto).get(f"{url}key/")

    ticket.refresh_from_db()
    assert (page.status_code, script.status_code, results.status_code) == (404, 404, 404)
    assert (stranger.status_code, ticket.version) == (401, 1)


@pytest.mark.parametrize("url", CASCADE_MOVES)
def test_an_outsider_settles_nothing_of_a_cascade(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    page = client_of(people.otto).post(place(url), typed("cancel"))
    script = client_of(people.otto).post(place(url), typed("cancel"), headers=JSON)

    assert (page.status_code, script.status_code) == (404, 404)
    assert Ticket.objects.get(kind="cascade").version == 1


@pytest.mark.parametrize("url", CASCADE_MOVES)
def test_a_strangers_form_about_a_cascade_is_not_recorded(
    place: Place, client_of: ClientOf, url: str
) -> None:
    page = client_of(None).post(place(url), typed("cancel"))
    script = client_of(None).post(place(url), typed("cancel"), headers=JSON)

    assert page["Location"] == f"/sign-in/?next={place('/f/shop/cascades/{cascade}/')}"
    assert script.status_code == 401


@pytest.mark.parametrize("url", MOVES)
def test_a_strangers_form_leads_to_the_ticket_after_signing_in(
    ticket: Ticket, client_of: ClientOf, url: str
) -> None:
    response = client_of(None).post(url, {"version": "1"})

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/f/shop/tickets/1/"


@pytest.mark.parametrize("url", MOVES)
def test_a_strangers_script_learns_that_nothing_was_recorded(
    ticket: Ticket, client_of: ClientOf, url: str
) -> None:
    response = client_of(None).post(url, {"version": "1"}, headers=JSON)

    assert response.status_code == 401
    assert "Nothing was recorded" in response.json()["detail"]


@pytest.mark.parametrize("url", [*MOVES, *CASCADE_MOVES, "/sign-out/", *OWN_SWITCHES])
def test_a_link_never_moves_anything(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.rita).get(place(url))

    assert response.status_code == 405


@pytest.mark.parametrize(
    "url", [*MOVES, "/sign-out/", "/sign-in/", "/password/", "/shift/", *OWN_SWITCHES]
)
def test_a_form_of_another_site_is_refused(ticket: Ticket, people: People, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.rita)

    response = client.post(url, {"version": "1", "choice": "approve"})

    ticket.refresh_from_db()
    assert response.status_code == 403
    assert b"This form is too old" in response.content
    assert ticket.version == 1


def test_a_script_with_an_old_token_gets_a_problem_document(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.rita)

    response = client.post(MOVES[0], headers=JSON)

    assert response.status_code == 403
    assert response.json()["code"] == "csrf_failed"


@pytest.mark.parametrize(
    "url",
    [
        "/f/shop/tickets/99/",
        "/f/shop/tickets/99999999999999999999999/",
        "/f/nowhere/queue/",
        "/nothing/here/",
    ],
)
def test_what_does_not_exist_looks_like_what_one_may_not_see(
    people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.rita).get(url)

    assert response.status_code == 404
    assert b"There is nothing here" in response.content


def test_pages_carry_a_strict_content_security_policy(people: People, client_of: ClientOf) -> None:
    policy = client_of(people.rita).get("/queue/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("url", ["scan/", "{ring}/clear/", "teams/declare/", "teams/{ring}/end/"])
def test_an_outsider_neither_scans_nor_clears_nor_declares(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    address = place(f"/f/shop/collusion/{url}")

    page = client_of(people.otto).post(address, typed("clear"))
    script = client_of(people.otto).post(address, typed("clear"), headers=JSON)

    assert (page.status_code, script.status_code) == (404, 404)


@pytest.mark.parametrize(
    "url",
    [
        "ask/",
        "{backtest}/cancel/",
        "trials/start/",
        "trials/{trial}/compare/",
        "trials/{trial}/end/",
    ],
)
def test_an_outsider_neither_asks_nor_cancels_a_backtest_nor_moves_a_trial(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    address = place(f"/f/shop/policy/backtest/{url}")
    form = {"days": "7", **typed("end")}

    page = client_of(people.otto).post(address, form)
    script = client_of(people.otto).post(address, form, headers=JSON)
    stranger = client_of(None).post(address, form, headers=JSON)
    link = client_of(people.rita).get(address)

    assert (page.status_code, script.status_code) == (404, 404)
    assert (stranger.status_code, link.status_code) == (401, 405)


@pytest.mark.parametrize("url", ["review/", "make/", "1/accept/", "1/decline/", "1/revoke/"])
def test_an_outsider_neither_makes_nor_ends_a_rule(
    place: Place, people: People, client_of: ClientOf, url: str
) -> None:
    page = client_of(people.otto).post(f"/f/shop/rules/{url}", typed("revoke"))
    script = client_of(people.otto).post(f"/f/shop/rules/{url}", typed("revoke"), headers=JSON)
    stranger = client_of(None).post(f"/f/shop/rules/{url}", typed("revoke"), headers=JSON)
    link = client_of(people.rita).get(f"/f/shop/rules/{url}")

    assert (page.status_code, script.status_code) == (404, 404)
    assert (stranger.status_code, link.status_code) == (401, 405)
