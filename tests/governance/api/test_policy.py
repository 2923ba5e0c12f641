"""``/api/v1/fleet/policy``: who reads, who changes, what is proposed and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Scope
from governance.models import Fleet, PolicyVersion
from governance.services.policy_drafts import draft_change
from tests.escalations.people import second_admin
from tests.governance.api.http import key_api, person_api

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.escalations.people import Crew

PATH = "fleet/policy"
HALF_LIFE = "policy.trust.half_life_days"
STRICTER = {"policy": {"breaker": {"latch_trips": 3}}, "reason": "Stricter.", "replaces": 1}
LOOSER = {"policy": {"breaker": {"latch_trips": 5}}, "reason": "Too many calls.", "replaces": 1}


@pytest.fixture
def anna(fleet: Fleet, crew: Crew) -> User:
    return second_admin(fleet)


def field(shown: dict[str, Any], path: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = shown["fields"]
    (found,) = [each for each in fields if each["path"] == path]
    return found


def test_everybody_of_the_fleet_reads_and_an_admin_changes(fleet: Fleet, crew: Crew) -> None:
    put = person_api(crew.adam).put(PATH, STRICTER)

    read = [person_api(crew.rita).get(PATH), key_api(fleet, [Scope.READ]).get(PATH)]
    assert (put.status_code, put.json()["state"], put.json()["number"]) == (200, "published", 2)
    shown = read[0].json()
    assert read[1].json() == shown
    assert (shown["number"], shown["policy"]["breaker"]["latch_trips"]) == (2, 3)
    assert shown["draft"] is None
    assert field(shown, "breaker.latch_trips") == {
        "path": "breaker.latch_trips",
        "meaning": "This many freezes within the window need a person to release.",
        "unit": "freezes",
        "low": 2,
        "high": 20,
        "choices": [],
        "provenance": "choice",
        "reference": "own choice: docs/architecture.md, Breakers",
        "guard": "raising",
        "default": 4,
        "general": 4,
        "own": 3,
        "in_force": 3,
        "comes_from": "fleet",
        "changed_in": 2,
        "changed_by": "adam",
        "changed_at": "2026-03-02T12:00:00Z",
    }
    assert field(shown, "tickets.claims_max")["comes_from"] == "default"


def test_nobody_else_changes(fleet: Fleet, crew: Crew) -> None:
    refused = [
        person_api(crew.mona).put(PATH, STRICTER),
        key_api(fleet).put(PATH, STRICTER),
        key_api(fleet, [Scope.GATE]).get(PATH),
        key_api(fleet).post(f"{PATH}/agree", {"version": 1}),
        person_api(crew.rita).post(f"{PATH}/decline", {"version": 1, "reason": "No."}),
        person_api(crew.mona).post(f"{PATH}/rollback", {"to": 1, "reason": "Back.", "replaces": 1}),
    ]

    assert [(each.status_code, each.json()["code"]) for each in refused] == [
        (403, "role_too_low"),
        (403, "person_required"),
        (403, "scope_missing"),
        (403, "person_required"),
        (403, "role_too_low"),
        (403, "role_too_low"),
    ]


def test_what_loosens_is_proposed_until_a_second_admin_agrees(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    adam = person_api(crew.adam)
    proposed = adam.put(PATH, LOOSER)

    draft = adam.get(PATH).json()["draft"]
    own = adam.post(f"{PATH}/agree", {"version": draft["version"]})
    agreed = person_api(anna).post(f"{PATH}/agree", {"version": draft["version"]})

    assert (proposed.status_code, proposed.json()["state"]) == (202, "proposed")
    assert (draft["changes"], draft["proposed_by"]) == ({"breaker.latch_trips": 5}, "adam")
    assert (own.status_code, own.json()["code"]) == (403, "own_proposal")
    assert (agreed.status_code, agreed.json()["number"]) == (200, 2)
    version = PolicyVersion.objects.get(fleet=fleet, number=2)
    assert (version.published_by, version.agreed_by) == ("adam", "anna")


def test_a_declined_draft_is_open_again(fleet: Fleet, crew: Crew, anna: User) -> None:
    person_api(crew.adam).put(PATH, LOOSER)

    declined = person_api(anna).post(f"{PATH}/decline", {"version": 1, "reason": "No."})
    again = person_api(anna).post(f"{PATH}/agree", {"version": 2})

    assert (declined.status_code, declined.json()["state"]) == (200, "open")
    assert (again.status_code, again.json()["code"]) == (409, "not_proposed")


def test_who_read_an_older_version_is_told_who_was_first_and_when(
    fleet: Fleet, crew: Crew, anna: User, clock: Clock
) -> None:
    person_api(anna).put(PATH, STRICTER)
    clock.forward(minutes=2)

    late = person_api(crew.adam).put(PATH, {**STRICTER, "policy": {"tickets": {"claims_max": 4}}})

    found = late.json()
    assert (late.status_code, found["code"]) == (409, "stale_policy")
    assert found["detail"] == ("Anna published another policy 2 min ago: 2 is in force, you saw 1.")
    assert found["current"] == {
        "what": "published",
        "by": "anna",
        "at": "2026-03-02T12:00:00+00:00",
        "reason": "Stricter.",
    }


def test_what_is_in_force_already_is_no_new_version(fleet: Fleet, crew: Crew) -> None:
    adam = person_api(crew.adam)
    whole = adam.get(PATH).json()["policy"]

    same = adam.put(PATH, {"policy": whole, "reason": "Same.", "replaces": 1})

    assert (same.status_code, same.json()["number"], same.json()["changes"]) == (200, 1, [])


def test_a_field_follows_all_fleets_again(fleet: Fleet, crew: Crew) -> None:
    adam = person_api(crew.adam)
    adam.put(PATH, {**STRICTER, "policy": {"tickets": {"claims_max": 4}}})

    back = adam.put(PATH, {"follow": ["tickets.claims_max"], "reason": "As all.", "replaces": 2})

    shown = field(adam.get(PATH).json(), "tickets.claims_max")
    assert (back.status_code, back.json()["number"]) == (200, 3)
    assert (shown["own"], shown["in_force"], shown["changed_in"]) == (None, 5, 3)


def test_a_draft_in_the_console_goes_on_from_the_new_version(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    path = "tickets.claims_max"
    draft_change(fleet=fleet, user=anna, values={path: 4}, seen={path: 5})

    person_api(crew.adam).put(PATH, STRICTER)
    looser = person_api(crew.adam).put(PATH, {**LOOSER, "replaces": 2})

    draft = person_api(crew.adam).get(PATH).json()["draft"]
    assert (draft["state"], draft["changes"]) == ("open", {path: 4})
    assert (looser.status_code, looser.json()["code"]) == (409, "draft_open")
    assert looser.json()["current"]["by"] == "anna"
    assert re.search(r"is open: Anna changed it .+ ago\. Publish it", looser.json()["detail"])


def test_versions_say_what_each_changed(fleet: Fleet, crew: Crew) -> None:
    adam = person_api(crew.adam)
    adam.put(PATH, STRICTER)

    found = adam.get(f"{PATH}/versions").json()
    older = adam.get(f"{PATH}/versions?below=2").json()
    wrong = adam.get(f"{PATH}/versions?below=two")

    assert [(each["number"], each["reason"]) for each in found["versions"]] == [
        (2, "Stricter."),
        (1, "Defaults."),
    ]
    assert found["versions"][0]["changed"] == [
        {"path": "breaker.latch_trips", "before": 4, "after": 3}
    ]
    assert ([each["number"] for each in older["versions"]], older["next"]) == ([1], None)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "below")


def test_a_roll_back_names_what_it_restores(fleet: Fleet, crew: Crew) -> None:
    adam = person_api(crew.adam)
    adam.put(PATH, {**STRICTER, "policy": {"tickets": {"claims_max": 4}}})

    back = adam.post(f"{PATH}/rollback", {"to": 1, "reason": "Back.", "replaces": 2})
    stale = adam.post(f"{PATH}/rollback", {"to": 1, "reason": "Back.", "replaces": 2})
    missing = adam.post(f"{PATH}/rollback", {"to": 99, "reason": "Back.", "replaces": 3})

    assert (back.status_code, adam.get(PATH).json()["restores"]) == (200, 1)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_policy")
    assert (missing.status_code, missing.json()["field"]) == (404, "to")


@pytest.mark.parametrize(
    ("changed", "code", "named"),
    [
        ({"policy": {"breaker": {"latch_trips": 1}}}, "policy_refused", "breaker.latch_trips"),
        ({"policy": {"breaker": {"latch": 1}}}, "policy_refused", "breaker.latch"),
        (
            {"policy": {"trust": {"half_life_days": 9e15}}},
            "policy_refused",
            "trust.half_life_days",
        ),
        ({"policy": {"trust": {"half_life_days": 10**20}}}, "not_canonical", HALF_LIFE),
        ({"policy": 3}, "policy_refused", "policy"),
        ({"follow": ["breaker.latch"]}, "policy_refused", "breaker.latch"),
        ({"reason": ""}, "invalid_field", "reason"),
        ({"reason": " "}, "invalid_field", "reason"),
        ({"replaces": -1}, "invalid_field", "replaces"),
        ({"body": {}}, "unknown_field", "body"),
    ],
)
def test_bad_input_is_named(
    fleet: Fleet, crew: Crew, changed: dict[str, Any], code: str, named: str
) -> None:
    answered = person_api(crew.adam).put(PATH, {**STRICTER, **changed})

    found = answered.json()
    assert (answered.status_code, found["code"], found["field"]) == (422, code, named)


def test_every_problem_of_a_policy_is_in_the_refusal(fleet: Fleet, crew: Crew) -> None:
    policy = {"breaker": {"latch_trips": 1}, "blast": {"high_from": 20}}

    found = person_api(crew.adam).put(PATH, {**STRICTER, "policy": policy}).json()

    assert [each["sentence"] for each in found["problems"]] == [
        "breaker.latch_trips must be from 2 to 20 freezes, got 1",
        "blast.high_from must be at least 21 points, because of blast.medium_from, got 20",
    ]
    assert found["detail"] == found["problems"][0]["sentence"] + "."
