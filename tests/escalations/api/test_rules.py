"""The documented calls about pre-approval rules are answered as documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.api import rule_urls
from escalations.api.reference_rules import RULE_CALLS
from escalations.models import PreApproval
from governance.models import Agent
from tests.escalations.preapproving import rule_made
from tests.governance.api.documented import Site
from tests.governance.api.http import person_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew

CALLS = {call.name: call for call in RULE_CALLS}
WITH_A_RULE = {"rules_list", "rule_read", "rule_revoke"}
WITH_A_PROPOSAL = {"rule_accept", "rule_decline"}
MADE = {
    "agent": "support",
    "tool": "payments.refund",
    "operation": "refund.issue",
    "targets": ["order/1001"],
    "arguments": {"amount_usd": {"min": "1.00", "max": "50.00"}, "order": {"is": 1001}},
    "spend_most_usd": "50.00",
}


@pytest.fixture
def site(fleet: Fleet, crew: Crew) -> Site:
    site = Site(fleet, crew)
    site.prepare("agent_read")
    return site


def prepare(site: Site, name: str) -> None:
    if name in WITH_A_RULE:
        rule_made(site.fleet, site.crew.mona, **MADE)
    if name in WITH_A_PROPOSAL:
        rule_made(site.fleet, site.crew.rita, **MADE)


def outline(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: outline(member) for name, member in value.items()}
    return [outline(item) for item in value[:1]] if isinstance(value, list) else None


@pytest.mark.parametrize("name", CALLS)
def test_an_example_is_answered_as_documented(site: Site, name: str) -> None:
    prepare(site, name)

    answered = site.send(CALLS[name])

    assert answered.status_code == CALLS[name].replies[0].status, answered.content
    assert outline(answered.json()) == outline(CALLS[name].example["reply"])
    assert answered.json().keys() == CALLS[name].replies[0].shape.__annotations__.keys()


def test_every_route_is_documented() -> None:
    routes = {
        str(route.pattern).replace("<int:number>", "{number}") for route in rule_urls.urlpatterns
    }

    assert routes == {call.path.removeprefix("/") for call in RULE_CALLS}


@pytest.mark.parametrize("name", [name for name in CALLS if not CALLS[name].scopes])
def test_no_key_makes_or_ends_a_rule(site: Site, name: str) -> None:
    prepare(site, name)
    example = CALLS[name].example

    refused = site.key.post(example["path"].removeprefix("/"), example.get("request"))

    assert (refused.status_code, refused.json()["code"]) == (403, "person_required")


def test_a_reviewers_is_a_proposal(site: Site) -> None:
    made = person_api(site.crew.rita).post("rules", CALLS["rule_make"].example["request"])

    assert (made.json()["state"], made.json()["counts"]) == ("PROPOSED", False)


def test_refusals_are_those_that_are_documented(site: Site) -> None:
    rita, mona = person_api(site.crew.rita), site.mona
    body = CALLS["rule_make"].example["request"]
    prepare(site, "rule_accept")
    prepare(site, "rule_read")

    found = {
        (answered.status_code, answered.json()["code"])
        for answered in (
            rita.post("rules/1/accept"),
            mona.post("rules/2/accept"),
            mona.post("rules/1/revoke", {"reason": "No."}),
            mona.post("rules/9/accept"),
            mona.post("rules", {**body, "agent": "ghost"}),
            mona.post("rules", {**body, "hours": 9}),
            mona.post("rules", {**body, "arguments": {"order": {"like": "10*"}}}),
            person_api(site.crew.lena).post("rules", body),
        )
    }

    assert found == {
        (403, "role_too_low"),
        (409, "rule_not_waiting"),
        (409, "rule_not_active"),
        (404, "rule_unknown"),
        (404, "agent_unknown"),
        (422, "invalid_field"),
        (403, "owns_agent"),
    }


def test_a_frozen_agents_proposal_is_not_accepted(site: Site) -> None:
    prepare(site, "rule_accept")
    Agent.objects.get(external_id="support").standing.__class__.objects.update(hold="LATCHED")

    refused = site.mona.post("rules/1/accept")

    assert (refused.status_code, refused.json()["code"]) == (409, "agent_not_ready")
    assert PreApproval.objects.get().state == "PROPOSED"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level_most": "HIGH"}, "level_most"),
        ({"environment": "prod"}, "environment"),
        ({"spend_most_usd": "-1"}, "spend_most_usd"),
        ({"targets": []}, "targets"),
        ({"arguments": {"order": {"is": 1, "any_of": [1]}}}, "arguments.order"),
        ({"uses_most": 0}, "uses_most"),
        ({"reason": ""}, "reason"),
        ({"all_tools": True}, "all_tools"),
    ],
)
def test_bad_input_is_named(site: Site, fields: dict[str, Any], field: str) -> None:
    body = {**CALLS["rule_make"].example["request"], **fields}

    refused = site.mona.post("rules", body)

    assert refused.status_code == 422
    assert refused.json()["field"] == field
    assert not PreApproval.objects.exists()


def test_sent_twice_with_one_key_a_rule_is_made_once(site: Site) -> None:
    body = CALLS["rule_make"].example["request"]

    made = [site.mona.post("rules", body, Idempotency_Key="k-1") for _ in range(2)]

    assert [(each.status_code, each.json()["number"]) for each in made] == [(201, 1), (200, 1)]
    assert PreApproval.objects.count() == 1
