"""How a person is reached, on the page of their account, without script."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from escalations.domain.notifying import ChannelKind
from escalations.models import NoticeChannel
from escalations.services.channel_proof import code_of
from escalations.services.notice_hours import hours_set
from tests.escalations.noticing import CHAT, channel_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django import Settings

    from dashboard.cards.channels import ReachedCard
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People

PAGE = "/account/"
JSON = {"Accept": "application/json"}
CALM = "No channel of yours works: with Countersign closed, you are not told of tickets."


@pytest.fixture
def rita(people: People, settings: Settings, clock: Clock) -> User:
    """Rita at noon, where a mail server is set up."""
    settings.EMAIL_HOST = "mail.example"
    people.rita.email = "rita@shop.example"
    people.rita.save()
    return people.rita


def reached(client: Client) -> ReachedCard:
    card: ReachedCard = client.get(PAGE).context["reached"]
    return card


def add(client: Client, kind: str, address: str, **headers: str) -> Any:
    return client.post(f"{PAGE}channels/add/", {"kind": kind, "address": address}, headers=headers)


def test_whoever_has_no_channel_reads_one_calm_line(rita: User, client_of: ClientOf) -> None:
    page = client_of(rita).get(PAGE)

    assert page.content.decode().count(CALM) == 1
    assert page.context["reached"].now == (
        "Shop, called with level 1: now you would be told on screen at once.",
    )


def test_a_channel_is_added_and_proven_by_the_code_it_was_sent(
    rita: User, client_of: ClientOf
) -> None:
    client = client_of(rita)

    added = add(client, "mail", " rita@shop.example ")
    before = reached(client).channels
    channel = NoticeChannel.objects.get()
    client.post(before.lines[0].prove_url, {"code": code_of(channel).lower()})
    after = reached(client).channels

    assert added["Location"] == "/account/#channels"
    (line,) = before.lines
    assert (line.kind, line.shown, line.mark.label) == ("Mail", "rita@shop.example", "Unproven")
    assert line.to_do.startswith("Enter the code here before 13:00:00 UTC")
    assert before.calm == CALM
    assert (after.lines[0].mark.label, after.calm) == ("Working", "")


def test_a_wrong_code_is_refused_beside_its_channel(rita: User, client_of: ClientOf) -> None:
    client = client_of(rita)
    add(client, "mail", "rita@shop.example")
    (line,) = reached(client).channels.lines

    answer = client.post(line.prove_url, {"code": "AAAAAAAA"})

    shown = answer.context["reached"].channels
    assert (answer.status_code, shown.problem) == (422, "")
    assert "This is not the code of the latest message." in shown.lines[0].problem


def test_a_code_that_counts_no_longer_asks_for_a_new_one(
    rita: User, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(rita)
    add(client, "mail", "rita@shop.example")
    clock.forward(minutes=61)

    before = reached(client).channels.lines[0]
    client.post(before.test_url)
    after = reached(client).channels.lines[0]

    assert (before.asks_code, before.to_do) == (False, "Send a new code.")
    assert after.asks_code


def test_the_address_of_a_chat_never_comes_back(rita: User, client_of: ClientOf) -> None:
    client = client_of(rita)
    secret = "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz"

    add(client, "chat", secret)
    refused = add(client, "chat", f"{secret}?verify=no")

    page = client.get(PAGE).content.decode()
    assert "discord://…wxyz" in page
    assert "abcdefghijklmnopqrstuvwxyz" not in page + refused.content.decode()
    assert refused.context["reached"].channels.wrong == "chat"


def test_a_host_of_ones_own_choosing_is_refused(rita: User, client_of: ClientOf) -> None:
    answer = add(client_of(rita), "chat", "json://10.0.0.1/hook", Accept="application/json")

    assert (answer.status_code, answer.json()["field"]) == (422, "address")


def test_without_a_mail_server_only_chats_are_offered(
    people: People, client_of: ClientOf, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    client = client_of(people.rita)

    page = client.get(PAGE).content.decode()
    answer = add(client, "mail", "rita@shop.example", Accept="application/json")

    assert "No mail server is set up" in page
    assert "Add mail" not in page
    assert (answer.status_code, answer.json()["code"]) == (422, "mail_not_set_up")


def test_what_would_happen_now_names_each_way_with_its_delay(
    rita: User, client_of: ClientOf
) -> None:
    channel_of(rita)
    mail_only = reached(client_of(rita)).now
    channel_of(rita, ChannelKind.CHAT, address=CHAT)

    both = reached(client_of(rita)).now

    assert mail_only == (
        "Shop, called with level 1: now you would be told on screen at once and by mail after"
        " 1\u00a0min.",
    )
    assert both == (
        "Shop, called with level 1: now you would be told on screen at once, by chat after"
        " 1\u00a0min and by mail after 5\u00a0min.",
    )


def test_quiet_hours_are_kept_and_said(rita: User, client_of: ClientOf) -> None:
    channel_of(rita)
    client = client_of(rita)
    form = {"zone": "Europe/Berlin", "quiet_from": "12:30", "quiet_until": "14:00"}

    saved = client.post(f"{PAGE}hours/", form)

    card = reached(client)
    assert saved["Location"] == "/account/#hours"
    assert (card.hours.zone, card.hours.begins, card.hours.until) == tuple(form.values())
    assert card.now[0].endswith(
        " It is your quiet time: chat and mail wait until 14:00 in Europe/Berlin, except those of"
        " the last level."
    )


def test_the_last_level_keeps_no_quiet_hours(
    people: People, rita: User, client_of: ClientOf
) -> None:
    channel_of(rita)
    people.adam.email = "adam@shop.example"
    people.adam.save()
    channel_of(people.adam)
    hours_set(user=people.adam, zone="UTC", quiet_from=time(11), quiet_until=time(13))

    (sentence,) = reached(client_of(people.adam)).now

    assert sentence.startswith("Shop, called with level 3:")
    assert sentence.endswith("quiet time until 13:00 in UTC, which the last level does not keep.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"zone": "Mars/Base"}, "zone"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_until": ""}, "quiet_until"),
        ({"quiet_until": "22:00"}, "quiet_until"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_stay_as_typed(
    rita: User, client_of: ClientOf, fields: dict[str, str], field: str
) -> None:
    form = {"zone": "UTC", "quiet_from": "22:00", "quiet_until": "07:00", **fields}
    client = client_of(rita)

    script = client.post(f"{PAGE}hours/", form, headers=JSON)
    shown = client.post(f"{PAGE}hours/", form).context["reached"].hours

    assert (script.status_code, script.json()["field"]) == (422, field)
    assert (shown.zone, shown.begins, shown.until) == tuple(form.values())
    assert shown.wrong == field


def test_a_failing_channel_says_what_to_do(rita: User, client_of: ClientOf) -> None:
    channel_of(rita)
    NoticeChannel.objects.update(
        state="FAILING", failures=3, last_error="The mail server answered 550."
    )

    card = reached(client_of(rita)).channels

    (line,) = card.lines
    assert line.mark.label == "Failing"
    assert line.says == (
        "3 attempts in a row failed since 12:00:00 UTC: The mail server answered 550."
    )
    assert line.to_do.startswith("Send a test: one that arrives mends it.")
    assert card.calm == CALM


def test_a_removed_channel_is_gone(rita: User, client_of: ClientOf) -> None:
    channel_of(rita)
    client = client_of(rita)

    client.post(reached(client).channels.lines[0].end_url)

    assert reached(client).channels.lines == ()


def test_nobody_touches_the_channel_of_another(
    people: People, rita: User, client_of: ClientOf
) -> None:
    channel = channel_of(rita)

    answers = [
        client_of(people.adam).post(
            f"{PAGE}channels/{channel.pk}/{move}/", {"code": "x"}, headers=JSON
        )
        for move in ("test", "prove", "end")
    ]
    stranger = client_of(None).post(f"{PAGE}channels/{channel.pk}/end/", headers=JSON)

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert stranger.status_code == 401
    assert channel.pk in NoticeChannel.objects.filter(state="WORKING").values_list("pk", flat=True)


def test_an_unknown_kind_is_refused(rita: User, client_of: ClientOf) -> None:
    answer = add(client_of(rita), "pigeon", "coop", Accept="application/json")

    assert (answer.status_code, answer.json()["field"]) == (422, "kind")
