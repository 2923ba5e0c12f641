from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.bounds import bounds_read
from escalations.domain.preapproval import (
    RuleMove,
    RuleState,
    people_only,
    rule_apply,
    rule_counts,
    rule_match,
    scope_words,
)
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import BlastLevel, BreakerState, Hold, Tier
from tests.clock import NOON
from tests.escalations.domain.preapprovals import AGENT, REQUEST, RULE, SCOPE, rule


def test_a_request_within_every_part_of_a_rule_matches() -> None:
    assert rule_match([RULE], REQUEST, AGENT, now=NOON) is RULE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agent", "shop-bot-2"),
        ("tool", "Refund"),
        ("operation", "shop.refund_all"),
        ("environment", "staging"),
        ("target", "order/4712"),
        ("target", ""),
        ("arguments", {"amount": 51, "order": 4711}),
        ("arguments", {"amount": 20, "order": 4711, "force": True}),
        ("arguments", {"amount": 20}),
        ("spend_cap_usd", Decimal("20.01")),
        ("spend_cap_usd", None),
    ],
)
def test_a_request_outside_one_part_does_not(field: str, value: Any) -> None:
    assert rule_match([RULE], replace(REQUEST, **{field: value}), AGENT, now=NOON) is None


def test_a_rule_for_low_lets_nothing_through_that_is_medium() -> None:
    assert rule_match([rule(level_most=BlastLevel.LOW)], REQUEST, AGENT, now=NOON) is None


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("level", BlastLevel.HIGH, "High and Critical go to people."),
        ("level", BlastLevel.CRITICAL, "High and Critical go to people."),
        ("practice", True, "It is practice: the task runs in any case."),
        ("approvals_needed", 2, "It takes more than one approval, or a manager's."),
        ("needs_manager", True, "It takes more than one approval, or a manager's."),
        (
            "asked_for",
            frozenset({"approval_table", "tainted_input"}),
            "Something beside the approval table asks people about it.",
        ),
        (
            "asked_for",
            frozenset({"outside_mandate_tool"}),
            "Something beside the approval table asks people about it.",
        ),
        ("asked_for", frozenset(), "Something beside the approval table asks people about it."),
    ],
)
def test_some_requests_go_to_people_whatever_the_rules(field: str, value: Any, why: str) -> None:
    widest = rule(level_most=BlastLevel.CRITICAL)
    request = replace(REQUEST, **{field: value})

    assert rule_match([widest], request, AGENT, now=NOON) is None
    assert people_only(request, AGENT) == why


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("breaker", BreakerState.OPEN, "The agent's breaker is not closed."),
        ("breaker", BreakerState.HALF_OPEN, "The agent's breaker is not closed."),
        ("hold", Hold.SUPERVISED, "The agent's breaker is not closed."),
        ("hold", Hold.FORCED_OPEN, "The agent's breaker is not closed."),
        ("is_penal", True, "The agent is under a penalty for collusion."),
        ("is_flooding", True, "The agent floods people with requests."),
    ],
)
def test_some_agents_go_to_people_whatever_the_rules(field: str, value: Any, why: str) -> None:
    agent = replace(AGENT, **{field: value})

    assert rule_match([RULE], REQUEST, agent, now=NOON) is None
    assert people_only(REQUEST, agent) == why


def test_above_its_mandates_level_is_ordinary() -> None:
    request = replace(REQUEST, asked_for=frozenset({"approval_table", "above_mandate_level"}))

    assert rule_match([RULE], request, AGENT, now=NOON) is RULE


@pytest.mark.parametrize(
    ("tier", "matches"), [(Tier.HIGH, True), (Tier.MEDIUM, True), (Tier.LOW, False)]
)
def test_an_agent_below_the_tier_it_had_goes_to_people(tier: Tier, matches: bool) -> None:
    found = rule_match([RULE], REQUEST, replace(AGENT, tier=tier), now=NOON)

    assert (found is RULE) is matches


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"uses": 4}, True),
        ({"uses": 5}, False),
        ({"uses": 5000, "uses_most": None}, True),
        ({"expires_at": NOON}, False),
        ({"expires_at": NOON + timedelta(microseconds=1)}, True),
        ({"state": RuleState.PROPOSED}, False),
        ({"state": RuleState.DECLINED}, False),
        ({"state": RuleState.REVOKED}, False),
        ({"state": RuleState.SUSPENDED}, False),
    ],
)
def test_a_rule_counts_while_accepted_in_time_and_not_used_up(
    fields: dict[str, Any], counts: bool
) -> None:
    changed = rule(**fields)

    assert rule_counts(changed, now=NOON) is counts
    assert (rule_match([changed], REQUEST, AGENT, now=NOON) is changed) is counts


def test_of_several_rules_the_most_restrictive_is_named() -> None:
    ranged = RULE
    listed = rule(
        number=8, arguments=bounds_read({"amount": {"any_of": [10, 20]}, "order": {"is": 4711}})
    )
    exact = rule(number=9, arguments=bounds_read({"amount": {"is": 20}, "order": {"is": 4711}}))

    assert rule_match([ranged, listed, exact], REQUEST, AGENT, now=NOON) is exact
    assert rule_match([listed, ranged], REQUEST, AGENT, now=NOON) is listed


