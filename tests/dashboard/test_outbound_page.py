from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.models import Event, WebhookDelivery, WebhookEndpoint
from tests.dashboard.incident import words

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

PAGE = "/f/shop/outbound/"
JSON = {"Accept": "application/json"}


def form(**fields: Any) -> dict[str, Any]:
    return {
        "networks": "10.20.0.0/16\r\n\r\n",
        "callback_hosts": "Hooks.example.org\r\n agents.example.org:8443 ",
        "reason": "The SIEM runs in our own network.",
        "idempotency_key": "k-1",
        **fields,
    }


def test_an_admin_says_what_may_be_reached_and_reads_what_it_opens(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    before = words(adam, PAGE)

    changed = adam.post(f"{PAGE}change/", form())

    after = words(client_of(people.mona), PAGE)
    assert "nothing is sent to an address that is not of the public internet." in before
    assert "a task that names a callback URL is refused." in before
    assert (changed.status_code, changed["Location"]) == (302, PAGE)
    assert "10.20.0.0/16: 65,536 addresses of your own network." in after
    assert "hooks.example.org agents.example.org:8443" in after
    assert "Only an admin may say where events are sent; you are a manager." in after
    event = Event.objects.get(name="fleet.outbound_changed")
    assert (event.actor, event.payload["reason"]) == ("adam", "The SIEM runs in our own network.")


def test_a_refusal_names_the_entry_and_loses_nothing_that_was_typed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    network = adam.post(f"{PAGE}change/", form(networks="10.0.0.0/8\n169.254.0.0/16"))
    host = adam.post(f"{PAGE}change/", form(callback_hosts="https://h.org/"), headers=JSON)
    unsaid = adam.post(f"{PAGE}change/", form(reason=" "), headers=JSON)

    shown = network.context["outbound"].form
    assert (network.status_code, shown.wrong) == (422, "networks")
    assert shown.problem == (
        "Not recorded. networks: 169.254.0.0/16 is refused: it holds link-local addresses, where"
        " clouds keep their metadata."
    )
    assert (shown.networks, shown.reason) == ("10.0.0.0/8\n169.254.0.0/16", form()["reason"])
    assert (host.json()["field"], host.json()["value"]) == ("callback_hosts[0]", "https://h.org/")
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "reason")
    assert not Event.objects.filter(name="fleet.outbound_changed").exists()


def test_only_an_admin_changes_it_and_no_link_does(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    by_mona = client_of(people.mona).post(f"{PAGE}change/", form())
    by_rita = client_of(people.rita).post(f"{PAGE}change/", form())
    by_otto = client_of(people.otto).post(f"{PAGE}change/", form())
    by_stranger = client_of(None).post(f"{PAGE}change/", form(), headers=JSON)
    by_link = client_of(people.adam).get(f"{PAGE}change/")

    answers = (by_mona, by_rita, by_otto, by_stranger, by_link)
    assert [each.status_code for each in answers] == [403, 403, 404, 401, 302]


def test_the_list_of_webhooks_leads_there(shop: Shop, people: People, client_of: ClientOf) -> None:
    assert f'href="{PAGE}"' in client_of(people.mona).get("/f/shop/webhooks/").content.decode()


def test_a_host_leads_to_the_page_that_shows_its_secret_and_its_messages(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    adam.post(f"{PAGE}change/", form())
    endpoint = WebhookEndpoint.objects.get(callback_host="hooks.example.org")
    place = f"/f/shop/webhooks/{endpoint.pk}/"

    assert f'<a href="{place}">hooks.example.org</a>' in adam.get(PAGE).content.decode()
    page = adam.get(place)
    shown = page.context["webhook"]
    assert (shown.moves, shown.form) == ((), None)
    assert "To the URLs on hooks.example.org that tasks name." in words(adam, place)
    secret = adam.post(f"{place}rotate/", {"idempotency_key": "k-2"}).context["webhook"].secret
    endpoint.refresh_from_db()
    assert secret.secret == endpoint.secret

    adam.post(f"{PAGE}change/", form(callback_hosts="", idempotency_key="k-3"))
    assert "what a task names there is dropped." in words(adam, place)
    assert [each.name for each in adam.get(place).context["webhook"].moves] == ["end"]
    ended = adam.post(f"{place}end/", {"idempotency_key": "k-4"})
    assert ended.status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.ended_at is not None


def test_the_log_of_callbacks_says_where_each_went(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    adam.post(f"{PAGE}change/", form())
    endpoint = WebhookEndpoint.objects.get(callback_host="hooks.example.org")
    event = Event.objects.latest("seq")
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        event=event,
        callback_url="https://hooks.example.org/done/7",
        queued_at=event.created_at,
        next_at=event.created_at,
    )

    assert "To https://hooks.example.org/done/7" in words(adam, f"/f/shop/webhooks/{endpoint.pk}/")
