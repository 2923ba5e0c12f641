from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import F

from governance.models import WebhookDelivery, WebhookEndpoint
from governance.services.fleets import fleet_halt
from governance.services.webhook_sending import webhook_send, webhooks_fan_out
from governance.services.webhooks import webhook_create, webhook_end
from tests.dashboard.incident import words
from tests.governance.services.far import URL, Far

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

LIST = "/f/shop/webhooks/"
JSON = {"Accept": "application/json"}


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "SIEM",
        "url": URL,
        "events": ["fleet.*", "webhook.changed"],
        "idempotency_key": "k-1",
        **fields,
    }


@pytest.fixture
def siem(shop: Shop, people: People) -> WebhookEndpoint:
    """Return a webhook that has the halt of its fleet on its way."""
    endpoint, _ = webhook_create(
        fleet=people.fleet, user=people.adam, name="SIEM", url=URL, events=["fleet.*"]
    )
    fleet_halt(fleet=people.fleet, actor="mona", reason="Try.")
    webhooks_fan_out()
    return endpoint


def tried(endpoint: WebhookEndpoint, *answers: int | str) -> None:
    """Let the messages be tried once for each answer, without waiting in between."""
    far = Far(answers=list(answers))
    for _ in answers:
        webhook_send(endpoint_id=endpoint.pk, post=far.post)
        WebhookDelivery.objects.filter(state="pending").update(next_at=F("queued_at"))


def page(endpoint: WebhookEndpoint, move: str = "") -> str:
    return f"{LIST}{endpoint.pk}/{move}"


def test_an_admin_adds_a_webhook_and_is_shown_its_secret_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    added = adam.post(f"{LIST}add/", form())

    endpoint = WebhookEndpoint.objects.get()
    secret = endpoint.secret
    assert (added.status_code, added["Cache-Control"]) == (200, "no-store")
    assert f'value="{secret}"' in added.content.decode()
    assert "Send a test to see one arrive." in added.content.decode()
    assert secret not in words(adam, page(endpoint))
    assert (endpoint.name, endpoint.url, endpoint.events) == (
        "SIEM",
        URL,
        ["fleet.*", "webhook.changed"],
    )


