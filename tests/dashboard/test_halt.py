from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import Agent, Event, Fleet
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from django.test import Client

    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}
HALT, WHY, RESUME = "/f/shop/halt/", "/f/shop/halt/reason/", "/f/shop/resume/"
FORMS = [HALT, WHY, RESUME]


def post(client: Client, url: str, reason: str = "", key: str = "key-1") -> Any:
    return client.post(url, {"reason": reason, "idempotency_key": key}, headers=JSON)


def fleet() -> Fleet:
    return Fleet.objects.get(slug="shop")


def test_a_halt_is_in_force_and_says_what_was_running(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    TaskFactory.create_batch(2, agent=Agent.objects.get(external_id="refund-bot"), state="RUNNING")

    answer = post(client_of(people.rita), HALT).json()

    assert answer["then"] == (
        "2\N{NO-BREAK SPACE}tasks were running; they are told to stop at the next heartbeat."
    )
    assert fleet().halted_by == "rita"


def test_two_clicks_halt_once(shop: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    first, second = post(client, HALT), post(client, HALT)

    assert first.json() == second.json()
    assert Event.objects.filter(name="fleet.halted").count() == 1


def test_every_page_says_who_halted_the_fleet_and_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    post(client_of(people.mona), HALT, "Refunds run wild.")
    client = client_of(people.rita)

    pages = [client.get(url).content.decode() for url in ("/queue/", "/f/shop/agents/", HALT)]

    assert all("<b>Shop is halted.</b> Mona Lind halted it at" in page for page in pages)
    assert all("Refunds run wild." in page for page in pages)


def test_the_reason_may_follow_and_is_given_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)
    post(rita, HALT)
    asked = "Why was it halted?" in rita.get("/queue/").content.decode()

    given = post(rita, WHY, "Refunds run wild.")
    again = post(client_of(people.mona), WHY, "Something else.")

    assert asked
    assert given.json()["then"] == "The reason is on record."
    assert fleet().halt_reason == "Refunds run wild."
    assert again.status_code == 409
    assert "Rita Okafor halted it at" in again.json()["detail"]
    assert Event.objects.filter(name="fleet.halt_explained").count() == 1


def test_who_halts_second_is_told_who_did(shop: Shop, people: People, client_of: ClientOf) -> None:
    post(client_of(people.mona), HALT, "Refunds run wild.")

    second = post(client_of(people.rita), HALT)

    assert second.status_code == 409
    assert second.json()["detail"] == (
        "Fleet Shop is halted already. Mona Lind halted it at 2\N{NO-BREAK SPACE}Mar 12:00 UTC:"
        " Refunds run wild."
    )


def test_a_manager_resumes_with_a_reason_and_a_reviewer_reads_the_rule(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    rita, mona = client_of(people.rita), client_of(people.mona)
    post(rita, HALT)
    rule = "Only a manager or an admin may resume a halted fleet; you are a reviewer."

    refused = post(rita, RESUME, "Fine.")
    wordless = post(mona, RESUME)
    page = rita.get("/queue/").content.decode()
    resumed = post(mona, RESUME, "Checked.", key="key-2")

    assert (refused.status_code, refused.json()["detail"]) == (403, rule)
    assert rule in page
    assert (wordless.status_code, wordless.json()["field"]) == (422, "reason")
    assert resumed.json()["ok"]
    assert fleet().halted_at is None


@pytest.mark.parametrize("url", [WHY, RESUME])
def test_what_runs_has_nothing_to_explain_or_resume(
    shop: Shop, people: People, client_of: ClientOf, url: str
) -> None:
    answer = post(client_of(people.mona), url, "Because.")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_halted")


def test_a_reason_of_blanks_is_no_reason(shop: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)
    post(client, HALT)

    answer = post(client, WHY, "  ", key="key-2")

    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


def test_without_script_the_forms_lead_to_the_halts_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    halted = client.post(HALT, {"idempotency_key": "key-1"})
    refused = client.post(RESUME, {"idempotency_key": "key-2", "reason": "My words"})

    assert (halted.status_code, halted["Location"]) == (302, HALT)
    assert refused.status_code == 403
    assert "Not recorded. Only a manager or an admin may resume" in refused.content.decode()


def test_an_open_page_takes_the_halts_of_its_fleet_or_of_all(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.join_elsewhere(people.rita)
    client = client_of(people.rita)

    one = client.get("/halts/?fleet=shop").context["halts"]
    every = client.get("/halts/").context["halts"]

    assert [halt.fleet_slug for halt in one] == ["shop"]
    assert [halt.fleet_slug for halt in every] == ["elsewhere", "shop"]


@pytest.mark.parametrize("url", FORMS)
def test_outsiders_and_strangers_halt_nothing(
    shop: Shop, people: People, client_of: ClientOf, url: str
) -> None:
    outsider, outsiders_form = post(client_of(people.otto), url), client_of(people.otto).post(url)
    stranger, strangers_form = post(client_of(None), url), client_of(None).post(url)

    assert (outsider.status_code, outsiders_form.status_code) == (404, 404)
    assert (stranger.status_code, strangers_form.status_code) == (401, 302)
    assert fleet().halted_at is None


def test_the_halts_page_is_for_members(shop: Shop, people: People, client_of: ClientOf) -> None:
    member = client_of(people.rita).get(HALT)
    outsider = client_of(people.otto).get(HALT)
    stranger = client_of(None).get(HALT)

    assert (member.status_code, outsider.status_code) == (200, 404)
    assert stranger["Location"] == f"/sign-in/?next={HALT}"


def test_a_page_names_the_policy_without_reading_it_again(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    client.get(HALT)

    with CaptureQueriesContext(connection) as asked:
        shell = client.get(HALT).context["shell"]

    assert shell.policy_version == 1
    assert [query["sql"] for query in asked if "governance_policyversion" in query["sql"]] == []
