"""Batches: a bad item never loses the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.models import Interaction, Outcome
from tests.governance.api.http import key_api

if TYPE_CHECKING:
    from tests.governance.api.http import Api
    from tests.governance.services.orchestrator import Orchestrator


def outcome(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "task_id": name,
        "agent": "shop-bot",
        "finished_at": "2026-03-01T09:00:00Z",
        "result": "success",
        "requested_by": "ines",
        **fields,
    }


def exchange(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "occurred_at": "2026-03-01T09:00:00Z",
        "initiator": "shop-bot",
        "counterparty": "billing",
        **fields,
    }


def test_good_outcomes_are_stored_and_bad_ones_listed_by_index(api: Api) -> None:
    raw = (
        b'{"items": ['
        b'{"task_id": "a", "agent": "shop-bot", "finished_at": "2026-03-01T09:00:00Z",'
        b' "result": "success", "requested_by": "ines"},'
        b'{"task_id": "b", "task_id": "c"},'
        b'{"task_id": "d", "agent": "shop-bot", "finished_at": "2026-03-01T09:00:00Z",'
        b' "result": "success", "requested_by": "ines", "cost_usd": NaN},'
        b'{"task_id": "e", "agent": "shop-bot", "finished_at": "2026-03-01T09:00:00",'
        b' "result": "success", "requested_by": "ines"},'
        b'{"task_id": "f", "agent": "shop-bot", "finished_at": "2026-03-01T09:00:00Z",'
        b' "result": "great", "requested_by": "ines"},'
        b'{"task_id": "g", "agent": "shop-bot", "finished_at": "2026-03-01T09:00:00Z",'
        b' "result": "failure", "requested_by": "ines", "cost_usd": -1},'
        b'{"task_id": "h", "agent": "ghost", "finished_at": "2026-03-01T09:00:00Z",'
        b' "result": "failure", "requested_by": "ines"},'
        b"7,"
        b'{"task_id": "i", "agent": "shop-bot", "finished_at": "2026-03-01T09:01:00Z",'
        b' "result": "failure", "requested_by": "ines"}]}'
    )

    answered = api.send_raw("POST", "outcomes", raw).json()

    assert (answered["stored"], answered["duplicate"], answered["rejected"]) == (2, 0, 7)
    assert [item["index"] for item in answered["results"]] == list(range(9))
    errors = [item.get("error", {}) for item in answered["results"]]
    assert [(error.get("code"), error.get("field")) for error in errors] == [
        (None, None),
        ("not_canonical", "task_id"),
        ("not_canonical", "cost_usd"),
        ("naive_time", "finished_at"),
        ("invalid_field", "result"),
        ("invalid_amount", "cost_usd"),
        ("agent_unknown", "agent"),
        ("invalid_field", "body"),
        (None, None),
    ]
    stored = Outcome.objects.order_by("fact").values_list("task_external_id", flat=True)
    assert list(stored) == ["a", "i"]


def test_the_same_outcome_again_is_a_duplicate(api: Api) -> None:
    api.post("outcomes", {"items": [outcome("a")]})

    answered = api.post("outcomes", {"items": [outcome("a"), outcome("b")]}).json()

    assert [item["status"] for item in answered["results"]] == ["duplicate", "stored"]
    assert Outcome.objects.count() == 2


def test_a_thousand_outcomes_are_taken_at_once(api: Api) -> None:
    items = [outcome(f"h-{index}") for index in range(1000)]

    answered = api.post("outcomes", {"items": items})

    assert answered.json()["stored"] == 1000


def test_an_empty_batch_stores_nothing(api: Api) -> None:
    answered = api.post("outcomes", {"items": []})

    assert answered.json() == {"stored": 0, "duplicate": 0, "rejected": 0, "results": []}


def test_a_batch_may_be_larger_than_a_single_body(api: Api) -> None:
    items = [outcome(f"h-{index}", error_code="e" * 120) for index in range(1000)]

    answered = api.post("outcomes", {"items": items})

    assert answered.status_code == 200


def test_a_batch_beyond_four_mebibytes_is_refused(api: Api) -> None:
    answered = api.send_raw("POST", "outcomes", b'{"items": [' + b" " * 4_194_304 + b"]}")

    assert (answered.status_code, answered.json()["code"]) == (413, "body_too_large")


def test_good_interactions_are_stored_and_bad_ones_listed(api: Api, shop: Orchestrator) -> None:
    shop.agent_new("billing")
    items = [
        exchange("x-1", value_usd="12.50"),
        exchange("x-2", value_usd="-1"),
        exchange("x-3", counterparty="shop-bot"),
        exchange("x-4", rating=2),
    ]

    answered = api.post("interactions", {"items": items}).json()

    assert [item["status"] for item in answered["results"]] == ["stored", *["rejected"] * 3]
    fields = [item["error"]["field"] for item in answered["results"][1:]]
    assert fields == ["value_usd", "counterparty", "rating"]
    assert Interaction.objects.get().external_id == "x-1"


def test_a_batch_under_one_key_is_loaded_once(api: Api) -> None:
    body = {"items": [outcome("a")]}

    first = api.post("outcomes", body, Idempotency_Key="batch-1")
    again = api.post("outcomes", body, Idempotency_Key="batch-1")

    assert first.json() == again.json()
    assert first.json()["stored"] == 1


def test_a_key_bound_to_an_agent_reports_for_no_other(shop: Orchestrator) -> None:
    other = shop.agent_new("billing")
    bound = key_api(shop.fleet, agents=[other.pk])

    answered = bound.post("outcomes", {"items": [outcome("a"), outcome("b", agent="billing")]})

    assert [item["status"] for item in answered.json()["results"]] == ["rejected", "stored"]
    assert answered.json()["results"][0]["error"]["code"] == "agent_not_of_key"
