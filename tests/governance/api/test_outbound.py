"""``/api/v1/fleet/outbound``: who may look, who may change, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Scope
from tests.factories import FleetFactory
from tests.governance.api.http import key_api, person_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew

PATH = "fleet/outbound"
BODY = {"networks": ["10.20.0.0/16"], "callback_hosts": ["hooks.example.org"], "reason": "Ours."}


def test_an_admin_puts_it_and_a_manager_and_a_reading_key_read_it(fleet: Fleet, crew: Crew) -> None:
    put = person_api(crew.adam).put(PATH, BODY)

    read = [person_api(crew.mona).get(PATH), key_api(fleet, [Scope.READ]).get(PATH)]
    assert (put.status_code, put.json()["networks"]) == (200, ["10.20.0.0/16"])
    assert "65,536 addresses of your own network" in put.json()["warnings"][0]
    assert [each.json() for each in read] == [put.json(), put.json()]


def test_nobody_else_does(fleet: Fleet, crew: Crew) -> None:
    refused = [
        person_api(crew.rita).get(PATH),
        person_api(crew.mona).put(PATH, BODY),
        key_api(fleet).put(PATH, BODY),
        key_api(fleet, [Scope.GATE]).get(PATH),
    ]

    assert [(each.status_code, each.json()["code"]) for each in refused] == [
        (403, "role_too_low"),
        (403, "role_too_low"),
        (403, "person_required"),
        (403, "scope_missing"),
    ]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"networks": ["10.0.0.1/8"]}, "network_refused", "networks[0]"),
        ({"callback_hosts": ["*.example.org"]}, "callback_host_refused", "callback_hosts[0]"),
        ({"networks": "10.0.0.0/8"}, "invalid_field", "networks"),
        ({"reason": ""}, "invalid_field", "reason"),
        ({"hosts": []}, "unknown_field", "hosts"),
    ],
)
def test_bad_input_is_named(crew: Crew, changed: dict[str, Any], code: str, field: str) -> None:
    answered = person_api(crew.adam).put(PATH, {**BODY, **changed})

    found = answered.json()
    assert (answered.status_code, found["code"], found["field"]) == (422, code, field)


def test_a_listed_host_has_a_webhook_whose_secret_an_admin_is_shown(
    fleet: Fleet, crew: Crew
) -> None:
    adam = person_api(crew.adam)
    adam.put(PATH, BODY)

    [told] = adam.get("webhooks").json()["webhooks"]
    assert (told["callback_host"], told["name"]) == (
        "hooks.example.org",
        "Callbacks to hooks.example.org",
    )
    path = f"webhooks/{told['id']}"
    shown = adam.post(f"{path}/rotate").json()
    assert shown["secret"].startswith("whsec_")
    assert shown["secret"] not in adam.get(path).content.decode()
    by_mona = person_api(crew.mona).post(f"{path}/rotate")
    by_key = key_api(fleet).post(f"{path}/rotate")
    assert [(each.status_code, each.json()["code"]) for each in (by_mona, by_key)] == [
        (403, "role_too_low"),
        (403, "person_required"),
    ]
    elsewhere = key_api(FleetFactory(slug="other"))
    assert elsewhere.get("webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize("move", ["change", "test", "end"])
def test_what_is_refused_of_the_webhook_of_callbacks_is_named(
    fleet: Fleet, crew: Crew, move: str
) -> None:
    adam = person_api(crew.adam)
    adam.put(PATH, BODY)
    [told] = adam.get("webhooks").json()["webhooks"]
    path = f"webhooks/{told['id']}"

    if move == "change":
        changed = {"name": "Mine", "url": "https://siem.example.org/", "events": []}
        answered = adam.put(path, changed)
    else:
        answered = adam.post(f"{path}/{move}")

    found = answered.json()
    assert (answered.status_code, found["code"]) == (409, "callback_webhook")
    assert (found["field"], found["value"]) == ("webhook", told["id"])
    assert found["allowed"] == "a webhook that is not of callbacks"
