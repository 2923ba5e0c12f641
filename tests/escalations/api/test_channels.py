"""The documented calls about channels and messages are answered as documented."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from escalations.api import channel_urls
from escalations.api.reference_channels import CHANNEL_CALLS
from escalations.domain.notifying import ChannelKind
from escalations.models import NoticeChannel
from escalations.services.channel_proof import code_of
from escalations.services.channels import channel_add
from tests.escalations.api.test_rules import outline
from tests.escalations.asking import task_asked
from tests.escalations.noticing import CHAT, Courier, channel_of
from tests.governance.api.documented import Site
from tests.governance.api.http import Api, person_api

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Reply

    from governance.api.reference.calls import Call
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")

CALLS = {call.name: call for call in CHANNEL_CALLS}
ON_ONE = [name for name in CALLS if "/channels/{id}/" in CALLS[name].path]
CHANGING = [name for name in CALLS if CALLS[name].method != "GET"]
OF_FLEET = [name for name in CALLS if name.startswith("fleet_")]


@pytest.fixture
def site(fleet: Fleet, crew: Crew) -> Site:
    return Site(fleet, crew)


def added(site: Site, name: str) -> NoticeChannel:
    """Return an unproven channel of whoever calls in the example of a call."""
    fleet = site.fleet if name.startswith("fleet_") else None
    user = site.crew.mona if fleet is None else site.crew.adam
    return channel_add(user=user, fleet=fleet, kind=ChannelKind.CHAT, address=CHAT)


def send(site: Site, call: Call) -> Reply:
    """Send the example of a call, about what is there."""
    example, body = call.example, call.example.get("request")
    path = example["path"].removeprefix("/")
    if call.name in ON_ONE:
        channel = added(site, call.name)
        path = path.replace(path.split("/")[-2], str(channel.pk))
        body = {"code": code_of(channel)} if call.name.endswith("prove") else body
    elif call.name.endswith("channels_list"):
        added(site, call.name)
    elif call.name == "ticket_notices":
        path = f"tickets/{told(site).pk}/notices"
    api = site.key if call.scopes else site.person(call)
    return api.send(call.method, path, body)


def told(site: Site) -> Any:
    channel_of(site.crew.rita)
    return task_asked(site.fleet, site.crew.lena)


@pytest.mark.parametrize("name", CALLS)
def test_an_example_is_answered_as_documented(site: Site, name: str) -> None:
    answered = send(site, CALLS[name])

    assert answered.status_code == CALLS[name].replies[0].status, answered.content
    assert outline(answered.json()) == outline(CALLS[name].example["reply"])
    assert answered.json().keys() == CALLS[name].replies[0].shape.__annotations__.keys()


@pytest.mark.parametrize("name", CALLS)
def test_a_documented_answer_fits_its_schema(name: str) -> None:
    call = CALLS[name]

    assert set(msgspec.convert(call.example["reply"], call.replies[0].shape)) == set(
        call.example["reply"]
    )


def test_every_route_is_documented() -> None:
    routes = {
        str(route.pattern).replace("<uuid:channel_id>", "{id}").replace("<uuid:ticket_id>", "{id}")
        for route in channel_urls.urlpatterns
    }

    assert routes == {call.path.removeprefix("/") for call in CHANNEL_CALLS}


@pytest.mark.parametrize("name", CHANGING)
def test_no_key_changes_where_people_are_told(site: Site, name: str) -> None:
    example = CALLS[name].example

    refused = site.key.send(
        CALLS[name].method, example["path"].removeprefix("/"), example.get("request")
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "person_required")


@pytest.mark.parametrize("name", OF_FLEET)
def test_a_reviewer_has_no_say_in_where_a_fleet_is_told(site: Site, name: str) -> None:
    example = CALLS[name].example

    refused = person_api(site.crew.rita).send(
        CALLS[name].method, example["path"].removeprefix("/"), example.get("request")
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")


@pytest.mark.parametrize("name", [name for name in ON_ONE if name not in OF_FLEET])
def test_nobody_touches_anothers_channel(site: Site, name: str) -> None:
    channel = channel_of(site.crew.rita)
    path = CALLS[name].example["path"].removeprefix("/")

    refused = site.adam.send(
        CALLS[name].method,
        path.replace(path.split("/")[-2], str(channel.pk)),
        CALLS[name].example.get("request"),
    )

    assert (refused.status_code, refused.json()["code"]) == (404, "channel_unknown")


@pytest.mark.parametrize("name", CALLS)
def test_somebody_outside_the_fleet_sees_nothing_of_it(site: Site, name: str) -> None:
    example = CALLS[name].example
    path = f"{example['path'].removeprefix('/')}?fleet=shop"

    refused = person_api(site.crew.otto).send(CALLS[name].method, path, example.get("request"))

    assert refused.status_code == 404


CHAT_FORM = "slack://A/B/C, discord://webhook-id/webhook-token"
MAIL_FORM = "one mail address, at most 254 characters"
# Method and path, what was sent, then code, field, value sent and how what is allowed begins.
BAD: list[tuple[str, str, Any, str, str, object, str]] = [
    ("POST", "channels", {"kind": "sms", "address": "1"}, "invalid_field", "kind", "sms", "one of"),
    ("POST", "channels", {"kind": "mail"}, "missing_field", "address", None, "text"),
    ("POST", "channels", {"kind": "mail", "address": "rita"}, "address_refused", "address", "rita",
     MAIL_FORM),
    ("POST", "channels", {"kind": "mail", "address": "a@b.example\nBcc: c@d.example"},
     "address_refused", "address", "a@b.example\nBcc: c@d.example", MAIL_FORM),
    ("POST", "channels", {"kind": "mail", "address": CHAT}, "address_refused", "address", None,
     MAIL_FORM),
    ("POST", "channels", {"kind": "chat", "address": "json://10.0.0.1/hook"}, "address_refused",
     "address", None, CHAT_FORM),
    ("POST", "channels", {"kind": "chat", "address": "ntfy://internal.host/topic"},
     "address_refused", "address", None, CHAT_FORM),
    ("PUT", "channels/hours", {"zone": "Mars/Base", "quiet_from": None, "quiet_until": None},
     "invalid_field", "zone", "Mars/Base", "a name of the time zone database"),
    ("PUT", "channels/hours", {"zone": "UTC", "quiet_from": "22:00", "quiet_until": None},
     "invalid_field", "quiet_until", None, "HH:MM"),
    ("PUT", "channels/hours", {"zone": "UTC", "quiet_from": "22:00", "quiet_until": "22:00"},
     "invalid_field", "quiet_until", "22:00", "any time but 22:00"),
    ("PUT", "channels/hours", {"zone": "UTC", "quiet_from": "24:00", "quiet_until": "07:00"},
     "invalid_field", "quiet_from", "24:00", "text"),
    ("PUT", "channels/hours", {"zone": "UTC"}, "missing_field", "quiet_from", None, "text"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "code", "field", "value", "allowed"), BAD)
def test_bad_input_names_field_value_and_what_is_allowed(
    site: Site,
    method: str,
    path: str,
    body: Any,
    code: str,
    field: str,
    value: object,
    allowed: str,
) -> None:
    refused = site.mona.send(method, path, body)

    said = refused.json()
    assert (refused.status_code, said["code"], said["field"]) == (422, code, field)
    assert said.get("value") == value
    assert said["allowed"].startswith(allowed)


def test_the_address_of_a_chat_is_in_no_answer(site: Site) -> None:
    site.mona.post("channels", {"kind": "chat", "address": CHAT})
    bad = site.mona.post("channels", {"kind": "chat", "address": f"{CHAT}?verify=no"})
    as_mail = site.mona.post("channels", {"kind": "mail", "address": CHAT})

    listed = site.mona.get("channels")
    assert listed.json()["channels"][0]["shown"] == "ntfy://…9f3c"
    assert b"countersign-on-call" not in listed.content + bad.content + as_mail.content


def test_a_mail_address_is_in_no_row_and_no_event_once_its_channel_has_ended(site: Site) -> None:
    channel = channel_of(
        site.crew.adam, fleet=site.fleet, kind=ChannelKind.MAIL, address="ops@example.test"
    )
    ended = site.adam.post(f"fleet/channels/{channel.pk}/end").json()

    channel.refresh_from_db()
    events = site.key.get("events")
    assert (ended["shown"], channel.shown, channel.address) == ("…@example.test",) * 2 + ("",)
    assert b"@example.test is proven" in events.content
    assert b"ops@" not in events.content


def test_a_code_proves_and_five_wrong_ones_end_it(site: Site) -> None:
    channel = added(site, "channel_prove")
    path, right = f"channels/{channel.pk}/prove", code_of(channel)

    wrong = [site.mona.post(path, {"code": "00000000"}) for _ in range(5)]
    late = site.mona.post(path, {"code": right})

    assert {(each.status_code, each.json()["code"]) for each in wrong} == {(422, "code_wrong")}
    assert (late.status_code, late.json()["code"]) == (409, "code_over")


def test_a_new_test_brings_a_new_code_and_the_former_counts_no_longer(site: Site) -> None:
    channel = added(site, "channel_test")
    former = code_of(channel)
    site.mona.post(f"channels/{channel.pk}/test")
    channel.refresh_from_db()

    refused = site.mona.post(f"channels/{channel.pk}/prove", {"code": former})
    taken = site.mona.post(f"channels/{channel.pk}/prove", {"code": code_of(channel).lower()})

    assert (refused.status_code, taken.status_code) == (422, 200)


def test_a_code_counts_for_an_hour(site: Site, clock: Clock) -> None:
    channel = added(site, "channel_prove")
    clock.forward(minutes=60)

    refused = site.mona.post(f"channels/{channel.pk}/prove", {"code": code_of(channel)})

    assert (refused.status_code, refused.json()["code"]) == (409, "code_over")


def test_the_code_arrives_and_nothing_else_of_it_is_needed(
    site: Site, fleet: Fleet, crew: Crew
) -> None:
    channel = added(site, "channel_add")
    courier = Courier()
    courier.round()

    [(_, message, _)] = courier.got
    assert message.subject == f"[Countersign] Your code is {code_of(channel)}"
    assert "https://console.example/account/" in message.body


def test_ten_tests_an_hour_are_enough(site: Site, clock: Clock) -> None:
    channel = added(site, "channel_test")
    answers = [site.mona.post(f"channels/{channel.pk}/test").status_code for _ in range(10)]
    clock.forward(hours=1, seconds=1)
    again = site.mona.post(f"channels/{channel.pk}/test")

    assert answers == [200] * 9 + [409]
    assert again.status_code == 200


def test_there_are_five_channels_at_most_and_each_address_once(site: Site) -> None:
    def add(name: str) -> Reply:
        return site.mona.post("channels", {"kind": "mail", "address": f"{name}@example.test"})

    first = [add(f"mona{at}").status_code for at in range(4)]
    twice, fifth, sixth = add("mona0"), add("mona5"), add("mona6")

    assert first == [201] * 4
    assert (twice.status_code, twice.json()["code"]) == (409, "channel_exists")
    assert fifth.status_code == 201
    assert (sixth.status_code, sixth.json()["code"]) == (409, "channels_full")


def test_without_a_mail_server_mail_is_refused_in_a_sentence(site: Site, settings: Any) -> None:
    settings.EMAIL_HOST = ""

    refused = site.mona.post("channels", {"kind": "mail", "address": "mona@example.test"})

    said = refused.json()
    assert (refused.status_code, said["code"], said["allowed"]) == (422, "mail_not_set_up", "chat")
    assert "No mail server is set up" in said["detail"]


def test_a_change_of_a_fleets_channel_is_told_in_its_feed(site: Site) -> None:
    made = site.adam.post("fleet/channels", {"kind": "chat", "address": CHAT}).json()
    site.adam.post(f"fleet/channels/{made['id']}/end")

    events = site.key.get("events").json()["events"]
    said = [each["payload"]["sentence"] for each in events if each["name"] == "channel.changed"]
    assert said == [
        "A chat channel was added; it has to be proven.",
        "The chat channel ntfy://…9f3c has ended.",
    ]


def test_a_ticket_says_who_was_told_and_who_was_not(
    site: Site, clock: Clock, key: Any, rita: Any
) -> None:
    ticket = told(site)
    clock.forward(seconds=60)
    Courier().round()
    clock.forward(seconds=10)

    by_rita = Api(rita.api.token).get(f"tickets/{ticket.pk}/notices").json()["notices"]
    by_key = key.api.get(f"tickets/{ticket.pk}/notices").json()["notices"]

    assert by_rita == by_key
    assert [(each["state"], each["sentence"], each["at"]) for each in by_rita] == [
        ("SENT", "mail to Rita: delivered 12:01 UTC", "2026-03-02T12:01:00Z")
    ]
    assert clock() - timedelta(seconds=70) == ticket.opened_at
