"""The first run of an installation without people, page by page."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from config.welcome_link import welcome_link
from governance.models import ApiKey, Event, FirstRun, Fleet, Invitation
from governance.selectors.first_run import welcome_token
from governance.services.fleets import user_create

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from tests.clock import Clock

pytestmark = pytest.mark.django_db

SELF = {
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@shop.example",
    "password": "a kettle of 40 herons",
}
FLEET = {"name": "Payments", "slug": "", "enforcement": "shadow"}
KEY = {"name": "First agent", "environment": "production"}


@pytest.fixture(autouse=True)
def at_noon(clock: Clock, settings: Settings) -> None:
    settings.EMAIL_HOST = ""


@pytest.fixture
def ada() -> Client:
    """A browser that has made itself the first admin."""
    client = Client()
    assert client.post(f"/welcome/{welcome_token()}/", SELF)["Location"] == "/welcome/fleet/"
    return client


@pytest.fixture
def at_key(ada: Client) -> Client:
    ada.post("/welcome/fleet/", FLEET)
    ada.post("/welcome/alone/")
    return ada


def key_made(client: Client) -> str:
    card: Any = client.post("/welcome/key/", KEY).context["card"]
    return str(card.key)


def test_an_empty_installation_says_where_its_link_is() -> None:
    page = Client().get("/welcome/").content.decode()

    assert "Nobody can sign in yet" in page
    assert "python manage.py welcome_link" in page
    assert welcome_token() not in page


def test_the_commands_print_the_link_while_there_is_nobody(settings: Settings) -> None:
    settings.CONSOLE_URL = "https://console.example"
    said = StringIO()

    call_command("welcome_link", stdout=said)

    assert said.getvalue() == f"https://console.example/welcome/{welcome_token()}/\n"
    assert welcome_link("http://127.0.0.1:8010").startswith("http://127.0.0.1:8010/welcome/")
    user_create(username="x", first_name="X", last_name="Y", password=None)
    assert welcome_link() == ""
    with pytest.raises(CommandError, match="has people already"):
        call_command("welcome_link")


def test_the_link_follows_from_the_secret_key_alone(settings: Settings) -> None:
    first = welcome_token()
    settings.SECRET_KEY = "another secret of thirty-two characters"

    assert len(first) == 64
    assert welcome_token() != first


def test_another_link_begins_nothing() -> None:
    shown = Client().get("/welcome/guess/")
    sent = Client().post("/welcome/guess/", SELF)

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert not User.objects.exists()


def test_opening_the_link_makes_nobody() -> None:
    answer = Client().get(f"/welcome/{welcome_token()}/")

    assert (answer.status_code, answer["Referrer-Policy"]) == (200, "strict-origin")
    assert not User.objects.exists()


def test_once_there_is_somebody_the_link_is_over(ada: Client) -> None:
    answer = Client().post(f"/welcome/{welcome_token()}/", {**SELF, "username": "eve"})

    assert answer.status_code == 410
    assert b"has people already" in answer.content
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]
    assert Client().get("/welcome/")["Location"] == "/sign-in/?next=/welcome/"


def test_a_password_that_is_too_easy_makes_nobody() -> None:
    answer = Client().post(f"/welcome/{welcome_token()}/", {**SELF, "password": "ada"})

    assert answer.status_code == 422
    assert b"This password is too short" in answer.content
    assert not User.objects.exists()


def test_the_first_fleet_is_in_shadow_with_a_short_name_of_its_own(ada: Client) -> None:
    page = ada.get("/welcome/fleet/").content.decode()
    answer = ada.post("/welcome/fleet/", FLEET)

    fleet = Fleet.objects.get()
    assert 'value="shadow" checked' in page
    assert answer["Location"] == "/welcome/reviewer/"
    assert (fleet.slug, fleet.enforcement) == ("payments", "shadow")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"name": "日本"}, "slug"),
        ({"slug": "no spaces"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"enforcement": "maybe"}, "enforcement"),
    ],
)
def test_a_fleet_that_cannot_be_is_refused_by_its_field(
    ada: Client, changed: dict[str, str], wrong: str
) -> None:
    answer = ada.post("/welcome/fleet/", {**FLEET, **changed})

    assert (answer.status_code, answer.context["frame"].wrong) == (422, wrong)
    assert not Fleet.objects.exists()


def test_a_second_fleet_is_not_made_by_a_second_press(ada: Client) -> None:
    ada.post("/welcome/fleet/", FLEET)

    answer = ada.post("/welcome/fleet/", {**FLEET, "name": "Other"})

    assert answer.status_code == 409
    assert Fleet.objects.count() == 1


def test_the_page_of_the_reviewer_says_what_one_alone_cannot(ada: Client) -> None:
    ada.post("/welcome/fleet/", FLEET)

    page = ada.get("/welcome/reviewer/").content.decode().replace("\xa0", " ")

    assert "the owner of an agent never decides its tickets" in page
    assert "Tasks of level High take 2 approvals, by two people." in page
    assert "30 min at level High" in page
    assert "Ada Byron is the only member" in page


def test_a_reviewer_is_invited_and_the_link_shown_once(ada: Client) -> None:
    ada.post("/welcome/fleet/", FLEET)

    answer = ada.post("/welcome/reviewer/", {"email": "ben@shop.example", "role": "reviewer"})
    later = ada.get("/welcome/reviewer/").content.decode()

    link = answer.context["card"].link.link
    assert Invitation.objects.get().email == "ben@shop.example"
    assert link.startswith("http://testserver/invitation/")
    assert link not in later
    assert "ben@shop.example as a reviewer" in later
    assert "U+00A0" not in later
    assert Client().get(link.removeprefix("http://testserver")).status_code == 200


def test_whoever_goes_on_alone_comes_to_the_key(at_key: Client) -> None:
    assert FirstRun.objects.get().step == "KEY"
    assert at_key.post("/welcome/alone/")["Location"] == "/welcome/"
    assert at_key.get("/welcome/")["Location"] == "/welcome/key/"


def test_the_key_has_what_a_first_agent_needs_and_is_shown_once(at_key: Client) -> None:
    token = key_made(at_key)

    key = ApiKey.objects.get()
    assert (key.name, key.environment) == ("First agent", "production")
    assert key.scopes == ["gate", "operate", "report"]
    assert token.startswith(f"cs_{key.prefix}_")
    assert token not in at_key.get("/welcome/key/").content.decode()
    assert token not in at_key.get("/welcome/agent/").content.decode()


def test_a_key_that_got_lost_is_made_anew(at_key: Client) -> None:
    key_made(at_key)

    offered = at_key.get("/welcome/key/").context["card"].name
    again = at_key.post("/welcome/key/", {**KEY, "name": offered})

    assert offered == "First agent 2"
    assert again.context["card"].key.startswith("cs_")
    assert ApiKey.objects.count() == 2


def test_steps_ahead_are_not_open_and_steps_behind_are(at_key: Client) -> None:
    ahead = at_key.get("/welcome/agent/")
    behind = at_key.get("/welcome/fleet/")

    assert ahead["Location"] == "/welcome/"
    assert "Payments is made: payments in addresses, in mode SHADOW." in behind.content.decode()
    assert [step.url for step in behind.context["frame"].steps] == [
        "",
        "",
        "/welcome/reviewer/",
        "/welcome/key/",
        "",
    ]


def test_another_browser_goes_on_where_the_first_left(at_key: Client) -> None:
    other = Client()
    other.force_login(User.objects.get())

    assert other.get("/welcome/")["Location"] == "/welcome/key/"


def test_somebody_else_has_no_first_run(at_key: Client) -> None:
    other = Client()
    other.force_login(user_create(username="ben", first_name="B", last_name="C", password=None))

    assert other.get("/welcome/")["Location"] == "/queue/"
    assert other.get("/welcome/key/").status_code == 404
    assert other.post("/welcome/key/", KEY).status_code == 404
    assert Client().get("/welcome/key/")["Location"] == "/sign-in/?next=/welcome/key/"


def test_the_snippets_hold_the_key_that_is_handed_on(at_key: Client) -> None:
    token = key_made(at_key)

    page: Any = at_key.post("/welcome/agent/", {"key": token})

    texts = [snippet.text for snippet in page.context["connect"].snippets]
    assert len(texts) == 3
    assert all(token in text and "http://testserver" in text for text in texts)
    assert "Authorization: Bearer" in texts[0]


def test_a_key_of_nobody_is_refused_and_not_repeated(at_key: Client) -> None:
    token = key_made(at_key)

    answer = at_key.post("/welcome/agent/", {"key": f"{token}x"})

    assert answer.status_code == 422
    assert f"{token}x" not in answer.content.decode()
    assert b"No key of Payments has this text" in answer.content


def test_the_end_says_what_is_next_and_leads_on(at_key: Client) -> None:
    key_made(at_key)

    answer = at_key.post("/welcome/end/")

    assert b"Payments is governed" in answer.content
    assert b'<a href="/f/payments/shadow/"><b>Shadow</b></a>' in answer.content
    assert b"No agent has asked yet" in answer.content
    assert b'<a href="/account/security/"><b>Second factor</b></a>' in answer.content
    assert at_key.get("/welcome/")["Location"] == "/f/payments/connect/"
    assert at_key.get("/welcome/agent/").status_code == 404
    assert FirstRun.objects.get().ended_at is not None


def test_the_first_ask_runs_where_the_gate_acts_even_in_production(
    ada: Client, clock: Clock
) -> None:
    ada.post("/welcome/fleet/", {**FLEET, "enforcement": "enforce"})
    ada.post("/welcome/alone/")
    token = key_made(ada)
    shown: Any = ada.post("/welcome/agent/", {"key": token})
    agent, task = re.findall(r"-d '(.*)'", shown.context["connect"].snippets[0].text)
    wire: Any = {
        "content_type": "application/json",
        "headers": {"Authorization": f"Bearer {token}"},
    }

    Client().put("/api/v1/agents/first-agent", agent, **wire)
    came = Client().post("/api/v1/tasks", task, **wire).json()
    clock.forward(seconds=5)
    vague = {**json.loads(task), "external_id": "vague", "blast": {}}
    denied = Client().post("/api/v1/tasks", json.dumps(vague), **wire).json()

    first: Any = ada.get("/welcome/agent/").context["connect"].asked
    assert (came["decision"]["verdict"], came["decision"]["level"]) == ("allow", "LOW")
    assert (first.verdict.label, first.unstated) == ("Allowed", "")
    since = quote(denied["created_at"])
    page = ada.get(f"/f/payments/connect/asked/?since={since}").content.decode()
    assert denied["decision"]["verdict"] == "deny"
    assert "describe read_orders on the page Tools" in page
    end: Any = ada.post("/welcome/end/")
    links = {link.label for link in end.context["links"]}
    assert not links & {"Shadow", "First question"}
    assert {"People", "Second factor", "Policy"} <= links


def test_what_was_made_is_told_in_the_log(at_key: Client) -> None:
    key_made(at_key)

    names = set(Event.objects.values_list("name", flat=True))
    assert {"membership.changed", "policy.published", "key.created"} <= names


def test_the_sign_in_points_to_the_first_run_while_nobody_can_sign_in() -> None:
    before = Client().get("/sign-in/").content.decode()
    user_create(username="ada", first_name="Ada", last_name="Byron", password=None)
    after = Client().get("/sign-in/").content.decode()

    assert 'href="/welcome/">first run</a>' in before
    assert "manage.py welcome_link" in before
    assert "/welcome/" not in after
