"""Who of a fleet is reached outside the browser, on the page of its escalation policy."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.cards.escalation_policy import EscalationPage
from escalations.models import Notice, NoticeChannel
from escalations.selectors.escalation import escalation_in_force
from escalations.services.channel_proof import code_of
from escalations.services.notice_hours import hours_set
from tests.dashboard.test_escalation import form
from tests.escalations.noticing import Courier, channel_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People

PAGE = "/f/shop/escalation/"
JSON = {"Accept": "application/json"}
CHAT = "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def mail(people: People, settings: Settings, clock: Clock) -> None:
    """A mail server at noon, and an address for everybody."""
    settings.EMAIL_HOST = "mail.example"
    for user in (people.rita, people.mona, people.adam, people.lena):
        user.email = f"{user.username}@shop.example"
        user.save()


def policy(client: Client) -> EscalationPage:
    found = client.get(PAGE).context["escalation"]
    assert isinstance(found, EscalationPage)
    return found


def test_an_admin_reads_who_cannot_be_reached(people: People, client_of: ClientOf) -> None:
    channel_of(people.rita)

    page = policy(client_of(people.adam))

    assert page.unreached == ("Adam Weiss", "Lena Fischer", "Mona Lind")
    assert [(each.name, each.says) for each in page.lines[0].reach] == [
        ("Lena Fischer", "no channel that works: told on screen alone"),
        ("Rita Okafor", "by mail"),
    ]


@pytest.mark.parametrize("name", ["rita", "mona"])
def test_nobody_else_reads_how_their_colleagues_are_reached(
    people: People, client_of: ClientOf, name: str
) -> None:
    channel_of(people.rita)

    page = policy(client_of(getattr(people, name)))

    assert (page.unreached, page.lines[0].reach, page.lines[0].test_url) == ((), (), "")


def test_a_test_of_a_level_says_what_arrived_at_whom(people: People, client_of: ClientOf) -> None:
    channel_of(people.rita)
    adam = client_of(people.adam)
    courier = Courier()

    sent = adam.post(f"{PAGE}test/1/")
    waiting = policy(adam).lines[0].reach[1].tests
    courier.round()
    arrived = policy(adam).lines[0].reach[1].tests

    assert sent["Location"] == f"{PAGE}#level-1"
    assert waiting == ("Latest test, mail to Rita Okafor: is sent 12:00 UTC.",)
    assert arrived == ("Latest test, mail to Rita Okafor: delivered 12:00 UTC.",)
    assert courier.subjects == [("rita@shop.example", "[Countersign] Test message")]


def test_a_channel_that_takes_nothing_is_told_as_such(people: People, client_of: ClientOf) -> None:
    channel_of(people.rita)
    adam = client_of(people.adam)
    adam.post(f"{PAGE}test/1/")
    Courier(broken={"rita@shop.example"}).round()

    (told,) = policy(adam).lines[0].reach[1].tests

    # Why is for its owner to read, on the page of their account.
    assert told == (
        "Latest test, mail to Rita Okafor: not taken after 1 attempt, is tried again 12:00 UTC."
    )


def test_a_test_spares_whoever_is_in_their_quiet_hours(people: People, client_of: ClientOf) -> None:
    channel_of(people.rita)
    channel_of(people.lena)
    hours_set(user=people.lena, zone="UTC", quiet_from=time(11), quiet_until=time(13))

    answer = client_of(people.adam).post(f"{PAGE}test/1/", headers=JSON)

    assert answer.json() == {"ok": True, "sent": 1, "quiet": 1}


def test_a_level_that_nobody_can_be_told_on_says_so_in_its_place(
    people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.adam).post(f"{PAGE}test/2/")

    lines = answer.context["escalation"].lines
    assert answer.status_code == 409
    assert lines[1].untested.startswith("Nobody on level 2 can be told now")
    assert lines[0].untested == ""


def test_the_tests_of_an_hour_are_counted(
    people: People, client_of: ClientOf, clock: Clock
) -> None:
    channel_of(people.rita)
    adam = client_of(people.adam)
    for _ in range(9):
        adam.post(f"{PAGE}test/1/")

    refused = adam.post(f"{PAGE}test/1/", headers=JSON)
    clock.forward(minutes=61)
    again = adam.post(f"{PAGE}test/1/", headers=JSON)

    assert (refused.status_code, refused.json()["code"]) == (409, "tests_too_many")
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("name", "level", "status"),
    [("mona", 1, 403), ("rita", 1, 403), ("otto", 1, 404), ("adam", 9, 422), ("adam", 0, 422)],
)
def test_only_an_admin_tests_a_level_that_there_is(
    people: People, client_of: ClientOf, name: str, level: int, status: int
) -> None:
    channel_of(people.rita)

    answer = client_of(getattr(people, name)).post(f"{PAGE}test/{level}/", headers=JSON)

    assert answer.status_code == status
    assert Notice.objects.count() == 1


def test_neither_a_stranger_nor_a_link_tests_a_level(people: People, client_of: ClientOf) -> None:
    stranger = client_of(None).post(f"{PAGE}test/1/", headers=JSON)
    link = client_of(people.adam).get(f"{PAGE}test/1/")

    assert (stranger.status_code, link.status_code) == (401, 302)


def test_an_admin_adds_and_proves_a_channel_of_the_fleet(
    people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    added = adam.post(f"{PAGE}channels/add/", {"kind": "chat", "address": CHAT})
    (line,) = adam.get(PAGE).context["channels"].lines
    adam.post(line.prove_url, {"code": code_of(NoticeChannel.objects.get())})
    proven = adam.get(PAGE)

    assert added["Location"] == f"{PAGE}#channels"
    assert line.prove_url.startswith(f"{PAGE}channels/")
    assert proven.context["channels"].lines[0].mark.label == "Working"
    assert CHAT not in proven.content.decode()


def test_managers_read_the_fleets_channels_and_reviewers_do_not(
    people: People, client_of: ClientOf
) -> None:
    channel_of(people.adam, fleet=people.fleet)

    of_mona = client_of(people.mona).get(PAGE).context["channels"]
    of_rita = client_of(people.rita).get(PAGE).context["channels"]

    assert [line.shown for line in of_mona.lines] == ["adam@shop.example"]
    assert "Only an admin may say where events are sent; you are a manager." in of_mona.why_not
    assert of_rita is None


@pytest.mark.parametrize("move", ["test", "prove", "end"])
def test_nobody_but_an_admin_changes_a_channel_of_the_fleet(
    people: People, client_of: ClientOf, move: str
) -> None:
    channel = channel_of(people.adam, fleet=people.fleet)
    address = f"{PAGE}channels/{channel.pk}/{move}/"

    answers = [
        client_of(user).post(address, {"code": "x"}, headers=JSON).status_code
        for user in (people.mona, people.rita, people.otto, None)
    ]

    channel.refresh_from_db()
    assert (answers, channel.state) == ([403, 403, 404, 401], "WORKING")


def test_a_refused_channel_of_the_fleet_is_told_on_the_same_page(
    people: People, client_of: ClientOf
) -> None:
    address = {"kind": "mail", "address": "nobody"}

    answer = client_of(people.adam).post(f"{PAGE}channels/add/", address)

    card = answer.context["channels"]
    assert (answer.status_code, card.wrong, card.typed_mail) == (422, "mail", "nobody")


def test_the_delays_are_part_of_the_policy(people: People, client_of: ClientOf) -> None:
    adam = client_of(people.adam)
    before = policy(adam).steps

    adam.post(f"{PAGE}publish/", form(chat_after_s="30", mail_after_s=""))

    after = escalation_in_force(fleet_id=people.fleet.pk).policy
    assert "by chat 1\u00a0min later and by mail 5\u00a0min later" in before
    assert (after.chat_after_s, after.mail_after_s) == (30, 300)


@pytest.mark.parametrize("typed", ["soon", "-1", "3601", "1.5"])
def test_a_delay_that_cannot_be_is_refused_and_stays_as_typed(
    people: People, client_of: ClientOf, typed: str
) -> None:
    adam = client_of(people.adam)
    sent: dict[str, Any] = form(mail_after_s=typed)

    script = adam.post(f"{PAGE}publish/", sent, headers=JSON)
    shown = adam.post(f"{PAGE}publish/", sent).context["escalation"].form

    assert (script.status_code, script.json()["field"]) == (422, "mail_after_s")
    assert (shown.mail_after_s, shown.wrong) == (typed, "mail_after_s")
