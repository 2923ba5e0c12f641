"""``/api/v1/fleet/backtests`` and ``fleet/trials``: who may, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Scope
from governance.services.backtest_running import backtest_carry_out
from tests.governance.api.http import key_api, person_api
from tests.governance.services.trying import OTHER, PATH, VALUE, drafted, lived

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

PATHS = ("fleet/backtests", "fleet/trials")
NOBODY = "01a2f4c0-1f1a-7c3e-8a55-5d0c7be20b99"


@pytest.fixture
def tried(shop: Orchestrator, clock: Clock) -> Orchestrator:
    lived(shop)
    drafted(shop.fleet, shop.crew.adam)
    clock.forward(minutes=1)
    return shop


def test_an_admin_asks_and_everybody_reads_the_report(tried: Orchestrator) -> None:
    asked = person_api(tried.crew.adam).post("fleet/backtests", {"days": 7})
    backtest_carry_out(backtest_id=asked.json()["id"])

    read = [
        api.get(f"fleet/backtests/{asked.json()['id']}")
        for api in (person_api(tried.crew.rita), key_api(tried.fleet, [Scope.READ]))
    ]

    assert (asked.status_code, asked.json()["state"]) == (201, "WAITING")
    assert asked.json()["values"] == {PATH: VALUE}
    assert [each.json()["state"] for each in read] == ["DONE", "DONE"]
    assert read[0].json()["report"]["whole"]["decisions"] == 3
    listed = person_api(tried.crew.rita).get("fleet/backtests").json()["backtests"]
    assert [each["report"] for each in listed] == [None]


def test_a_backtest_says_when_it_is_stale(tried: Orchestrator) -> None:
    adam = person_api(tried.crew.adam)
    asked = adam.post("fleet/backtests", {}).json()

    drafted(tried.fleet, tried.crew.adam, OTHER, seen=VALUE)

    read = adam.get(f"fleet/backtests/{asked['id']}").json()
    assert (asked["settings_moved"], read["settings_moved"], read["replaced_by"]) == (0, 1, None)


def test_the_same_idempotency_key_asks_once(tried: Orchestrator) -> None:
    adam = person_api(tried.crew.adam)

    first, again = (adam.post("fleet/backtests", {}, Idempotency_Key="k") for _ in range(2))

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_another_admin_cancels(tried: Orchestrator) -> None:
    adam = person_api(tried.crew.adam)
    asked = adam.post("fleet/backtests", {}).json()

    cancelled = adam.post(f"fleet/backtests/{asked['id']}/cancel")
    late = adam.post(f"fleet/backtests/{asked['id']}/cancel")

    assert (cancelled.json()["state"], cancelled.json()["cancelled_by"]) == ("CANCELLED", "adam")
    assert (late.status_code, late.json()["code"]) == (409, "backtest_over")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_asks_or_starts(tried: Orchestrator, path: str) -> None:
    body = {"days": 7} | ({"reason": "Try."} if path == "fleet/trials" else {})

    refused = [
        person_api(tried.crew.mona).post(path, body),
        person_api(tried.crew.rita).post(path, body),
        key_api(tried.fleet).post(path, body),
        key_api(tried.fleet, [Scope.GATE]).get(path),
    ]

    assert [(each.status_code, each.json()["code"]) for each in refused] == [
        (403, "role_too_low"),
        (403, "role_too_low"),
        (403, "person_required"),
        (403, "scope_missing"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        f"fleet/backtests/{NOBODY}",
        f"fleet/backtests/{NOBODY}/cancel",
        f"fleet/trials/{NOBODY}",
        f"fleet/trials/{NOBODY}/end",
        f"fleet/trials/{NOBODY}/compare",
    ],
)
def test_what_is_not_there_is_named(tried: Orchestrator, path: str) -> None:
    adam = person_api(tried.crew.adam)
    is_read = path.endswith(NOBODY)

    answered = (
        adam.get(path)
        if is_read
        else adam.post(path, {"reason": "x"} if path.endswith("end") else None)
    )

    kind = "backtest" if "backtests" in path else "trial"
    assert (answered.status_code, answered.json()["code"]) == (404, f"{kind}_unknown")
    assert answered.json()["value"] == NOBODY


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("fleet/backtests", {"days": 0}, "days"),
        ("fleet/backtests", {"days": 367}, "days"),
        ("fleet/backtests", {"days": "14"}, "days"),
        ("fleet/backtests", {"since": "2026-03-01"}, "since"),
        ("fleet/backtests", {"until": "2026-03-01T00:00:00Z"}, "since"),
        ("fleet/backtests", {"days": 7, "since": "2026-03-01T00:00:00Z"}, "days"),
        ("fleet/backtests", {"since": "2026-03-05T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "since"),
        ("fleet/backtests", {"since": "2020-03-05T00:00:00Z"}, "since"),
        ("fleet/backtests", {"length": 7}, "length"),
        ("fleet/trials", {"days": 7}, "reason"),
        ("fleet/trials", {"days": 31, "reason": "Long."}, "days"),
        ("fleet/trials", {"days": 0, "reason": "Short."}, "days"),
        ("fleet/trials", {"reason": ""}, "reason"),
    ],
)  # fmt: skip
def test_bad_input_is_named(
    tried: Orchestrator, path: str, body: dict[str, Any], field: str
) -> None:
    answered = person_api(tried.crew.adam).post(path, body)

    assert (answered.status_code, answered.json()["field"]) == (422, field)


def test_a_trial_runs_is_compared_and_ends(tried: Orchestrator, clock: Clock) -> None:
    adam = person_api(tried.crew.adam)
    trial = adam.post("fleet/trials", {"reason": "See the summer."}).json()
    lived(tried)
    clock.forward(hours=1)

    run = adam.post(f"fleet/trials/{trial['id']}/compare").json()
    backtest_carry_out(backtest_id=run["id"])
    ended = adam.post(f"fleet/trials/{trial['id']}/end", {"reason": "Seen enough."}).json()

    assert (trial["state"], trial["base"], trial["values"]) == ("RUNNING", 1, {PATH: VALUE})
    assert (run["trial"], run["decisions"]) == (trial["id"], 3)
    assert (ended["state"], ended["ended_by"], ended["compared"]) == ("STOPPED", "adam", run["id"])
    read = person_api(tried.crew.rita).get(f"fleet/trials/{trial['id']}").json()
    assert read == ended
    late = adam.post(f"fleet/trials/{trial['id']}/compare")
    assert late.json()["code"] == "trial_over"


def test_without_a_draft_both_are_refused(shop: Orchestrator, clock: Clock) -> None:
    lived(shop)
    clock.now += timedelta(minutes=1)
    adam = person_api(shop.crew.adam)

    refused = [adam.post("fleet/backtests", {}), adam.post("fleet/trials", {"reason": "Try."})]

    assert [each.json()["code"] for each in refused] == ["no_draft", "no_draft"]
