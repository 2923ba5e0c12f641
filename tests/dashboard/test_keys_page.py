from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Environment, Scope
from governance.models import Agent, ApiKey, Event, StoredAnswer
from governance.refusals import RateLimitedError, UnauthenticatedError
from governance.selectors.access import key_authenticate
from governance.services import key_counters
from governance.services.key_calls import call_count
from governance.services.keys import key_create, key_revoke, key_rotate
from tests.dashboard.incident import words
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

LIST = "/f/shop/keys/"
JSON = {"Accept": "application/json"}
DAY = timedelta(days=1)
TOKEN = re.compile(r"cs_[0-9a-f]{12}_[0-9a-f]{64}")


@pytest.fixture(autouse=True)
def broker_asked() -> None:
    """No test before this one may have kept the broker from being asked."""
    key_counters._Broker.away_until = 0.0


@pytest.fixture
def adam(shop: Shop, people: People, client_of: ClientOf) -> Client:
    return client_of(people.adam)


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "ci",
        "environment": "staging",
        "scopes": ["gate", "report"],
        "life": "90",
        "rate": "",
        "agents": "",
        "idempotency_key": "k-1",
        **fields,
    }


def made(people: People, **fields: Any) -> tuple[ApiKey, str]:
    named: dict[str, Any] = {"name": "ci", "scopes": [Scope.GATE], "created_by": people.adam}
    return key_create(fleet=people.fleet, environment=Environment.STAGING, **{**named, **fields})


def page(key: ApiKey, move: str = "") -> str:
    return f"{LIST}{key.pk}/{move}"


def test_an_admin_makes_a_key_and_is_shown_its_secret_once(adam: Client, clock: Clock) -> None:
    added = adam.post(f"{LIST}add/", form(rate="600"))

    shown = added.content.decode()
    key = ApiKey.objects.get(name="ci")
    token = TOKEN.findall(shown)[0]
    assert (added.status_code, added["Cache-Control"]) == (200, "no-store")
    assert key_authenticate(token, now=clock()).key_id == key.pk
    assert f"Authorization: Bearer {token}" in shown.replace("&quot;", '"')
    assert (key.environment, key.scopes, key.rate_per_minute) == (
        "staging",
        ["gate", "report"],
        600,
    )
    assert (key.created_by, key.expires_at) == ("adam", clock() + 90 * DAY)
    assert not TOKEN.search(adam.get(page(key)).content.decode())


def test_sent_again_the_form_makes_nothing_and_shows_no_secret(adam: Client) -> None:
    first, again = (adam.post(f"{LIST}add/", form()) for _ in range(2))

    assert TOKEN.search(first.content.decode())
    assert not TOKEN.search(again.content.decode())
    assert "This form was sent before: it made one key" in again.content.decode()
    assert ApiKey.objects.filter(name="ci").count() == 1


def test_the_answer_that_is_kept_holds_no_secret(adam: Client) -> None:
    token = TOKEN.findall(adam.post(f"{LIST}add/", form()).content.decode())[0]

    kept = StoredAnswer.objects.get(idempotency_key="k-1").answer
    assert token.rpartition("_")[2] not in kept
    assert ApiKey.objects.get(name="ci").secret_sha256 not in kept


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (
            {"name": " "},
            "A key needs a name of 1 to 120 characters on one line: this one is empty.",
        ),
        ({"name": "orchestrator"}, "is called orchestrator already"),
        ({"scopes": []}, "A key needs at least one scope."),
        ({"scopes": ["root"]}, "The form offers no such scope"),
        ({"environment": "moon"}, "The form offers no such environment"),
        ({"life": "9999"}, "The form offers no such life"),
        ({"rate": "many"}, "a whole number of calls a minute, got many"),
        ({"rate": "0"}, "The limit must be 1 to 1,000,000 calls a minute"),
        ({"agents": "ghost\nrefund-bot"}, "The fleet has no agent ghost."),
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed(
    adam: Client, typed: dict[str, Any], problem: str
) -> None:
    refused = adam.post(f"{LIST}add/", form(**typed))

    shown = refused.content.decode()
    assert refused.status_code in {409, 422}
    assert problem in words_of(shown)
    assert "Not recorded." in shown
    assert not ApiKey.objects.filter(name="ci").exists()
    assert Event.objects.filter(name="key.created").count() == 1


