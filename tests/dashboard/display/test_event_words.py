"""Every event that is published has words of its own."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

from dashboard.display.event_marks import AREAS, event_mark
from dashboard.display.event_words import event_sentence
from governance.events import REGISTRY

# A value of each name that is more than text.
VALUES: dict[str, Any] = {
    "agents": ["a", "b"],
    "approvals": 1,
    "approvals_needed": 2,
    "changed": ["a"],
    "emergency": False,
    "enforced": True,
    "fields": ["breaker.latch_trips", "tickets.undo_s"],
    "fields_changed": ["owner", "budget_usd"],
    "grants_revoked": 2,
    "held": [],
    "is_as_asked": False,
    "kind": "task",
    "role": "manager",
    "lease_ended": False,
    "number": 7,
    "practice": False,
    "rebaselined": True,
    "rings": 1,
    "sentence": "",
    "taken_from": "",
    "votes": 1,
}


def who(actor: str) -> str:
    return f"<{actor}>"


def payload_of(name: str) -> dict[str, Any]:
    """Return every field that is no id; those that may be left out are left out."""
    return {
        field.name: VALUES.get(field.name, f"the {field.name}")
        for field in fields(REGISTRY[name])
        if field.name not in {"fleet_id", "actor"}
        and not field.name.endswith("_id")
        and field.default is MISSING
    }


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_event_is_told_in_words(name: str) -> None:
    payload = payload_of(name)
    if "sentence" in payload:
        payload["sentence"] = "It happened."

    said = event_sentence(name, payload, "rita", who)

    assert said[0].isupper() or said[0] in "<\N{LEFT DOUBLE QUOTATION MARK}"
    assert said[-1] in ".\N{RIGHT DOUBLE QUOTATION MARK}"
    assert name not in said
    assert "{" not in said


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_event_has_a_mark_with_an_icon(name: str) -> None:
    payload = {**payload_of(name), "resolution": "denied", "settled": "resume"}

    assert event_mark(name, payload).icon


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_event_is_of_an_area_of_the_log(name: str) -> None:
    assert name.partition(".")[0] in AREAS


def test_an_event_that_is_published_no_longer_reads_as_its_name() -> None:
    assert event_mark("old.thing_done", {}).label == "Old thing done"
    assert event_sentence("old.thing_done", {}, "rita", who) == "old.thing_done"


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_event_that_says_less_than_now_is_told_all_the_same(name: str) -> None:
    assert event_sentence(name, {}, "rita", who)
    assert event_sentence(name, {"reason": "Calmer.", "sentence": "So."}, "rita", who)
    assert event_mark(name, {}).label


def test_a_decision_says_who_decided_and_why() -> None:
    payload = {
        "number": 12,
        "resolution": "denied",
        "by": "rita",
        "reason_code": "wrong_target",
        "reason_text": "Not this order.",
        "emergency": False,
    }

    assert event_sentence("ticket.resolved", payload, "rita", who) == (
        "Ticket #12: denied by <rita>: “Not this order.”"
    )


def test_a_decision_without_words_gives_its_code() -> None:
    payload = {"number": 12, "resolution": "approved", "by": "rita", "reason_code": "as_usual"}

    assert event_sentence("ticket.resolved", payload, "rita", who) == (
        "Ticket #12: approved by <rita>: “as usual”"
    )


def test_a_policy_that_two_admins_stand_for_names_both() -> None:
    payload = {"number": 3, "reason": "Busy.", "agreed_by": "anna"}

    assert event_sentence("policy.published", payload, "adam", who) == (
        "Policy 3 is in force, agreed to by <anna>: “Busy.”"
    )


def test_a_proposal_names_what_it_loosens() -> None:
    payload = {"scope": "fleet", "version": 2, "fields": ["tickets.undo_s"], "reason": "Busy."}

    assert event_sentence("policy.proposed", payload, "adam", who) == (
        "A draft that loosens tickets.undo_s waits for a second admin: “Busy.”"
    )


def test_what_a_breaker_only_recorded_says_so_once() -> None:
    shadow = {"sentence": "6 of its last 9 tasks failed.", "enforced": False}
    told = {"sentence": "5 in a row. Only recorded: the rule is in shadow.", "enforced": False}

    assert event_sentence("breaker.tripped", shadow, "detector", who) == (
        "6 of its last 9 tasks failed. Only recorded."
    )
    assert event_sentence("breaker.would_trip", told, "detector", who) == told["sentence"]


def test_a_stored_sentence_names_people_as_pages_do() -> None:
    payload = {"sentence": "Frozen by rita: it loops.", "enforced": True}

    assert event_sentence("breaker.forced_open", payload, "rita", lambda _: "Rita Okafor") == (
        "Frozen by Rita Okafor: it loops."
    )


@pytest.mark.parametrize(
    ("before", "after", "label"), [("high", "low", "Tier fell"), ("low", "medium", "Tier rose")]
)
def test_a_change_of_tier_says_which_way(before: str, after: str, label: str) -> None:
    assert event_mark("tier.changed", {"before": before, "after": after}).label == label
