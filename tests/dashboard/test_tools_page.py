from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.models import Tool
from governance.services.schemas import ToolBody
from governance.services.tools import tool_put

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

PAGE = "/f/shop/tools/"
MILD = ToolBody(write="N", reversibility="A", reach="N", data="N")


def propose(shop: Shop, name: str = "files.read", **letters: Any) -> Tool:
    body = ToolBody(**{"write": "A", "reversibility": "E", "reach": "N", **letters})
    tool, _ = tool_put(key=shop.key, name=name, body=body)
    return tool


def card(client: Any) -> Any:
    return client.get(PAGE).context["tools"]


def test_every_member_reads_the_registry_and_a_stranger_does_not(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert client_of(people.rita).get(PAGE).status_code == 200
    assert client_of(people.otto).get(PAGE).status_code == 404
    assert client_of(None).get(PAGE).status_code == 302


def test_a_tool_in_force_is_shown_in_words_with_who_confirmed_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    (row,) = [each for each in card(client_of(people.rita)).tools if each.name == "shop.purge"]

    assert row.meanings == (
        ("Write effect", "D", "deletes"),
        ("Reversibility", "I", "cannot be undone"),
        ("Reach", "N", "stays inside"),
        ("Data", "R", "restricted data"),
    )
    assert row.by.startswith("Adam")


def test_an_admin_confirms_exactly_what_was_shown(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    tool = propose(shop)
    client = client_of(people.adam)
    (waiting,) = card(client).pending

    answer = client.post(
        waiting.confirm_url, {"sha256": waiting.sha256, "idempotency_key": "key-1"}
    )

    assert answer.status_code == 302
    tool.refresh_from_db()
    assert (tool.status, tool.confirmed_by) == ("confirmed", "adam")


def test_a_description_that_changed_meanwhile_is_not_confirmed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    propose(shop)
    client = client_of(people.adam)
    (waiting,) = card(client).pending
    propose(shop, write="P")

    answer = client.post(
        waiting.confirm_url, {"sha256": waiting.sha256, "idempotency_key": "key-1"}
    )

    assert answer.status_code == 409
    assert "changed after you read it" in answer.content.decode()
    assert Tool.objects.get(name="files.read").confirmed is None


def test_only_admins_confirm(shop: Shop, people: People, client_of: ClientOf) -> None:
    tool = propose(shop)
    client = client_of(people.mona)
    (waiting,) = card(client).pending
    assert waiting.why_off == "Only an admin may confirm what a tool can do; you are a manager."

    answer = client.post(
        f"/f/shop/tools/{tool.pk}/confirm/",
        {"sha256": tool.proposed_sha256, "idempotency_key": "key-1"},
    )

    assert answer.status_code == 403
    assert Tool.objects.get(pk=tool.pk).confirmed is None


def test_a_change_is_named_line_by_line(shop: Shop, people: People, client_of: ClientOf) -> None:
    propose(shop, "shop.refund", write="D", reversibility="E", reach="P", data="C")

    (waiting,) = card(client_of(people.rita)).pending

    assert [line.change for line in waiting.lines] == ["stricter", "milder", "", ""]
    assert waiting.says == "Until then the stricter of both counts, line by line."


def test_a_description_milder_than_its_hints_is_doubted(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    propose(shop, annotations={"destructiveHint": True, "openWorldHint": True})

    (waiting,) = card(client_of(people.rita)).pending

    assert waiting.doubts == (
        "Write: described as “adds”, hinted as “deletes”.",
        "Reach: described as “stays inside”, hinted as “reaches the open world”.",
    )


def test_a_pasted_list_is_imported_and_bad_items_are_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = json.dumps(
        {"tools": [{"name": "files.read", "annotations": {"readOnlyHint": True}}, {"x": 1}]}
    )

    page = client_of(people.adam).post(f"{PAGE}import/", {"tools": text})

    found = page.context["tools"].importing
    assert found.said == (
        "1\N{NO-BREAK SPACE}tool read; 1 new (files.read). What is new or changed waits for an"
        " admin."
    )
    assert found.unread == ("Item 2 has no name.",)
    assert Tool.objects.get(name="files.read").status == "pending"


def test_a_file_is_imported_too(shop: Shop, people: People, client_of: ClientOf) -> None:
    sent = SimpleUploadedFile("tools.json", b'[{"name": "files.read"}]')

    client_of(people.adam).post(f"{PAGE}import/", {"file": sent})

    assert Tool.objects.get(name="files.read").proposed["write"] == "D"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"x" * 1_000_001, "at most 1,000,000 bytes")],
)
def test_a_file_that_is_no_list_is_refused(
    shop: Shop, people: People, client_of: ClientOf, content: bytes, says: str
) -> None:
    sent = SimpleUploadedFile("tools.json", content)

    page = client_of(people.adam).post(f"{PAGE}import/", {"file": sent})

    assert page.status_code == 422
    assert says in page.context["tools"].importing.problem


def test_what_was_typed_comes_back_with_what_was_wrong(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = client_of(people.adam).post(f"{PAGE}import/", {"tools": "{}"})

    importing = page.context["tools"].importing
    assert (importing.typed, importing.problem) == (
        "{}",
        'Not recorded. The JSON has no list "tools".',
    )


def test_a_reviewer_imports_nothing(shop: Shop, people: People, client_of: ClientOf) -> None:
    page = client_of(people.rita).post(f"{PAGE}import/", {"tools": "[]"})

    assert page.status_code == 403


def test_a_stranger_imports_nothing(shop: Shop, client_of: ClientOf) -> None:
    assert client_of(None).post(f"{PAGE}import/", {"tools": "[]"}).status_code == 302


def test_a_tool_of_another_fleet_is_not_there(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    answer = client_of(people.adam).post(
        "/f/shop/tools/00000000-0000-7000-8000-000000000000/confirm/",
        {"sha256": "x", "idempotency_key": "key-1"},
    )

    assert answer.status_code == 404