def words_of(shown: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_a_key_is_bound_to_the_agents_that_are_named(adam: Client, people: People) -> None:
    adam.post(f"{LIST}add/", form(agents="refund-bot\r\n\r\n refund-bot \r\n"))

    key = ApiKey.objects.get(name="ci")
    assert key.agents == [Agent.objects.get(external_id="refund-bot").pk]
    assert "for 1 agent" in words(adam, LIST)
    assert "refund-bot" in words(adam, page(key))


def test_the_form_offers_every_agent_of_a_thousand(adam: Client, people: People) -> None:
    AgentFactory.create_batch(1_000, fleet=people.fleet)

    shown = adam.get(LIST).content.decode()

    assert shown.count('<option value="agent-') == 1_000 - shown.count("option-missing")
    assert "can be typed" in shown


def test_a_list_says_how_each_key_stands_and_how_much_it_is_used(
    adam: Client, people: People, clock: Clock
) -> None:
    key, token = made(people, rate_per_minute=3, expires_at=clock() + 10 * DAY)
    for _ in range(3):
        call_count(key_id=key.pk, limit=3, now=clock())
    key_authenticate(token, now=clock())

    shown = words(adam, LIST)

    assert "Ends soon" in shown
    assert "U+00A0" not in shown
    assert "Asks in staging, for every agent of the fleet; at most 3 calls a minute." in shown
    assert "About 3 calls in the last minute, 3 in the last hour, 3 in the last 24 h" in shown
    assert "The key ci ends 12 Mar 12:00 UTC: rotate it before." in shown.replace("\xa0", " ")


def test_refused_calls_are_told(adam: Client, people: People, clock: Clock) -> None:
    key, _ = made(people, rate_per_minute=1)
    for _ in range(3):
        with suppress(RateLimitedError):
            call_count(key_id=key.pk, limit=1, now=clock())

    assert "2 calls beyond its limit refused in the last 24 h" in words(adam, page(key))


def test_without_a_broker_the_page_says_that_nobody_counts(adam: Client, settings: Any) -> None:
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"

    assert "calls go on, but nobody counts them" in words(adam, LIST)


def test_a_key_is_rotated_and_its_successor_shown_once(
    adam: Client, people: People, clock: Clock
) -> None:
    former, old = made(people)
    sent = {"overlap": "24", "idempotency_key": "k-2"}

    first, again = (adam.post(page(former, "rotate/"), sent) for _ in range(2))

    successor = ApiKey.objects.get(replaces=former)
    shown = first.content.decode()
    token = TOKEN.findall(shown)[0]
    assert key_authenticate(token, now=clock()).key_id == successor.pk
    assert f"The former key, {former.prefix}, signs in until 3" in shown
    assert not TOKEN.search(again.content.decode())
    assert key_authenticate(old, now=clock() + DAY - timedelta(seconds=1)).key_id == former.pk
    assert "It is succeeded by" in words(adam, page(former))
    assert "It has a successor already: rotate that one." in words(adam, page(former))


@pytest.mark.parametrize("overlap", ["", "12", "-1", "99999999999999"])
def test_an_overlap_that_is_not_offered_is_refused(
    adam: Client, people: People, overlap: str
) -> None:
    former, _ = made(people)

    refused = adam.post(page(former, "rotate/"), {"overlap": overlap, "idempotency_key": "k-2"})

    assert refused.status_code == 422
    assert "The form offers no such overlap" in refused.content.decode()


def test_a_key_that_ended_meanwhile_is_not_rotated(adam: Client, people: People) -> None:
    former, _ = made(people)
    key_revoke(fleet=people.fleet, key_id=former.pk, actor=people.adam)

    refused = adam.post(page(former, "rotate/"), {"overlap": "0", "idempotency_key": "k-2"})

    assert refused.status_code == 409
    assert not TOKEN.search(refused.content.decode())


def test_a_name_and_a_limit_are_changed(adam: Client, people: People) -> None:
    key, _ = made(people)
    sent = {"name": "build", "rate": "60", "idempotency_key": "k-3"}

    changed = adam.post(page(key, "change/"), sent)

    key.refresh_from_db()
    assert (changed.status_code, changed["Location"]) == (302, page(key))
    assert (key.name, key.rate_per_minute) == ("build", 60)


def test_a_change_that_cannot_be_keeps_what_was_typed(adam: Client, people: People) -> None:
    key, _ = made(people)
    sent = {"name": "orchestrator", "rate": "60", "idempotency_key": "k-3"}

    refused = adam.post(page(key, "change/"), sent)

    assert refused.status_code == 409
    assert 'value="orchestrator"' in refused.content.decode()


def test_a_key_is_revoked(adam: Client, people: People, clock: Clock) -> None:
    key, token = made(people)

    revoked = adam.post(page(key, "revoke/"), {"idempotency_key": "k-4"})

    assert (revoked.status_code, revoked["Location"]) == (302, page(key))
    with pytest.raises(UnauthenticatedError, match="revoked"):
        key_authenticate(token, now=clock())
    assert "Make its successor" not in words(adam, page(key))
    assert Event.objects.get(name="key.revoked").actor == "adam"


MOVES = [
    ("add/", form()),
    ("{key}/change/", {"name": "mine", "rate": "", "idempotency_key": "k"}),
    ("{key}/rotate/", {"overlap": "0", "idempotency_key": "k"}),
    ("{key}/revoke/", {"idempotency_key": "k"}),
]


@pytest.mark.parametrize("name", ["rita", "mona"])
@pytest.mark.parametrize(("move", "sent"), MOVES)
@pytest.mark.parametrize("headers", [{}, JSON])
def test_only_admins_touch_keys(
    shop: Shop,
    people: People,
    client_of: ClientOf,
    name: str,
    move: str,
    sent: dict[str, Any],
    headers: dict[str, str],
) -> None:
    key, _ = made(people, name="kept")
    before = Event.objects.count()

    refused = client_of(getattr(people, name)).post(
        f"{LIST}{move.format(key=key.pk)}", sent, headers=headers
    )

    key.refresh_from_db()
    assert refused.status_code == 403
    assert "Only an admin may issue and revoke keys" in refused.content.decode()
    assert (key.name, key.revoked_at, Event.objects.count()) == ("kept", None, before)


@pytest.mark.parametrize(("move", "sent"), MOVES)
def test_an_outsider_finds_no_keys(
    shop: Shop, people: People, client_of: ClientOf, move: str, sent: dict[str, Any]
) -> None:
    key, _ = made(people, name="kept")

    answered = client_of(people.otto).post(f"{LIST}{move.format(key=key.pk)}", sent)

    assert answered.status_code == 404
    assert ApiKey.objects.filter(fleet=people.fleet).count() == 2


def test_ended_keys_are_listed_apart(adam: Client, people: People, clock: Clock) -> None:
    revoked, _ = made(people, name="gone")
    key_revoke(fleet=people.fleet, key_id=revoked.pk, actor=people.adam)
    former, _ = made(people)
    key_rotate(fleet=people.fleet, user=people.adam, key_id=former.pk, overlap=DAY)

    shown = words(adam, LIST)

    living, _, ended = shown.partition("Keys that ended")
    assert "Has a successor; signs in until" in living
    assert "gone" in ended
    assert "gone" not in living


def test_the_file_holds_every_key_and_no_secret(adam: Client, people: People, clock: Clock) -> None:
    key, token = made(people, rate_per_minute=5)

    text = b"".join(adam.get("/f/shop/keys.csv")).decode()

    assert key.prefix in text
    assert token.rpartition("_")[2] not in text
    assert key.secret_sha256 not in text


def test_the_log_says_what_happened_to_keys(adam: Client, people: People) -> None:
    key, _ = made(people)
    key_rotate(fleet=people.fleet, user=people.adam, key_id=key.pk, overlap=DAY)

    shown = words(adam, "/f/shop/events/").replace("\xa0", " ")
    assert "The API key ci was rotated; the former one signs in until 3 Mar 12:00 UTC." in shown


def test_the_overview_tells_admins_alone_which_keys_end_soon(
    adam: Client, people: People, client_of: ClientOf, clock: Clock
) -> None:
    made(people, expires_at=clock() + 10 * DAY)
    told = "The key ci ends 12 Mar 12:00 UTC: rotate it before."

    seen = {
        name: told in words(client, "/f/shop/overview/").replace("\xa0", " ")
        for name, client in (("adam", adam), ("mona", client_of(people.mona)))
    }

    assert seen == {"adam": True, "mona": False}
