"""The page of a fleet's log: how far it is sealed, checks of it, its export."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.test import override_settings

from governance.domain.log.states import CheckState
from governance.models import Fleet, LogCheck
from governance.selectors.clock import clock_now
from governance.services.log_checks import log_check_ask
from governance.services.sealing import fleet_seal
from tests.dashboard.incident import words
from tests.dashboard.rings import form

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/integrity/"
JSON = {"Accept": "application/json"}
SENTENCE = "Vote 7 in escalations_vote was altered after seal 3."


def ended(found: int) -> LogCheck:
    now = clock_now()
    return LogCheck.objects.create(
        fleet=Fleet.objects.get(slug="shop"),
        number=1,
        state=CheckState.DONE.value,
        share=1.0,
        counts={"events": 12, "votes": 3},
        seals=4,
        upto=4,
        found=found,
        rows=min(found, 1),
        findings=[{"sentence": SENTENCE}] * found,
        asked_by="mona",
        asked_at=now,
        heard_at=now,
        ended_at=now,
    )


def test_before_the_first_seal_the_page_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = words(client_of(people.rita), URL)

    assert "Nothing is sealed yet; the first seals are made within 30 s." in page
    assert "No check was made yet" in page


def test_the_page_says_until_when_the_log_is_sealed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    fleet_seal(fleet_id=Fleet.objects.get(slug="shop").pk)

    assert "is sealed: whoever changes, removes or adds a row" in words(client_of(people.rita), URL)


def test_the_page_names_the_way_on_after_a_lost_key_and_what_was_given_up_for_ever(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    fleet_seal(fleet_id=Fleet.objects.get(slug="shop").pk)
    clock.forward(minutes=3)
    with override_settings(SEAL_KEYS=("n" * 32,)):
        before = words(client_of(people.rita), URL)
        call_command("give_up_seal_key", "shop", "--yes", "--reason", "gone", stdout=StringIO())
        page, log = (words(client_of(people.rita), each) for each in (URL, "/f/shop/events/"))

    assert "gives it up: python manage.py give_up_seal_key shop" in before
    assert "at a terminal: “gone”. What it covers is compared with it; whether" in page
    assert "gives it up" not in page
    assert "Key of the log lost" in log
    assert "was given up by" in log


def test_a_reviewer_reads_why_the_check_is_not_theirs(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = words(client_of(people.rita), URL)
    answer = client_of(people.rita).post(f"{URL}verify/", form("verify"), headers=JSON)

    assert "Only a manager or an admin may check the event log; you are a reviewer." in page
    assert answer.status_code == 403
    assert not LogCheck.objects.exists()


def test_a_manager_asks_for_a_check_once(shop: Shop, people: People, client_of: ClientOf) -> None:
    first = client_of(people.mona).post(f"{URL}verify/", form("verify"))
    again = client_of(people.mona).post(f"{URL}verify/", form("verify"))

    assert (first.status_code, again.status_code) == (302, 302)
    assert LogCheck.objects.get().asked_by == "mona"
    assert "A check runs: 0 % done." in words(client_of(people.mona), f"{URL}parts/")


def test_a_second_check_is_refused_with_how_far_the_first_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    log_check_ask(fleet=Fleet.objects.get(slug="shop"), user=people.adam)

    answer = client_of(people.mona).post(f"{URL}verify/", form("verify"))

    assert answer.status_code == 409
    assert "Check 1 is under way: 0 % done." in answer.content.decode()


@pytest.mark.parametrize(("name", "is_told"), [("rita", False), ("mona", True), ("adam", True)])
def test_what_a_check_found_stands_on_every_page_of_those_who_may_check(
    shop: Shop, people: People, client_of: ClientOf, name: str, is_told: bool
) -> None:
    ended(found=1)

    page = words(client_of(getattr(people, name)), "/f/shop/tools/")

    assert ("The log of this fleet was changed: check 1" in page) is is_told


def test_every_member_reads_what_a_check_found_on_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ended(found=2)

    page = words(client_of(people.rita), URL)

    assert "found 2 faults in 1 row." in page
    assert "Changed 2 faults in 1 row." in page
    assert SENTENCE in page


def test_a_check_that_found_nothing_tells_what_it_read(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ended(found=0)

    page = words(client_of(people.mona), URL)

    assert "15 rows against 4 seals, up to seal 4." in page
    assert "The log of this fleet was changed" not in page


def test_the_export_has_the_events_line_by_line(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.rita).get(f"{URL}export/")

    lines = [json.loads(line) for line in b"".join(answer).splitlines()]
    assert lines[0]["format"] == "countersign-log-1"
    assert [line["seq"] for line in lines if line["type"] == "event"] == list(
        range(1, Fleet.objects.get(slug="shop").event_seq + 1)
    )


def test_a_period_nobody_understands_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.rita).get(f"{URL}export/", {"range": "never"})

    assert answer.status_code == 422


def test_an_outsider_checks_and_exports_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    posted = client_of(people.otto).post(f"{URL}verify/", form("verify"), headers=JSON)
    read = client_of(people.otto).get(f"{URL}export/")

    assert (posted.status_code, read.status_code) == (404, 404)
