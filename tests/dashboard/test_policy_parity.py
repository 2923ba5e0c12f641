"""However a bad policy comes, by form, API or command, it is refused with the same sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from dashboard.display.policy_values import typed_text
from governance.domain.policy import policy_fields
from governance.models import PolicyDraft, PolicyVersion
from governance.selectors.policies import policy_in_force
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.api.http import Api, person_api
from tests.governance.bad_policies import BAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

EXPECTED = {case: sentences.splitlines() for case, (_, sentences) in BAD.items()}


@pytest.fixture
def fleet(db: None, clock: Clock) -> Fleet:
    return FleetFactory(slug="shop")


@pytest.fixture
def crew(fleet: Fleet) -> Crew:
    return crew_of(fleet)


def nested(values: Mapping[str, object]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for path, value in values.items():
        *branches, name = path.split(".")
        branch = plain
        for each in branches:
            branch = branch.setdefault(each, {})
        branch[name] = value
    return plain


def refused_by_api(api: Api, values: Mapping[str, object]) -> list[str]:
    body = {"policy": nested(values), "reason": "Bad.", "replaces": 1}
    answered = api.put("fleet/policy", body)
    assert (answered.status_code, answered.json()["code"]) == (422, "policy_refused")
    return [each["sentence"] for each in answered.json()["problems"]]


def refused_by_command(path: Path, values: Mapping[str, object], *options: str) -> list[str]:
    path.write_text(json.dumps(nested(values)))
    with pytest.raises(CommandError) as refused:
        call_command("policy", "shop", *options)
    assert refused.value.returncode == 1
    return str(refused.value).splitlines()


def refused_by_form(client: Client, fleet: Fleet, values: Mapping[str, object]) -> list[str]:
    fields = {each.path: each for each in policy_fields(policy_in_force(fleet=fleet)[1])}
    form = {"section": "breaker"}
    for path, value in values.items():
        field = fields[path]
        form[f"value.{path}"] = typed_text(field, value)
        form[f"seen.{path}"] = typed_text(field, field.value)
    answered = client.post("/f/shop/policy/change/", form)
    assert answered.status_code == 422
    return [line.sentence for line in answered.context["editor"].problems]


def nothing_is_kept() -> bool:
    return PolicyVersion.objects.count() == 1 and not PolicyDraft.objects.exists()


def test_there_are_fifty_of_them_and_more() -> None:
    assert len(BAD) >= 50


def test_the_api_refuses_them(crew: Crew) -> None:
    adam = person_api(crew.adam)

    found = {case: refused_by_api(adam, values) for case, (values, _) in BAD.items()}

    assert found == EXPECTED
    assert nothing_is_kept()


def test_the_form_refuses_all_of_them_that_it_can_send(fleet: Fleet, crew: Crew) -> None:
    paths = {each.path for each in policy_fields()}
    sent = {case: values for case, (values, _) in BAD.items() if values.keys() <= paths}
    client = Client()
    client.force_login(crew.adam)

    found = {case: refused_by_form(client, fleet, values) for case, values in sent.items()}

    assert len(sent) >= 50
    assert found == {case: EXPECTED[case] for case in sent}
    assert nothing_is_kept()


def test_the_command_refuses_them_in_a_check_and_when_it_publishes(
    crew: Crew, tmp_path: Path
) -> None:
    path = tmp_path / "policy.json"
    check = ("--check", str(path))
    publish = ("--publish", str(path), "--user", "adam", "--reason", "Bad.")

    checked = {case: refused_by_command(path, values, *check) for case, (values, _) in BAD.items()}
    published = {
        case: refused_by_command(path, values, *publish) for case, (values, _) in BAD.items()
    }

    assert checked == EXPECTED
    assert published == EXPECTED
    assert nothing_is_kept()
