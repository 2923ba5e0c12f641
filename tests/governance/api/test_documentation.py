"""The documentation is what the API does: every example is sent, every answer is compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from governance.api import urls as governance_urls
from governance.api.bodies import body_convert
from governance.api.problems import EVERY_KIND
from governance.api.reference.pages import document
from tests.governance.api.documented import CALLS, Site
from tests.governance.api.http import Api

if TYPE_CHECKING:
    from django.test import Client

    from governance.models import Fleet
    from tests.escalations.people import Crew

PROSE = Path(__file__).parents[3] / "docs" / "api.md"
NAMES = sorted(CALLS)


def outline(value: Any) -> Any:
    """Return the names of a JSON value's members, level by level, without the values."""
    if isinstance(value, dict):
        return {name: outline(member) for name, member in value.items()}
    return [outline(item) for item in value[:1]] if isinstance(value, list) else None


@pytest.fixture
def site(fleet: Fleet, crew: Crew) -> Site:
    return Site(fleet, crew)


@pytest.mark.parametrize("name", NAMES)
def test_a_documented_example_is_answered_as_documented(site: Site, name: str) -> None:
    call = CALLS[name]
    site.prepare(name)

    answered = site.send(call)

    assert answered.status_code == call.replies[0].status, answered.content
    assert outline(answered.json()) == outline(call.example["reply"])


@pytest.mark.parametrize("name", NAMES)
def test_a_documented_answer_fits_its_schema(name: str) -> None:
    call = CALLS[name]

    fitted = msgspec.convert(call.example["reply"], call.replies[0].shape)

    assert set(fitted) == set(call.example["reply"])


@pytest.mark.parametrize("name", [name for name in NAMES if CALLS[name].body is not None])
def test_a_documented_body_fits_its_schema(name: str) -> None:
    call = CALLS[name]
    request = call.example["request"]
    bodies = request["items"] if call.is_batch else [request]

    converted = [body_convert(body, call.body) for body in bodies]

    assert [type(body) for body in converted] == [call.body] * len(bodies)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_call_says_of_a_field_is_about_a_field_it_has(name: str) -> None:
    call = CALLS[name]
    fields = set() if call.body is None else set(call.body.__struct_fields__)

    assert set(call.meanings) <= fields


def test_every_route_is_documented() -> None:
    documented = {call.path.removeprefix("/") for call in CALLS.values()}

    routes = {
        str(route.pattern)
        .replace("<str:task_id>", "{id}")
        .replace("<path:external_id>", "{external_id}")
        .replace("<path:name>", "{name}")
        .replace("<uuid:webhook_id>", "{id}")
        .replace("<uuid:delivery_id>", "{delivery}")
        .replace("<uuid:backtest_id>", "{id}")
        .replace("<uuid:trial_id>", "{id}")
        for route in governance_urls.urlpatterns
    }

    assert routes == documented


def test_the_document_is_openapi_and_refers_to_what_it_holds() -> None:
    found = document()
    text = msgspec.json.encode(found).decode()

    assert found["openapi"] == "3.1.0"
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(found["components"]["schemas"])
    assert {"TaskBody", "TaskShown", "AgentShown", "ProblemShown"} <= names


def test_what_makes_something_once_documents_its_answer_to_the_same_again() -> None:
    calls = [call for each in document()["paths"].values() for call in each.values()]
    makers = [
        set(call["responses"])
        for call in calls
        if "201" in call["responses"]
        and "Idempotency-Key" in {parameter["name"] for parameter in call["parameters"]}
    ]

    assert len(makers) > 5
    assert all("200" in statuses for statuses in makers)


def test_amounts_may_be_text_or_numbers() -> None:
    budget = document()["components"]["schemas"]["TaskBody"]["properties"]["budget_usd"]

    kinds = [part.get("type") for part in budget["anyOf"][0]["anyOf"]]

    assert kinds == ["string", "number"]


def test_the_document_is_served_to_anyone() -> None:
    answered = Api().get("openapi.json")

    assert answered.status_code == 200
    assert answered["Content-Type"] == "application/json"
    assert answered.json() == msgspec.json.decode(msgspec.json.encode(document()))


def test_the_page_shows_every_call_without_scripts(client: Client) -> None:
    page = client.get("/api/docs/")

    text = page.content.decode()
    assert page.status_code == 200
    assert [name for name in document_names() if f'id="{name}"' not in text] == []
    assert "<script" not in text
    assert "style=" not in text


def test_the_page_of_problems_has_the_anchor_of_every_type(client: Client) -> None:
    text = client.get("/api/docs/problems/").content.decode()

    assert [kind.name for kind in EVERY_KIND if f'id="{kind.name}"' not in text] == []


def test_the_prose_names_every_call() -> None:
    prose = PROSE.read_text(encoding="utf-8")

    missing = [
        f"{method.upper()} {path}"
        for path, operations in document()["paths"].items()
        for method in operations
        if f"`{method.upper()} {path.removeprefix('/')}`" not in prose
    ]

    assert missing == []


def document_names() -> list[str]:
    return [
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    ]


def test_the_problem_in_the_prose_is_the_one_that_comes(site: Site) -> None:
    site.prepare("task_outcome")
    shown = PROSE.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]

    answered = site.key.post(
        "tasks/read-1001/outcome", {"result": "success", "finished_at": "2026-01-31T12:00:00"}
    )

    assert answered.json() == msgspec.json.decode(shown)
