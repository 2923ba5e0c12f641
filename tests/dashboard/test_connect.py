"""Connecting an agent: the snippets, and the gate's first answer on the page that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from governance.domain.types import Environment, Scope
from governance.services.keys import key_create, key_revoke

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

PAGE = "/f/shop/connect/"


def key_of(people: People, name: str = "mine") -> tuple[Any, str]:
    return key_create(
        fleet=people.fleet,
        name=name,
        environment=Environment.STAGING,
        scopes=[Scope.GATE, Scope.REPORT, Scope.OPERATE],
        created_by="command line",
    )


def test_a_page_without_a_key_says_where_it_goes(people: People, client_of: ClientOf) -> None:
    card: Any = client_of(people.rita).get(PAGE).context["connect"]

    assert card.key == ""
    assert all("cs_..." in snippet.text for snippet in card.snippets)
    assert card.asked is None


def test_admins_are_led_to_the_keys(people: People, client_of: ClientOf) -> None:
    urls = [
        client_of(each).get(PAGE).context["connect"].keys_url for each in (people.mona, people.adam)
    ]

    assert urls == ["", "/f/shop/keys/"]


def test_a_key_that_was_pasted_stands_in_what_there_is_to_paste(
    people: People, client_of: ClientOf
) -> None:
    key, token = key_of(people)

    card: Any = client_of(people.adam).post(PAGE, {"key": f" {token} "}).context["connect"]

    key.refresh_from_db()
    assert all(token in snippet.text for snippet in card.snippets)
    assert '"environments": ["staging"]' in card.snippets[1].text
    assert 'owner="adam"' in card.snippets[1].text
    # Looking at it is no use of it.
    assert key.last_used_at is None


def test_a_key_that_ended_is_refused(people: People, client_of: ClientOf) -> None:
    key, token = key_of(people)
    key_revoke(fleet=people.fleet, key_id=key.pk, actor="adam")

    answer = client_of(people.adam).post(PAGE, {"key": token})

    assert answer.status_code == 422
    assert b"The key mine no longer signs in" in answer.content
    assert token.encode() not in answer.content


def test_the_first_ask_from_the_opening_on_is_shown(
    people: People, client_of: ClientOf, shop: Shop, clock: Clock
) -> None:
    client = client_of(people.rita)
    shop.refund()
    clock.forward(seconds=5)
    url = client.get(PAGE).context["connect"].parts_url

    before = client.get(url).content.decode()
    clock.forward(seconds=5)
    ticket = shop.refund()
    after = client.get(url).content.decode()

    assert "No question has come yet" in before
    assert "The first question came" in after
    assert "People are asked" in after
    assert f"/agents/{ticket.agent_id}/" in after


def test_an_answer_since_nobody_knows_when_is_refused(
    people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    far = quote((clock.now - timedelta(days=1)).isoformat())

    assert client.get(f"{PAGE}asked/?since={far}").status_code == 200
    assert client.get(f"{PAGE}asked/?since=yesterday").status_code == 422
    assert client.get(f"{PAGE}asked/?since=2026-03-02T12:00:00").json()["field"] == "since"


def test_what_happens_off_duty_is_said_with_the_deadlines_of_the_fleet(
    people: People, client_of: ClientOf
) -> None:
    page = client_of(people.rita).get(PAGE).content.decode().replace("\xa0", " ")

    assert "15 min at level Critical, 30 min at level High" in page
    assert "silence is never a yes" in page


def test_the_client_is_the_one_of_the_examples(client_of: ClientOf, db: None) -> None:
    answer = client_of(None).get("/connect/client.py")

    assert answer["Content-Type"].startswith("text/x-python")
    assert b"class Countersign" in answer.content
