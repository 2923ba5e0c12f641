"""The switch of the shortcuts: kept for the person, whichever browser they sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboard.selectors.preferences import keys_are_on
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

    assert off.redirect_chain == [("/password/#keys", 302)]
    assert "Keys are off" in off.content.decode()
    assert "Keys are on" in on.content.decode()


@pytest.mark.parametrize("sent", [{}, {"keys": "sometimes"}, {"keys": "OFF"}])
def test_what_is_neither_on_nor_off_changes_nothing(
    people: People, client_of: ClientOf, sent: dict[str, str]
) -> None:
    answer = client_of(people.rita).post("/keys/", sent, headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, "keys")
    assert answer.json()["allowed"] == "on or off"
    assert keys_are_on(user=people.rita)


def test_a_stranger_switches_nothing(people: People, client_of: ClientOf) -> None:
    answer = client_of(None).post("/keys/", {"keys": "off"}, headers=JSON)

    assert answer.status_code == 401