@pytest.mark.parametrize(
    ("field", "tighter"),
    [
        ("targets", frozenset({"order/4711"})),
        ("level_most", BlastLevel.LOW),
        ("spend_most_usd", Decimal(1)),
        ("expires_at", NOON + timedelta(minutes=1)),
        ("number", 1),
    ],
)
def test_equal_arguments_are_told_apart_by_the_rest(field: str, tighter: Any) -> None:
    low = replace(REQUEST, level=BlastLevel.LOW, spend_cap_usd=Decimal(1))
    wide = rule(targets=frozenset({"order/4711", "order/4712"}))
    base = wide if field == "targets" else RULE

    assert rule_match([base, rule(**{field: tighter})], low, AGENT, now=NOON) != base


fixed = st.integers(1, 9).map(lambda value: {"is": value})
listed = st.lists(st.integers(1, 9), min_size=2, unique=True).map(lambda each: {"any_of": each})
ranged = st.tuples(st.integers(1, 4), st.integers(5, 9)).map(
    lambda ends: {"min": ends[0], "max": ends[1]}
)
bounds = st.fixed_dictionaries(
    {"amount": fixed | listed | ranged, "order": fixed | listed | ranged}
)
asked = st.dictionaries(st.sampled_from(["amount", "order", "x"]), st.integers(0, 10))


@given(several=st.lists(bounds, min_size=1, max_size=4), arguments=asked)
def test_what_matches_lies_within_the_rule_that_is_named(
    several: list[dict[str, Any]], arguments: dict[str, int]
) -> None:
    rules = [rule(number=n, arguments=bounds_read(each)) for n, each in enumerate(several)]
    request = replace(REQUEST, arguments=arguments)

    found = rule_match(rules, request, AGENT, now=NOON)

    within = [n for n, each in enumerate(several) if _within(each, arguments)]
    assert (found.number in within) if found else not within


@given(bounds=bounds, tighter=bounds)
def test_a_rule_within_another_is_never_passed_over_for_it(
    bounds: dict[str, Any], tighter: dict[str, Any]
) -> None:
    everything = [{"amount": a, "order": b} for a in range(11) for b in range(11)]
    wide = [each for each in everything if _within(bounds, each)]
    narrow = [each for each in wide if _within(tighter, each)]
    is_inside = _inside(tighter, bounds)
    rules = [
        rule(number=1, arguments=bounds_read(bounds)),
        rule(number=2, arguments=bounds_read(tighter)),
    ]

    named = {
        found.number
        for each in narrow
        if (found := rule_match(rules, replace(REQUEST, arguments=each), AGENT, now=NOON))
    }

    is_same = bounds_read(tighter) == bounds_read(bounds)
    assert not is_inside or is_same or named == {2}


@pytest.mark.parametrize(
    ("state", "move", "after"),
    [
        (RuleState.PROPOSED, RuleMove.ACCEPT, RuleState.ACTIVE),
        (RuleState.PROPOSED, RuleMove.DECLINE, RuleState.DECLINED),
        (RuleState.ACTIVE, RuleMove.REVOKE, RuleState.REVOKED),
        (RuleState.ACTIVE, RuleMove.SUSPEND, RuleState.SUSPENDED),
    ],
)
def test_a_rule_moves_as_its_table_says(state: RuleState, move: RuleMove, after: RuleState) -> None:
    assert rule_apply(state, move, now=NOON, expires_at=NOON + timedelta(hours=1)) is after


@pytest.mark.parametrize("move", list(RuleMove))
@pytest.mark.parametrize("state", [RuleState.DECLINED, RuleState.REVOKED, RuleState.SUSPENDED])
def test_what_has_ended_never_comes_back(state: RuleState, move: RuleMove) -> None:
    with pytest.raises(IllegalMoveError):
        rule_apply(state, move, now=NOON, expires_at=NOON + timedelta(hours=1))


def test_nobody_accepts_a_proposal_whose_time_is_over() -> None:
    with pytest.raises(GuardFailedError, match="its time is over"):
        rule_apply(RuleState.PROPOSED, RuleMove.ACCEPT, now=NOON, expires_at=NOON)


def test_a_rule_is_read_aloud_with_its_numbers() -> None:
    assert scope_words(SCOPE, uses_most=5) == (
        "shop-bot may run shop.refund with refund on order/4711 in production without asking:"
        " amount 1 to 50; order 4711; at most $20.00 each, up to Medium, at most 5 times, $100.00"
        " in all."
    )


def test_a_rule_without_target_arguments_or_limit_says_so() -> None:
    bare = replace(SCOPE, targets=frozenset({""}), arguments={})

    assert scope_words(bare, uses_most=None) == (
        "shop-bot may run shop.refund with refund in production without asking: no arguments; at"
        " most $20.00 each, up to Medium, as often as it asks."
    )


def _within(plain: dict[str, Any], arguments: dict[str, int]) -> bool:
    return plain.keys() == arguments.keys() and all(
        arguments[name] in _values(bound) for name, bound in plain.items()
    )


def _inside(tighter: dict[str, Any], wide: dict[str, Any]) -> bool:
    """Return whether each bound lies within the other's; a list is never wider than a range."""
    return all(
        _values(tighter[name]) <= _values(wide[name])
        and not ("min" in tighter[name] and "min" not in wide[name])
        for name in wide
    )


def _values(bound: dict[str, Any]) -> set[int]:
    if "is" in bound:
        return {bound["is"]}
    return set(bound.get("any_of", ())) or set(range(bound["min"], bound["max"] + 1))
