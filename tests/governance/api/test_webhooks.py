"""``/api/v1/webhooks``: who may look, who may change, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Scope
from tests.factories import FleetFactory
from tests.governance.api.http import key_api, person_api
from tests.governance.services.far import Far, added, halted, sent

if TYPE_CHECKING:
    from governance.models import Fleet, WebhookEndpoint
    from tests.escalations.people import Crew

BODY = {"name": "SIEM", "url": "https://siem.example.org/in", "events": ["fleet.*"]}


@pytest.fixture
def endpoint(fleet: Fleet, crew: Crew) -> WebhookEndpoint:
    return added(fleet, crew, "fleet.*")


def test_the_secret_is_shown_once(fleet: Fleet, crew: Crew) -> None:
    adam = person_api(crew.adam)
    made = adam.post("webhooks", BODY)

    assert made.status_code == 201
    secret, path = made.json()["secret"], f"webhooks/{made.json()['id']}"
    assert secret.startswith("whsec_")
    assert secret not in adam.get(path).content.decode()
    assert secret not in adam.get("webhooks").content.decode()
    rotated = adam.post(f"{path}/rotate").json()["secret"]
    assert rotated != secret


def test_a_key_that_reads_may_look_and_never_change(
    fleet: Fleet, endpoint: WebhookEndpoint
) -> None:
    reader, gate = key_api(fleet, [Scope.READ]), key_api(fleet, [Scope.GATE])
    path = f"webhooks/{endpoint.pk}"

    assert [each["name"] for each in reader.get("webhooks").json()["webhooks"]] == ["SIEM"]
    assert reader.get(f"{path}/deliveries").json() == {"deliveries": []}
    assert problem(gate.get("webhooks")) == (403, "scope_missing")
    everything = key_api(fleet)
    for refused in (
        everything.post("webhooks", BODY),
        everything.put(path, BODY),
        everything.post(f"{path}/rotate"),
        everything.post(f"{path}/test"),
        everything.post(f"{path}/end"),
    ):
        assert problem(refused) == (403, "person_required")


def test_a_manager_may_look_and_a_reviewer_may_not(crew: Crew, endpoint: WebhookEndpoint) -> None:
    assert person_api(crew.mona).get("webhooks").status_code == 200
    assert problem(person_api(crew.mona).post("webhooks", BODY)) == (403, "role_too_low")
    assert problem(person_api(crew.rita).get("webhooks")) == (403, "role_too_low")


def test_another_fleet_sees_nothing_of_it(crew: Crew, endpoint: WebhookEndpoint) -> None:
    other = key_api(FleetFactory(slug="other"))

    assert other.get("webhooks").json() == {"webhooks": []}
    assert problem(other.get(f"webhooks/{endpoint.pk}")) == (404, "webhook_unknown")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://siem.example.org/"}, "url"),
        ({"url": 5}, "url"),
        ({"events": ["fleet.paused"]}, "events"),
        ({"events": "fleet.*"}, "events"),
        ({"name": ""}, "name"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_a_bad_field_is_named(crew: Crew, changed: dict[str, Any], field: str, db: None) -> None:
    answered = person_api(crew.adam).post("webhooks", {**BODY, **changed})

    assert answered.status_code == 422
    assert answered.json()["field"] == field


def test_deliveries_are_told_by_state(fleet: Fleet, crew: Crew, endpoint: WebhookEndpoint) -> None:
    halted(fleet)
    sent(endpoint, Far())
    adam, path = person_api(crew.adam), f"webhooks/{endpoint.pk}/deliveries"

    [told] = adam.get(f"{path}?state=delivered").json()["deliveries"]
    assert (told["event"], told["attempts"], told["log"][0]["status"]) == ("fleet.halted", 1, 204)
    assert adam.get(f"{path}?state=pending").json() == {"deliveries": []}
    assert problem(adam.get(f"{path}?state=lost")) == (422, "invalid_field")
    assert adam.post(f"{path}/{told['id']}/replay").json()["state"] == "pending"
    assert problem(adam.post(f"{path}/{told['id']}/replay")) == (409, "delivery_pending")
    assert problem(adam.post(f"{path}/{endpoint.pk}/replay")) == (404, "delivery_unknown")


def problem(answered: Any) -> tuple[int, str]:
    return answered.status_code, answered.json()["code"]
