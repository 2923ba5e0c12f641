"""Every kind of bad input: one refusal each, which names what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from governance.api.problems import TYPE_BASE
from governance.domain.types import Environment, Scope
from tests.factories import AgentFactory, FleetFactory, TaskFactory
from tests.governance.api.http import Api, key_api, person_api

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Reply

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

    Sending = Callable[["Wrong"], Reply]

OTHER_DIGEST = "sha256:" + "0" * 64
TIME = "a time with a zone, such as 2026-01-31T12:00:00Z"


class Wrong:
    """One shop and its caller, with shorthands for what goes wrong."""

    def __init__(self, shop: Orchestrator, clock: Clock) -> None:
        self.shop, self.clock = shop, clock
        self.api = key_api(shop.fleet)

    def body(self, tool: str = "read", **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.to_builtins(self.shop.body(tool))
        return {**found, **fields}

    def asked(self, tool: str = "read") -> dict[str, Any]:
        found: dict[str, Any] = self.api.post("tasks", self.body(tool)).json()
        return found

    def started(self) -> dict[str, Any]:
        task = self.asked()
        answered = self.start(task)
        assert answered.status_code == 200
        return task

    def start(self, task: dict[str, Any], digest: str = "") -> Reply:
        return self.api.post(
            f"tasks/{task['id']}/start", {"action_digest": digest or task["action_digest"]}
        )


@pytest.fixture
def wrong(shop: Orchestrator, clock: Clock) -> Wrong:
    return Wrong(shop, clock)


def unknown_agent(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(agent="ghost"))


def task_of_another_fleet(wrong: Wrong) -> Reply:
    TaskFactory(agent=AgentFactory(fleet=FleetFactory(slug="elsewhere")), external_id="theirs")
    return wrong.api.get("tasks/theirs")


def expired_key(wrong: Wrong) -> Reply:
    api = key_api(wrong.shop.fleet, expires_at=wrong.clock.now + timedelta(hours=1))
    wrong.clock.forward(hours=1)
    return api.get("agents/shop-bot")


def key_of_nobody(wrong: Wrong) -> Reply:
    return Api("cs_0000_1111").get("agents/shop-bot")


def no_key(wrong: Wrong) -> Reply:
    return Api().post("tasks", wrong.body())


def wrong_scope(wrong: Wrong) -> Reply:
    return key_api(wrong.shop.fleet, [Scope.READ]).post("tasks", wrong.body())


def person_at_the_gate(wrong: Wrong) -> Reply:
    return person_api(wrong.shop.crew.rita).post("tasks", wrong.body())


def key_of_another_environment(wrong: Wrong) -> Reply:
    task = wrong.asked()
    staging = key_api(wrong.shop.fleet, environment=Environment.STAGING)
    return staging.get(f"tasks/{task['id']}")


def key_that_decides(wrong: Wrong) -> Reply:
    ticket = wrong.asked("refund")["ticket"]["id"]
    body = {"reason_code": "looks_right", "reason_text": "Fine."}
    return wrong.api.post(f"tickets/{ticket}/approve", body, If_Match='"1"')


def key_that_resumes(wrong: Wrong) -> Reply:
    return wrong.api.post("agents/shop-bot/resume", {"reason": "Go on."})


def oversized_state(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(state="ä" * 32_769))


def oversized_body(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(arguments={"text": "x" * 262_144}))


def naive_time(wrong: Wrong) -> Reply:
    task = wrong.started()
    body = {"result": "success", "finished_at": "2026-03-02T11:00:00"}
    return wrong.api.post(f"tasks/{task['id']}/outcome", body)


def time_ahead(wrong: Wrong) -> Reply:
    task = wrong.started()
    body = {"result": "success", "finished_at": "2026-03-02T12:01:01Z"}
    return wrong.api.post(f"tasks/{task['id']}/outcome", body)


def duplicate_key(wrong: Wrong) -> Reply:
    return wrong.api.send_raw("POST", "tasks", b'{"agent": "a", "arguments": {"to": 1, "to": 2}}')


def not_a_number(wrong: Wrong) -> Reply:
    return wrong.api.send_raw("POST", "tasks", b'{"arguments": {"amount": NaN}}')


def broken_json(wrong: Wrong) -> Reply:
    return wrong.api.send_raw("POST", "tasks", b'{"agent": ')


def broken_text(wrong: Wrong) -> Reply:
    return wrong.api.send_raw("POST", "tasks", b'{"agent": "\xff"}')


def not_json(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", {}, Content_Type="text/plain")


def negative_cost(wrong: Wrong) -> Reply:
    task = wrong.started()
    return wrong.api.post(f"tasks/{task['id']}/outcome", {"result": "success", "cost_usd": -0.01})


def cost_of_words(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(budget_usd="a lot"))


def unknown_enum(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(task_type="parallel"))


def unknown_letter(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(blast={"W": "X"}))


def unknown_field(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(plan={"stepps": 2}))


def missing_field(wrong: Wrong) -> Reply:
    body = wrong.body()
    del body["requested_by"]
    return wrong.api.post("tasks", body)


def fractional_count(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(plan={"steps": 1.5}))


def list_for_object(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", [])


def repeated_id_with_other_content(wrong: Wrong) -> Reply:
    wrong.api.post("tasks", wrong.body(external_id="once"))
    return wrong.api.post("tasks", wrong.body(external_id="once", title="Another title"))


def wrong_digest(wrong: Wrong) -> Reply:
    return wrong.start(wrong.asked(), OTHER_DIGEST)


def malformed_digest(wrong: Wrong) -> Reply:
    return wrong.start(wrong.asked(), "abc")


def start_before_people_answer(wrong: Wrong) -> Reply:
    return wrong.start(wrong.asked("refund"))


def second_start(wrong: Wrong) -> Reply:
    return wrong.start(wrong.started())


def outcome_of_waiting_task(wrong: Wrong) -> Reply:
    task = wrong.asked("refund")
    return wrong.api.post(f"tasks/{task['id']}/outcome", {"result": "success"})


def outcome_of_unstarted_task(wrong: Wrong) -> Reply:
    task = TaskFactory(
        agent=wrong.shop.agent, state="READY", needs_grant=True, external_id="granted"
    )
    return wrong.api.post(f"tasks/{task.external_id}/outcome", {"result": "success"})


def second_outcome(wrong: Wrong) -> Reply:
    task = wrong.started()
    wrong.api.post(f"tasks/{task['id']}/outcome", {"result": "success"})
    return wrong.api.post(f"tasks/{task['id']}/outcome", {"result": "failure"})


def verified_without_scope(wrong: Wrong) -> Reply:
    task = wrong.started()
    api = key_api(wrong.shop.fleet, [Scope.REPORT])
    body = {"result": "success", "verified_quality": 0.9}
    return api.post(f"tasks/{task['id']}/outcome", body)


def unlisted_callback(wrong: Wrong) -> Reply:
    return wrong.api.post("tasks", wrong.body(callback_url="https://example.org/done"))


def too_many_items(wrong: Wrong) -> Reply:
    return wrong.api.post("outcomes", {"items": [{}] * 1001})


def bare_list_of_items(wrong: Wrong) -> Reply:
    return wrong.api.post("outcomes", [])


def wait_too_long(wrong: Wrong) -> Reply:
    return wrong.api.get(f"tasks/{wrong.asked()['id']}?wait=61")


def wait_of_words(wrong: Wrong) -> Reply:
    return wrong.api.get("events?wait=long")


def after_of_words(wrong: Wrong) -> Reply:
    return wrong.api.get("events?after=-1")


def owner_outside(wrong: Wrong) -> Reply:
    return wrong.api.put("agents/new", {"name": "New", "owner": "otto"})


def unknown_route(wrong: Wrong) -> Reply:
    return wrong.api.get("nothing/here")


def wrong_method(wrong: Wrong) -> Reply:
    return wrong.api.get("tasks")


def wrong_method_of_a_task(wrong: Wrong) -> Reply:
    return wrong.api.put("tasks/t-1", {})


def wrong_method_of_the_feed(wrong: Wrong) -> Reply:
    return wrong.api.post("events")


NONE = object()
UP_TO_120 = "text of 1 to 120 characters, not only spaces"
UP_TO_200 = UP_TO_120.replace("120", "200")
# What was sent, then status, code, field, value sent, what is allowed; NONE: not in the document.
CASES: list[tuple[Sending, int, str, object, object, object]] = [
    (unknown_agent, 404, "agent_unknown", "agent", "ghost",
     "an agent registered with PUT agents/{external_id}"),
    (task_of_another_fleet, 404, "task_unknown", "task", "theirs", NONE),
    (expired_key, 401, "key_expired", NONE, NONE, NONE),
    (key_of_nobody, 401, "key_unknown", NONE, NONE, NONE),
    (no_key, 401, "key_missing", NONE, NONE, "Authorization: Bearer cs_<prefix>_<secret>"),
    (wrong_scope, 403, "scope_missing", "scope", ["read"], "gate"),
    (person_at_the_gate, 403, "key_required", NONE, NONE,
     "Authorization: Bearer cs_<prefix>_<secret>"),
    (key_of_another_environment, 403, "environment_of_key", "environment", "staging", "production"),
    (key_that_decides, 403, "person_required", NONE, NONE,
     "a session, or a personal token csp_<prefix>_<secret>"),
    (key_that_resumes, 403, "person_required", NONE, NONE,
     "a session, or a personal token csp_<prefix>_<secret>"),
    (oversized_state, 413, "state_too_large", "state", "65538 bytes",
     "at most 65536 bytes of UTF-8"),
    (oversized_body, 413, "body_too_large", "body", NONE, "at most 262144 bytes"),
    (naive_time, 422, "naive_time", "finished_at", "2026-03-02T11:00:00", TIME),
    (time_ahead, 422, "invalid_field", "finished_at", "2026-03-02T12:01:01+00:00",
     "at most 60 s ahead of the server's clock"),
    (duplicate_key, 422, "not_canonical", "arguments.to", "a second one", "given once"),
    (not_a_number, 422, "not_canonical", "arguments.amount", "NaN",
     "a number"),
    (broken_json, 400, "malformed_body", NONE, NONE, "JSON"),
    (broken_text, 400, "malformed_body", NONE, NONE, "UTF-8 text"),
    (not_json, 415, "unsupported_media_type", "Content-Type", "text/plain", "application/json"),
    (negative_cost, 422, "invalid_amount", "cost_usd", -0.01,
     "an amount of at least 0 dollars, such as 12.50"),
    (cost_of_words, 422, "invalid_amount", "budget_usd", "a lot",
     "an amount of at least 0 dollars, such as 12.50"),
    (unknown_enum, 422, "invalid_field", "task_type", "parallel",
     "one of stateless, pipeline, coordination or null"),
    (unknown_letter, 422, "invalid_field", "blast.W", "X", "one of A, D, M, N, P or null"),
    (unknown_field, 422, "unknown_field", "plan.stepps", 2,
     "steps, agents, delegations, keeps_state, shares_state, talks_back"),
    (missing_field, 422, "missing_field", "requested_by", None, UP_TO_200),
    (fractional_count, 422, "invalid_field", "plan.steps", 1.5,
     "a whole number from 0 to 1000000 or null"),
    (list_for_object, 422, "invalid_field", "body", [], NONE),
    (repeated_id_with_other_content, 409, "external_id_reused", "external_id", "once",
     "an external id that this fleet has not used, or the same body again"),
    (wrong_digest, 409, "digest_mismatch", "action_digest", OTHER_DIGEST, NONE),
    (malformed_digest, 422, "invalid_field", "action_digest", "abc",
     "text that matches ^sha256:[0-9a-f]{64}$"),
    (start_before_people_answer, 409, "not_approved_yet", NONE, NONE, NONE),
    (second_start, 409, "already_started", NONE, NONE, NONE),
    (outcome_of_waiting_task, 409, "not_running", NONE, NONE, NONE),
    (outcome_of_unstarted_task, 409, "not_started", NONE, NONE, NONE),
    (second_outcome, 409, "already_finished", "task_id", NONE, NONE),
    (verified_without_scope, 403, "verify_scope", "verified_quality", 0.9,
     "absent, or a key with scope verify"),
    (unlisted_callback, 422, "callback_host_unlisted", "callback_url", "https://example.org/done",
     "none: no host is listed"),
    (too_many_items, 422, "too_many_items", "items", 1001, "at most 1000 items"),
    (bare_list_of_items, 422, "not_canonical", "body", "a list",
     'an object with one list, "items"'),
    (wait_too_long, 422, "invalid_field", "wait", "61", "a whole number of seconds from 0 to 60"),
    (wait_of_words, 422, "invalid_field", "wait", "long", "a whole number of seconds from 0 to 60"),
    (after_of_words, 422, "invalid_field", "after", "-1", "a whole number of at least 0"),
    (owner_outside, 422, "invalid_field", "owner", "otto", "the user name of a member of this fleet"),
    (unknown_route, 404, "route_unknown", "path", "/api/v1/nothing/here", "the calls of /api/docs/"),
    (wrong_method, 405, "method_not_allowed", "method", "GET", "POST"),
    (wrong_method_of_a_task, 405, "method_not_allowed", "method", "PUT", "GET"),
    (wrong_method_of_the_feed, 405, "method_not_allowed", "method", "POST", "GET"),
]  # fmt: skip
NAMES = {
    400: "malformed-body",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-field",
}


@pytest.mark.parametrize(
    ("sending", "status", "code", "field", "value", "allowed"),
    CASES,
    ids=[case[0].__name__ for case in CASES],
)
def test_bad_input_gets_its_problem(
    wrong: Wrong,
    sending: Sending,
    status: int,
    code: str,
    field: object,
    value: object,
    allowed: object,
) -> None:
    answered = sending(wrong)

    document = answered.json()
    expected = {"status": status, "code": code, "type": TYPE_BASE + NAMES[status]}
    named = {"field": field, "value": value, "allowed": allowed}
    expected |= {name: found for name, found in named.items() if found is not NONE}
    assert {name: document.get(name) for name in expected} == expected
    assert answered.status_code == status
    assert answered["Content-Type"] == "application/problem+json"
    assert answered["Cache-Control"] == "no-store"
    assert document["title"]
    assert document["detail"].endswith(".")


def test_a_refused_stranger_is_told_how_to_sign_in(wrong: Wrong) -> None:
    assert no_key(wrong)["WWW-Authenticate"] == 'Bearer realm="countersign"'


def test_a_wrong_method_is_told_the_right_ones(wrong: Wrong) -> None:
    assert wrong_method(wrong)["Allow"] == "POST"


def test_the_refusal_of_a_start_says_how_people_answered(wrong: Wrong) -> None:
    task = wrong.asked("refund")
    wrong.api.post(f"tasks/{task['id']}/cancel", {"reason": "Not wanted any more."})

    document = wrong.start(task).json()

    assert document["code"] == "withdrawn"
    assert document["resolution"]["reason_text"] == "Not wanted any more."