def test_sent_again_the_form_adds_nothing_and_shows_the_same_secret(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    pages = [client_of(people.adam).post(f"{LIST}add/", form()) for _ in range(2)]

    endpoint = WebhookEndpoint.objects.get()
    assert [endpoint.secret in each.content.decode() for each in pages] == [True, True]


@pytest.mark.parametrize(
    ("typed", "field", "problem"),
    [
        (
            {"name": " "},
            "name",
            "A webhook needs a name of 1 to 120 characters on one line: this one is empty.",
        ),
        (
            {"name": "n" * 121},
            "name",
            "A webhook needs a name of 1 to 120 characters on one line: this one has 121 characters.",
        ),
        ({"url": "http://siem.example.org/"}, "url", "url must be https, got http://siem"),
        ({"url": "https://a\x00b/"}, "url", "url: it is not a plain URL."),
        ({"events": ["fleet.flown"]}, "events", "There is no event fleet.flown."),
    ],
)
def test_a_refusal_names_the_field_and_loses_nothing_that_was_typed(
    shop: Shop,
    people: People,
    client_of: ClientOf,
    typed: dict[str, Any],
    field: str,
    problem: str,
) -> None:
    sent = form(**typed)

    refused = client_of(people.adam).post(f"{LIST}add/", sent)

    shown = refused.context["webhooks"].form
    assert (refused.status_code, shown.wrong) == (422, field)
    assert shown.problem.startswith(f"Not recorded. {problem}")
    assert (shown.name, shown.target) == (sent["name"].strip(), sent["url"])
    assert not WebhookEndpoint.objects.exists()


def test_the_page_says_what_was_tried_what_was_answered_and_what_comes_next(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    webhook_send(endpoint_id=siem.pk, post=Far(answers=[503]).post)

    text = words(client_of(people.mona), page(siem))

    assert "Failing" in text
    assert "1 failure in a row since 12:00:00 UTC; it is tried again." in text.replace("\xa0", " ")
    assert "1 message on the way." in text.replace("\xa0", " ")
    assert "fleet.halted" in text
    assert "503 It answered 503: so it is" in text
    assert "next try 12:00:05" in text
    assert "Only an admin may say where events are sent; you are a manager." in text


def test_each_state_of_a_webhook_is_said_in_the_list(
    siem: WebhookEndpoint, people: People, client_of: ClientOf, clock: Clock
) -> None:
    mona = client_of(people.mona)

    new = words(mona, LIST)
    tried(siem, *[503] * 5)
    resting = words(mona, LIST)
    WebhookEndpoint.objects.update(rests_until=clock() - timedelta(seconds=1))
    tried(siem, 204)
    working = words(mona, LIST)
    client_of(people.adam).post(page(siem, "end/"), {"control": "end", "idempotency_key": "k"})
    ended = words(mona, LIST)

    assert "Not tried yet" in new
    assert "Nothing was sent to it so far; send a test." in new
    assert "5 failures in a row since 12:00:00 UTC; rests until 12:01:00 UTC." in resting.replace(
        "\xa0", " "
    )
    assert "Working Last taken 12:00:00 UTC." in working
    assert "Events are sent nowhere." in ended
    assert "Nothing is sent since 12:00:00 UTC." in ended


def test_an_admin_sends_a_message_again_and_is_told_when_it_is_on_its_way_already(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    tried(siem, 204)
    url = page(siem, f"deliveries/{WebhookDelivery.objects.get().pk}/replay/")
    typed = {"control": "replay", "idempotency_key": "k-1"}

    again = client_of(people.adam).post(url, typed, headers=JSON)
    state = WebhookDelivery.objects.get(event__name="fleet.halted").state
    late = client_of(people.adam).post(url, {**typed, "idempotency_key": "k-2"}, headers=JSON)

    assert again.json()["then"] == "The log shows it within seconds."
    assert (state, late.status_code, late.json()["code"]) == ("pending", 409, "delivery_pending")


def test_a_test_reaches_this_webhook_and_the_log_shows_it(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    far = Far()

    pressed = client_of(people.adam).post(
        page(siem, "test/"), {"control": "test", "idempotency_key": "k-1"}
    )
    webhooks_fan_out()
    webhook_send(endpoint_id=siem.pk, post=far.post)

    assert (pressed.status_code, pressed["Location"]) == (302, page(siem))
    assert far.names == ["webhook.tested", "fleet.halted"]
    assert "webhook.tested" in words(client_of(people.adam), page(siem))


def test_a_new_secret_is_shown_once_and_the_former_signs_for_a_day(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    rotated = adam.post(page(siem, "rotate/"), {"idempotency_key": "k-1"}).content.decode()
    meanwhile = words(adam, page(siem))
    too_soon = adam.post(page(siem, "rotate/"), {"idempotency_key": "k-2"})

    former, new = siem.secret, WebhookEndpoint.objects.get().secret
    assert "The former secret signs beside it for 24 h" in rotated
    assert (new in rotated, former in rotated) == (True, False)
    assert "The former secret signs too until 3 Mar 12:00 UTC." in meanwhile.replace("\xa0", " ")
    assert too_soon.status_code == 409
    assert "the former one signs until 12:00 UTC" in too_soon.content.decode()


def test_a_secret_that_became_known_is_replaced_at_once(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    sent = {"idempotency_key": "k-1", "at_once": "yes"}

    rotated = client_of(people.adam).post(page(siem, "rotate/"), sent).content.decode()

    now = WebhookEndpoint.objects.get()
    assert (now.secret in rotated, now.former_secret) == (True, "")
    assert "The former secret signs no longer" in rotated


def test_a_box_that_says_neither_yes_nor_nothing_is_refused(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    sent = {"idempotency_key": "k-1", "at_once": "maybe"}

    refused = client_of(people.adam).post(page(siem, "rotate/"), sent, headers=JSON)

    assert (refused.status_code, refused.json()["field"]) == (422, "at_once")


def test_an_admin_changes_where_it_leads_and_what_it_is_sent(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    other = form(name="Log", url="https://log.example.org/", events=[])

    changed = client_of(people.adam).post(page(siem, "change/"), other)
    refused = client_of(people.adam).post(
        page(siem, "change/"), form(url="ftp://log.example.org/", idempotency_key="k-2")
    )

    siem.refresh_from_db()
    assert (changed.status_code, changed["Location"]) == (302, page(siem))
    assert (siem.name, siem.url, siem.events) == ("Log", "https://log.example.org/", [])
    assert (refused.status_code, refused.context["webhook"].form.target) == (
        422,
        "ftp://log.example.org/",
    )


def test_an_ended_webhook_keeps_its_log_and_offers_nothing(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    adam.post(page(siem, "end/"), {"control": "end", "idempotency_key": "k-1"})

    card = adam.get(page(siem)).context["webhook"]

    assert [line.mark.label for line in card.deliveries] == ["Given up"]
    assert (card.moves, card.rotate, card.form) == ((), None, None)
    assert [line.replay for line in card.deliveries] == [None]


@pytest.mark.parametrize("move", ["change", "rotate", "test", "end"])
def test_only_an_admin_moves_a_webhook_and_no_link_does(
    siem: WebhookEndpoint, people: People, client_of: ClientOf, move: str
) -> None:
    url, sent = page(siem, f"{move}/"), form(control=move)

    by_mona = client_of(people.mona).post(url, sent, headers=JSON)
    by_form = client_of(people.mona).post(url, sent)
    by_rita = client_of(people.rita).post(url, sent)
    by_otto = client_of(people.otto).post(url, sent)
    by_stranger = client_of(None).post(url, sent, headers=JSON)
    by_link = client_of(people.adam).get(url)

    answers = (by_mona, by_form, by_rita, by_otto, by_stranger, by_link)
    assert [each.status_code for each in answers] == [403, 403, 403, 404, 401, 302]
    assert URL not in by_rita.content.decode()
    siem.refresh_from_db()
    assert (siem.name, siem.ended_at, siem.former_secret) == ("SIEM", None, "")


def test_only_an_admin_adds_one(shop: Shop, people: People, client_of: ClientOf) -> None:
    by_mona = client_of(people.mona).post(f"{LIST}add/", form(), headers=JSON)
    by_otto = client_of(people.otto).post(f"{LIST}add/", form())
    by_stranger = client_of(None).post(f"{LIST}add/", form(), headers=JSON)

    statuses = [each.status_code for each in (by_mona, by_otto, by_stranger)]
    assert (statuses, WebhookEndpoint.objects.count()) == ([403, 404, 401], 0)


def test_a_form_that_is_wrong_about_a_webhook_that_is_not_there_is_not_found(
    shop: Shop, people: People, client_of: ClientOf, siem: WebhookEndpoint
) -> None:
    webhook_end(fleet=people.fleet, user=people.adam, webhook_id=siem.pk)
    adam = client_of(people.adam)

    changed = adam.post(page(siem, "change/"), form(name=""))
    tested = adam.post(f"{LIST}{people.fleet.pk}/test/", {})

    assert (changed.status_code, tested.status_code) == (404, 404)


def test_a_refused_form_looks_unchanged_to_a_page_that_draws_itself_again(
    shop: Shop, people: People, client_of: ClientOf, siem: WebhookEndpoint
) -> None:
    adam = client_of(people.adam)

    added = adam.post(f"{LIST}add/", form(url="http://siem.example.org/")).context["webhooks"]
    changed = adam.post(page(siem, "change/"), form(name="")).context["webhook"]

    listed, shown = adam.get(f"{LIST}parts/"), adam.get(page(siem, "parts/"))
    assert added.form.sign == listed.context["webhooks"].form.sign
    assert changed.form.sign == shown.context["webhook"].form.sign


def test_another_name_is_a_change_to_an_open_page(
    shop: Shop, people: People, client_of: ClientOf, siem: WebhookEndpoint
) -> None:
    adam = client_of(people.adam)
    before = adam.get(page(siem, "parts/")).context["webhook"].form.sign

    adam.post(page(siem, "change/"), form(name="SIEM of the group", events=["fleet.*"]))

    assert adam.get(page(siem, "parts/")).context["webhook"].form.sign != before


def test_a_webhook_of_another_fleet_is_not_there(
    siem: WebhookEndpoint, people: People, client_of: ClientOf
) -> None:
    elsewhere = page(siem).replace("/shop/", "/elsewhere/")

    assert client_of(people.otto).get(elsewhere).status_code == 404


def test_the_navigation_leads_there_for_who_may_see_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    link = f'href="{LIST}"'

    shown = [
        link in client_of(getattr(people, name)).get("/f/shop/tools/").content.decode()
        for name in ("rita", "mona", "adam")
    ]

    assert shown == [False, True, True]


def test_the_list_says_that_nobody_sends_what_is_due(
    siem: WebhookEndpoint, people: People, client_of: ClientOf, clock: Clock
) -> None:
    mona = client_of(people.mona)
    clock.forward(seconds=90)
    in_time = words(mona, LIST)
    clock.forward(seconds=30)

    late = words(mona, LIST).replace("\xa0", " ")

    assert "The courier is" not in in_time
    assert "The courier is 2 min late: messages wait and nobody sends them." in late
