"""What a person switches: kept for them, whichever browser they sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboard.selectors.preferences import preferences_of
from tests.dashboard.deciding import JSON

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People


def test_a_switch_follows_the_person_to_another_browser(
    people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.rita).post("/keys/", {"keys": "off"}, headers=JSON)

    elsewhere = client_of(people.rita).get("/queue/").content.decode()
    others = client_of(people.mona).get("/queue/").content.decode()
    assert answer.json() == {"ok": True, "on": False}
    assert 'data-shortcuts="off"' in elsewhere
    assert "Keys are off" in elsewhere
    assert 'data-shortcuts="on"' in others


def test_without_script_it_is_switched_on_the_page_of_the_account(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    off = client.post("/keys/", {"keys": "off"}, follow=True)
    on = client.post("/keys/", {"keys": "on"}, follow=True)

    assert off.redirect_chain == [("/account/#keys", 302)]
    assert "Keys are off" in off.content.decode()
    assert "Keys are on" in on.content.decode()


@pytest.mark.parametrize("sent", [{}, {"keys": "sometimes"}, {"keys": "OFF"}])
def test_what_is_neither_on_nor_off_changes_nothing(
    people: People, client_of: ClientOf, sent: dict[str, str]
) -> None:
    answer = client_of(people.rita).post("/keys/", sent, headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, "keys")
    assert answer.json()["allowed"] == "on or off"
    assert preferences_of(user=people.rita).keys_on


def test_a_stranger_switches_nothing(people: People, client_of: ClientOf) -> None:
    answer = client_of(None).post("/keys/", {"keys": "off"}, headers=JSON)

    assert answer.status_code == 401


def test_nobody_is_told_of_new_tickets_who_has_not_asked_for_it(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    before = client.get("/queue/").content.decode()

    answer = client.post("/notices/", {"notices": "on"}, headers=JSON)

    after, others = (
        client_of(who).get("/queue/").content.decode() for who in (people.rita, people.mona)
    )
    assert answer.json() == {"ok": True, "on": True}
    assert 'data-notices="off"' in before
    assert 'data-notices="on" data-calls="/queue/calls/"' in after
    assert 'data-notices="off"' in others


def test_switching_notices_leaves_the_keys_as_they_were(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    client.post("/keys/", {"keys": "off"})

    on = client.post("/notices/", {"notices": "on"}, follow=True)

    assert on.redirect_chain == [("/account/#notices", 302)]
    assert "Notices are on" in on.content.decode()
    assert "Keys are off" in on.content.decode()


def test_notices_are_on_or_off(people: People, client_of: ClientOf) -> None:
    answer = client_of(people.rita).post("/notices/", {"notices": "loud"}, headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, "notices")
    assert answer.json()["detail"] == "Notices are switched on or off."
    assert not preferences_of(user=people.rita).notices_on
