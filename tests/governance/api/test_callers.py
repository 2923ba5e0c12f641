"""Who may call what: keys by scope, people by role, strangers not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from governance.api.callers import Person, permission_require
from governance.domain.permissions import Action
from governance.domain.types import Role, Scope
from governance.refusals import ForbiddenError
from governance.services.tokens import token_create
from tests.factories import FleetFactory, MembershipFactory
from tests.governance.api.http import Api, key_api, person_api, session_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

REASON = {"reason": "Because it is right."}
STOPS = ["agents/shop-bot/freeze", "agents/shop-bot/pause", "fleet/halt"]
STARTS = ["agents/shop-bot/release", "agents/shop-bot/resume", "fleet/resume"]


@pytest.mark.parametrize("path", STOPS)
@pytest.mark.parametrize("name", ["rita", "mona", "adam"])
def test_every_member_may_stop(shop: Orchestrator, path: str, name: str) -> None:
    answered = person_api(getattr(shop.crew, name)).post(path, REASON)

    assert answered.status_code == 200


@pytest.mark.parametrize("path", STOPS)
def test_a_key_with_operate_may_stop(shop: Orchestrator, path: str) -> None:
    assert key_api(shop.fleet, [Scope.OPERATE]).post(path, REASON).status_code == 200


@pytest.mark.parametrize("path", STOPS)
def test_a_key_bound_to_another_agent_may_not_stop(shop: Orchestrator, path: str) -> None:
    other = shop.agent_new("other-bot")

    answered = key_api(shop.fleet, [Scope.OPERATE], agents=[other.pk]).post(path, REASON)

    assert (answered.status_code, answered.json()["code"]) == (403, "agent_not_of_key")


@pytest.mark.parametrize("path", STOPS)
def test_a_key_without_operate_may_not_stop(shop: Orchestrator, path: str) -> None:
    others = [scope for scope in Scope if scope is not Scope.OPERATE]

    answered = key_api(shop.fleet, others).post(path, REASON)

    assert (answered.status_code, answered.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("path", [*STOPS, *STARTS, "agents/shop-bot", "events"])
def test_an_outsider_learns_nothing_of_the_fleet(shop: Orchestrator, path: str) -> None:
    method = "POST" if path in {*STOPS, *STARTS} else "GET"

    answered = person_api(shop.crew.otto).send(method, path + "?fleet=shop", REASON)

    assert answered.status_code == 404
    assert answered.json()["detail"] == "There is no fleet shop that you belong to."


@pytest.mark.parametrize("path", [*STOPS, *STARTS])
def test_a_stranger_must_sign_in(shop: Orchestrator, path: str) -> None:
    answered = Api().post(path, REASON)

    assert (answered.status_code, answered.json()["code"]) == (401, "unauthenticated")
    assert answered["WWW-Authenticate"] == 'Bearer realm="countersign"'


@pytest.mark.parametrize("path", STARTS)
def test_no_key_ever_starts_again(shop: Orchestrator, path: str) -> None:
    answered = key_api(shop.fleet).post(path, REASON)

    assert (answered.status_code, answered.json()["code"]) == (403, "person_required")


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [
        ("agents/shop-bot/release", "rita", 200),
        ("agents/shop-bot/release", "mona", 200),
        ("agents/shop-bot/resume", "rita", 403),
        ("agents/shop-bot/resume", "mona", 200),
        ("agents/shop-bot/resume", "adam", 200),
        ("fleet/resume", "rita", 403),
        ("fleet/resume", "mona", 200),
        ("fleet/resume", "adam", 200),
    ],
)
def test_starting_again_takes_the_role(
    shop: Orchestrator, path: str, name: str, status: int
) -> None:
    stop = {"release": "freeze", "resume": "pause"}[path.rpartition("/")[2]]
    stopped = path.rpartition("/")[0] + "/" + ("halt" if path.startswith("fleet") else stop)
    key_api(shop.fleet).post(stopped, REASON)

    answered = person_api(getattr(shop.crew, name)).post(path, REASON)

    assert answered.status_code == status
    assert answered.json().get("code") == (None if status == 200 else "role_too_low")


def test_nobody_releases_an_agent_of_their_own(shop: Orchestrator) -> None:
    key_api(shop.fleet).post("agents/shop-bot/freeze", REASON)

    answered = person_api(shop.crew.lena).post("agents/shop-bot/release", REASON)

    assert (answered.status_code, answered.json()["code"]) == (403, "own_agent")


def test_the_record_names_the_person_not_the_token(shop: Orchestrator) -> None:
    answered = person_api(shop.crew.rita).post("fleet/halt", REASON)

    assert answered.json()["halted_by"] == "rita"


def test_a_session_acts_with_its_csrf_token_only(shop: Orchestrator) -> None:
    browser = session_api(shop.crew.rita, checks_csrf=True)

    refused = browser.post("fleet/halt", REASON)
    browser.client.cookies["csrftoken"] = "a" * 32
    taken = browser.post("fleet/halt", REASON, X_CSRFToken="a" * 32)

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert taken.status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[1,2", 400, "malformed_body"),
        (b'{"reason": "\xff"}', 400, "malformed_body"),
        (b'{"reason": NaN}', 422, "not_canonical"),
    ],
)
@pytest.mark.parametrize("path", ["fleet/halt", "fleet/policy/agree"])
def test_a_session_with_its_token_is_told_what_is_wrong_with_the_body(
    shop: Orchestrator, path: str, body: bytes, status: int, code: str
) -> None:
    browser = session_api(shop.crew.adam, checks_csrf=True)
    browser.client.cookies["csrftoken"] = "a" * 32

    refused = browser.client.post(
        f"/api/v1/{path}", body, content_type="application/json", HTTP_X_CSRFTOKEN="a" * 32
    )

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_a_session_reads_without_a_csrf_token(shop: Orchestrator) -> None:
    browser = session_api(shop.crew.rita, checks_csrf=True)

    assert browser.get("agents/shop-bot").status_code == 200
    assert browser.get("events").status_code == 200


def test_a_token_counts_before_the_session_it_comes_with(shop: Orchestrator) -> None:
    browser = Client()
    browser.force_login(shop.crew.mona)
    key_api(shop.fleet).post("fleet/halt", REASON)

    answered = Api(key_api(shop.fleet).token, browser).post("fleet/resume", REASON)

    assert answered.json()["code"] == "person_required"


def test_a_person_of_several_fleets_names_one(shop: Orchestrator, crew: Crew) -> None:
    MembershipFactory(user=crew.rita, fleet=FleetFactory(slug="bakery"), role=Role.REVIEWER.value)
    api = person_api(crew.rita)

    unnamed = api.get("events")
    by_query = api.get("events?fleet=bakery")
    by_header = api.get("events", Countersign_Fleet="shop")

    assert unnamed.json()["code"] == "fleet_ambiguous"
    assert unnamed.json()["allowed"] == "bakery, shop"
    assert (by_query.json()["fleet"], by_header.json()["fleet"]) == ("bakery", "shop")


def test_a_person_without_a_fleet_is_told_so(fleet: Fleet, crew: Crew) -> None:
    answered = person_api(crew.otto).get("events")

    assert answered.json()["allowed"] == "none: you belong to no fleet"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Basic cm9vdDpyb290", "key_malformed"),
        ("Bearer", "key_malformed"),
        ("Bearer hello", "key_malformed"),
        ("Bearer cs_", "key_malformed"),
        ("Bearer csp_0000_1111", "token_unknown"),
        ("Bearer csp_", "token_malformed"),
    ],
)
@pytest.mark.parametrize("path", ["events", "agents/shop-bot", "tasks/t-1"])
def test_what_does_not_sign_in_is_refused_alike(
    shop: Orchestrator, path: str, header: str, code: str
) -> None:
    answered = Api().get(path, Authorization=header)

    assert (answered.status_code, answered.json()["code"]) == (401, code)


def test_an_expired_token_says_since_when(shop: Orchestrator, clock: Clock) -> None:
    _, token = token_create(
        user=shop.crew.rita, name="old", expires_at=clock.now + timedelta(hours=1)
    )
    clock.forward(hours=1)

    answered = Api(token).get("events")

    assert answered.json()["code"] == "token_expired"
    assert answered.json()["detail"] == "This token expired at 2026-03-02T13:00:00+00:00."


def test_a_key_that_only_asks_must_not_widen_its_mandate(shop: Orchestrator) -> None:
    body = {"name": "Bot", "owner": "lena", "mandate": {"level": "CRITICAL"}}

    answered = key_api(shop.fleet, [Scope.GATE]).put("agents/shop-bot", body)

    assert (answered.status_code, answered.json()["allowed"]) == (403, "operate")


def test_people_do_not_register_agents_here(shop: Orchestrator) -> None:
    answered = person_api(shop.crew.adam).put("agents/a", {"name": "A", "owner": "lena"})

    assert answered.json()["code"] == "key_required"


@pytest.mark.parametrize("scope", [Scope.READ, Scope.GATE])
def test_a_key_that_reads_or_asks_sees_tasks(shop: Orchestrator, scope: Scope) -> None:
    shop.ask(external_id="t-9")

    assert key_api(shop.fleet, [scope]).get("tasks/t-9").status_code == 200


def test_a_key_that_only_reports_sees_no_tasks(shop: Orchestrator) -> None:
    shop.ask(external_id="t-9")

    answered = key_api(shop.fleet, [Scope.REPORT]).get("tasks/t-9")

    assert answered.json()["allowed"] == "gate"


def test_an_unacceptable_media_type_is_said(shop: Orchestrator) -> None:
    answered = key_api(shop.fleet).get("agents/shop-bot", Accept="text/csv")

    assert (answered.status_code, answered.json()["field"]) == (415, "Accept")


def test_the_permission_table_speaks_for_people_and_the_scope_for_keys(
    shop: Orchestrator,
) -> None:
    rita = Person(user=shop.crew.rita, fleet=shop.fleet, role=Role.REVIEWER, has_session=True)

    with pytest.raises(ForbiddenError) as caught:
        permission_require(rita, Action.FLEET_RESUME, scope=Scope.OPERATE)

    assert (caught.value.code, caught.value.sentence) == (
        "role_too_low",
        "Only a manager or an admin may resume a halted fleet; you are a reviewer.",
    )


def test_a_person_s_repeated_stop_is_answered_once(shop: Orchestrator) -> None:
    rita = person_api(shop.crew.rita)

    first = rita.post("fleet/halt", REASON, Idempotency_Key="halt-1")
    again = rita.post("fleet/halt", REASON, Idempotency_Key="halt-1")

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
